import Testing

@testable import Scoring
@testable import Spaces
@testable import Tensors

/// The architectures that differ in one change.
@Suite struct SingleChangesTests {
  private static let spaces = AllSpaces.all.compactMap { $0 as? any SearchableSpace }

  @Test(arguments: spaces.indices)
  func everySpaceHasSome(number: Int) throws {
    func check<Space: SearchableSpace>(_ space: Space) throws {
      let domain = space.domain
      let start = space.example
      let some = domain.singleChanges(of: start, limit: 12, seed: 3)
      #expect(some.architectures.count == 12, "\(space.name)")
      #expect(Set(some.architectures).count == 12 && !some.architectures.contains(start))
      #expect(
        domain.singleChanges(of: start, limit: 12, seed: 3).architectures == some.architectures)
      #expect(domain.singleChanges(of: start, limit: 0, seed: 3).architectures.isEmpty)
      for architecture in some.architectures {
        #expect(try space.architecture(parsing: architecture.description) == architecture)
      }
      let all = domain.singleChanges(of: start, limit: 1_000_000, seed: 4)
      #expect(Set(some.architectures).isSubset(of: all.architectures))
      #expect(all.total == nil || all.total == all.architectures.count)
      #expect(some.total == all.total)
      // What a search draws is among them where a child is one change.
      if space is MobileNetV2Space || all.total == nil { return }
      var indices = StreamIndices(RandomStream(seed: 1, text: "", purpose: "test"))
      for _ in 0..<50 {
        let child = domain.child(of: start, using: &indices)
        #expect(child == start || all.architectures.contains(child), "\(space.name): \(child)")
      }
    }
    try check(Self.spaces[number])
  }

  @Test func allNeighboursOfACell() {
    let domain = NASBench201Space().domain
    for rank in [0, 1462, 15624] {
      let cell = NASBench201Architecture(rank: rank)
      let changes = domain.singleChanges(of: cell, limit: 100, seed: 0)
      #expect(changes.total == 24 && changes.architectures.count == 24)
      for change in changes.architectures {
        let differing = zip(change.operations, cell.operations).count { $0 != $1 }
        #expect(differing == 1)
      }
    }
  }

  @Test func oneBlockOfAChainChanges() throws {
    let domain = MobileNetV2Space().domain
    let start = MobileNetV2Space().example
    let changes = domain.singleChanges(of: start, limit: 40, seed: 0)
    #expect(changes.architectures.count == 40)
    #expect(changes.total.map { $0 > 100 } ?? true)
    let other = domain.singleChanges(of: start, limit: 40, seed: 1)
    #expect(other.architectures != changes.architectures)
  }

  /// Every way is gone through once, whatever the number of decisions in it.
  @Test func allWaysOfDeciding() {
    var indices = DecisionIndices()
    var ways: [[Int]] = []
    repeat {
      var way = [indices.index(below: 3)]
      // A second decision with as many choices as the first one says, and a third after some of them.
      if way[0] > 0 { way.append(indices.index(below: way[0])) }
      if way.count > 1, way[1] == 1 { way.append(indices.index(below: 2)) }
      ways.append(way)
    } while indices.advance()
    #expect(ways == [[0], [1, 0], [2, 0], [2, 1, 0], [2, 1, 1]])
    #expect(!indices.isTooDeep)
    var endless = DecisionIndices()
    for _ in 0..<1000 where endless.index(below: 7) == 6 { break }
    for _ in 0..<100 { _ = endless.index(below: 2) }
    #expect(endless.isTooDeep)
  }
}
