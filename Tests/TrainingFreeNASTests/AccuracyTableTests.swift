import Testing

@testable import Scoring
@testable import Spaces

@Suite struct AccuracyTableTests {
  private let table = AccuracyTable.nasBench201

  /// FNV-1a over the little-endian bytes of 64-bit numbers.
  private func checksum(_ numbers: some Sequence<UInt64>) -> UInt64 {
    var value: UInt64 = 0xCBF2_9CE4_8422_2325
    for number in numbers {
      for shift in stride(from: 0, to: 64, by: 8) {
        value = (value ^ (number >> UInt64(shift) & 0xFF)) &* 0x100_0000_01B3
      }
    }
    return value
  }

  // Checksums of the source table, printed by Scripts/embed_accuracies.py: ranks, and accuracies in
  // units of 1e-8 percent.
  @Test func theOrderIsThatOfTheSource() {
    #expect(checksum(table.architectures.map { UInt64($0.rank) }) == 0x8029_5741_92F6_F7B2)
    #expect(Set(table.architectures).count == 15_625)
    for (index, architecture) in table.architectures.enumerated() {
      #expect(table.index(of: architecture) == index)
      #expect(table.architecture(atIndex: index) == architecture)
    }
  }

  @Test(
    arguments: [
      (.cifar10, 0x4114_6C5F_DC6C_51CD), (.cifar100, 0xC619_5158_D293_66A9),
      (.imageNet16, 0xFB1F_3BB5_5E21_B014),
    ] as [(BenchmarkDataset, UInt64)])
  func theAccuraciesAreThoseOfTheSource(dataset: BenchmarkDataset, expected: UInt64) {
    let accuracies = table.accuracies(of: table.architectures, on: dataset)
    let units = accuracies.map { ($0 * 100_000_000).rounded() }
    #expect(checksum(units.map { UInt64($0) }) == expected)
    // Each is the number nearest to its decimal.
    #expect(zip(accuracies, units).allSatisfy { $0 == $1 / 100_000_000 })
  }

  // Rows of the source table.
  private static let rows: [(Int, Double, Double, Double)] = [
    (0, 85.86333333, 52.91333329, 26.63333327), (857, 93.98666667, 72.88, 47.31111106),
    (1462, 93.76, 71.10666661, 41.44444445), (4317, 89.37, 65.7066667, 35.47777769),
    (6111, 94.37333333, 73.22, 46.71111101), (9930, 94.36333333, 73.51333326, 46.34444441),
    (13_714, 94.37333333, 73.09333322, 46.33333325), (15_624, 86.82333333, 55.21999999, 21.4111111),
  ]

  @Test(arguments: rows) func knownRows(
    index: Int, cifar10: Double, cifar100: Double, imageNet16: Double
  ) {
    let architecture = table.architecture(atIndex: index)
    #expect(table.accuracy(of: architecture, on: .cifar10) == cifar10)
    #expect(table.accuracy(of: architecture, on: .cifar100) == cifar100)
    #expect(table.accuracy(of: architecture, on: .imageNet16) == imageNet16)
  }

  @Test(arguments: [
    (BenchmarkDataset.cifar10, 6111, 3542), (.cifar100, 9930, 3398), (.imageNet16, 857, 2944),
  ]) func bestArchitecturesAndDistinctValues(dataset: BenchmarkDataset, best: Int, distinct: Int) {
    let live = NASBench201Population.live.architectures
    for population in [table.architectures, live, Array(live.reversed())] {
      #expect(table.best(among: population, on: dataset)?.benchmarkIndex == best)
    }
    // The number of different accuracies that publications give for four decimals.
    let rounded = table.accuracies(of: live, on: dataset).map { ($0 * 10_000).rounded() }
    #expect(Set(rounded).count == distinct)
  }

  @Test func positionsCountTheBetterArchitectures() {
    let live = NASBench201Population.live.architectures
    #expect(table.position(of: table.architecture(atIndex: 6111), among: live, on: .cifar10) == 1)
    // Equal accuracy, equal position.
    #expect(table.position(of: table.architecture(atIndex: 13_714), among: live, on: .cifar10) == 1)
    for dataset in BenchmarkDataset.allCases {
      let sample = NASBench201Population.all.sample(count: 200, seed: 5)
      let sorted = table.accuracies(of: sample, on: dataset).sorted(by: >)
      for architecture in sample {
        let accuracy = table.accuracy(of: architecture, on: dataset)
        #expect(
          sorted.firstIndex(of: accuracy).map { $0 + 1 }
            == table.position(of: architecture, among: sample, on: dataset))
      }
    }
  }

  @Test func anEmptyPopulationHasNoBest() {
    let none: [NASBench201Architecture] = []
    #expect(table.best(among: none, on: .cifar10) == nil)
    let architecture = table.architecture(atIndex: 0)
    #expect(table.position(of: architecture, among: none, on: .cifar10) == 1)
  }

  @Test func datasets() {
    #expect(BenchmarkDataset.allCases.map(\.rawValue) == ["cifar10", "cifar100", "imagenet16-120"])
    #expect(BenchmarkDataset.allCases.map(\.classCount) == [10, 100, 120])
    #expect(BenchmarkDataset.allCases.map(\.resolution) == [32, 32, 16])
    #expect(
      BenchmarkDataset.allCases.map(\.description) == ["CIFAR-10", "CIFAR-100", "ImageNet16-120"])
  }
}
