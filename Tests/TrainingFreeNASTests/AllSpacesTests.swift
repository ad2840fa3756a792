import Formats
import Networks
import Scoring
import Search
import Spaces
import TestSupport
import Testing

/// What every space of the list promises.
@Suite struct AllSpacesTests {
  /// Small images that every space builds a network for.
  private static let sizes = SpaceSizes(classes: 3, resolution: 32)

  @Test func namesAreDistinctAndPlain() {
    let names = AllSpaces.all.map(\.name)
    #expect(Set(names).count == names.count && names.first == "nas-bench-201")
    for space in AllSpaces.all {
      #expect(space.name.allSatisfy { $0.isLowercase || $0.isNumber || $0 == "-" }, "\(space.name)")
      #expect(AllSpaces.named(space.name)?.name == space.name)
      #expect(!space.summary.isEmpty && !space.citation.isEmpty && !space.summary.hasSuffix("."))
    }
    #expect(AllSpaces.named("no-such") == nil)
  }

  @Test func theExampleIsReadAndBuilt() throws {
    func check<Space: ListedSpace>(_ space: Space) throws {
      let example = space.example
      #expect(try space.architecture(parsing: example.description) == example)
      #expect(try space.architecture(parsing: " \(example) ") == example)
      #expect(Space.Architecture(example.description) == example)
      #expect(throws: (any Error).self) { try space.architecture(parsing: "") }
      var small = space
      small.sizes = Self.sizes
      #expect(small.sizes == Self.sizes && small.sizes != space.sizes)
      let network = try small.network(for: example)
      #expect(network.inputShape == small.inputShape && network.classes == Self.sizes.classes)
      let (counted, costs) = (SpaceCosts(network), try small.costs(of: example))
      if space is FlexiBERTSpace {
        // The costs are those of the published encoders: with the embeddings of words, without a classifier.
        #expect(costs.parameters - counted.parameters == 30_522 * 128 - 3 * 129)
        #expect(counted.flops - costs.flops == 3 * 129)
      } else {
        #expect(counted.parameters == costs.parameters)
        // The chains count FLOPs as their authors do, batch normalisations among them.
        if !(space is MobileNetV2Space) { #expect(counted.flops == costs.flops, "\(space.name)") }
      }
      // A record of these sizes leads back to them.
      #expect(space.configured(by: small.settings).settings == small.settings)
      #expect(space.configured(by: small.settings).sizes == small.sizes)
    }
    for space in AllSpaces.all { try check(space) }
  }

  /// A text of a space is known as such by all others, unless two spaces share it.
  @Test func aTextOfAnotherSpaceIsRecognized() {
    for space in AllSpaces.all {
      for other in AllSpaces.all where other.name != space.name {
        let text = text(of: space)
        guard (try? other.architecture(parsing: text)) == nil else { continue }
        #expect(AllSpaces.onlyOther(reading: text, besides: other.name)?.name == space.name)
      }
    }
    #expect(AllSpaces.onlyOther(reading: "resnet50", besides: "nas-bench-201") == nil)
    #expect(AllSpaces.onlyOther(reading: "", besides: "nas-bench-201") == nil)
  }

  private func text<Space: ListedSpace>(of space: Space) -> String { space.example.description }

  @Test func tasksHaveTables() throws {
    func check<Space: ListedSpace>(_ space: Space) throws {
      #expect(Set(space.tasks.map(\.name)).count == space.tasks.count)
      for task in space.tasks {
        #expect(task.isNamed(task.name) && task.isNamed(task.title))
        let table = try #require(space.accuracies(on: task))
        #expect(table.architectures.count == table.accuracies.count && table.accuracies.count > 1)
        #expect(table.accuracies.allSatisfy(\.isFinite) && Set(table.accuracies).count > 1)
        for (place, architecture) in table.architectures.enumerated() where place % 97 == 0 {
          #expect(table.place(of: architecture) == place)
          #expect(table.accuracy(of: architecture) == table.accuracies[place])
          #expect(try space.architecture(parsing: architecture.description) == architecture)
        }
        if let count = space.architectureCount { #expect(table.architectures.count <= count) }
      }
      #expect(space.accuracies(on: BenchmarkTask(name: "?", sizes: Self.sizes)) == nil)
    }
    for space in AllSpaces.all { try check(space) }
  }

  @Test func searchableSpacesHaveNeighbours() throws {
    func check<Space: SearchableSpace>(_ space: Space) throws {
      let domain = space.domain
      var generator = MersenneTwister(seed: 5)
      var parent = domain.founder(using: &generator)
      var seen: Set<Space.Architecture> = [parent]
      for _ in 0..<50 {
        parent = domain.child(of: parent, using: &generator)
        seen.insert(parent)
        #expect(try space.architecture(parsing: parent.description) == parent)
        #expect(try domain.costs(of: parent) == space.costs(of: parent))
      }
      #expect(seen.count > 10 && domain.founders(population: 8) > 0)
    }
    for space in AllSpaces.all {
      if let searchable = space as? any SearchableSpace { try check(searchable) }
    }
  }

  @Test func cellsHaveSizes() throws {
    for space in AllSpaces.all {
      guard var sized = space as? any CellSpace else { continue }
      sized.width += 4
      sized.cells += 1
      #expect(try costs(of: sized).parameters > costs(of: space).parameters)
    }
  }

  private func costs(of space: some ListedSpace) throws -> SpaceCosts {
    try space.costs(of: space.example)
  }

  @Test(arguments: [
    ("CIFAR-10", "cifar10"), ("cifar10", "cifar10"), ("CIFAR100", "cifar100"),
    ("ImageNet16-120", "imagenet16-120"), ("imagenet16_120", "imagenet16-120"),
  ])
  func tasksBySpellings(text: String, name: String) {
    #expect(NASBench201Space().tasks.filter { $0.isNamed(text) }.map(\.name) == [name])
  }

  @Test func aTableKeepsTheFirstOfTwo() {
    let table = TaskAccuracies(["a", "b", "a", "c"], [1, 2, 3, 4])
    #expect(table.architectures == ["a", "b", "c"] && table.accuracies == [1, 2, 4])
    #expect(table.place(of: "c") == 2 && table.accuracy(of: "d") == nil)
  }

  /// The table of the list is that of the benchmark.
  @Test func cellsByBothTables() throws {
    let space = NASBench201Space()
    for dataset in BenchmarkDataset.allCases {
      let table = try #require(space.accuracies(on: dataset.task))
      #expect(table.architectures.map(\.benchmarkIndex) == Array(0..<15_625))
      #expect(
        table.accuracies
          == AccuracyTable.nasBench201.accuracies(of: table.architectures, on: dataset))
    }
  }

  @Test func samplesArePrefixesOfLargerOnes() {
    let all = Array(0..<1000)
    let sample = all.sample(count: 100, seed: 3)
    #expect(Set(sample).count == 100 && sample != Array(all.prefix(100)))
    #expect(all.sample(count: 10, seed: 3) == Array(sample.prefix(10)))
    #expect(Set(all.sample(count: 1000, seed: 4)) == Set(all))
    #expect(all.sample(count: 0, seed: 4).isEmpty)
  }
}
