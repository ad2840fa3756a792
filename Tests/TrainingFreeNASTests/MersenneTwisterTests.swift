import Testing

@testable import Scoring
@testable import Tensors

/// The generator against outputs of its authors and of Python 3.
@Suite struct MersenneTwisterTests {
  /// The first words of `mt19937ar.out`, which comes with the authors' program.
  @Test func theAuthorsOutput() {
    var generator = MersenneTwister(key: [0x123, 0x234, 0x345, 0x456])
    let words = (0..<5).map { _ in generator.next() }
    #expect(words == [1_067_595_299, 955_945_823, 477_289_528, 4_107_218_783, 4_228_976_476])
  }

  /// `[random.getrandbits(32) for _ in range(4)]` after `random.seed(seed)`.
  @Test(
    arguments: [
      (0, [3_626_764_237, 1_654_615_998, 3_255_389_356, 3_823_568_514]),
      (123, [224_899_942, 1_149_664_691, 374_463_918, 3_302_642_556]),
      // Keys of two words.
      (4_294_967_303, [968_553_300, 3_287_823_873, 1_540_179_448, 1_473_205_320]),
      (.max, [93_740_670, 1_068_495_656, 1_452_108_352, 2_657_516_307]),
    ] as [(UInt64, [UInt32])])
  func wordsOfPython(seed: UInt64, expected: [UInt32]) {
    var generator = MersenneTwister(seed: seed)
    #expect((0..<4).map { _ in generator.next() } == expected)
  }

  /// Words around and far behind the renewals of the state.
  @Test func renewals() {
    var generator = MersenneTwister(seed: 123)
    let words = (0..<2000).map { _ in generator.next() }
    #expect(words[623] == 331_007_188)
    #expect(words[624] == 4_224_834_062)
    #expect(words[1999] == 23_531_746)
  }

  /// `randrange` with seed 123: bounds that are and are not powers of two, 1, and the largest.
  @Test func indicesOfPython() {
    var generator = MersenneTwister(seed: 123)
    func indices(_ count: Int, below bound: Int) -> [Int] {
      (0..<count).map { _ in generator.index(below: bound) }
    }
    #expect(indices(12, below: 6) == [0, 2, 0, 3, 2, 0, 0, 3, 4, 4, 2, 2])
    #expect(indices(3, below: 1) == [0, 0, 0])
    #expect(indices(2, below: 4_294_967_295) == [1_448_334_525, 2_409_313_481])
    #expect(indices(2, below: 1 << 31) == [1_433_644_589, 1_052_968_588])
    #expect(indices(4, below: 17_000) == [5366, 54, 14_295, 2870])
  }

  /// `random.Random(seed).sample(range(population), count)`: on both sides of the population from
  /// which on Python draws until a number is new.
  @Test(
    arguments: [
      (7, 5, 21, [10, 4, 12, 1, 2]), (7, 5, 22, [10, 4, 12, 20, 1]),
      (7, 10, 10, [5, 2, 6, 9, 0, 7, 4, 1, 3, 8]), (7, 0, 3, []),
      (9, 6, 85, [59, 78, 47, 34, 17, 23]),
    ] as [(UInt64, Int, Int, [Int])])
  func samplesOfPython(seed: UInt64, count: Int, population: Int, expected: [Int]) {
    var generator = MersenneTwister(seed: seed)
    #expect(generator.sample(count, below: population) == expected)
  }

  @Test func theBeginningOfALargeSample() {
    var generator = MersenneTwister(seed: 5)
    let sample = generator.sample(128, below: 5000)
    #expect(sample.prefix(8) == [2092, 2937, 4342, 237, 3814, 2040, 424, 1284])
    #expect(Set(sample).count == 128)
  }

  /// The tensors that released VKDNW draws: 128 of N, with N as seed.
  @Test func parameterSets() throws {
    let golden = try MobileNetV2Golden.loaded.get().parameter_sampling
    try #require(golden.sorted_indices.count == 16 && golden.first_16_in_draw_order.count == 2)
    for (text, expected) in golden.sorted_indices {
      let count = try #require(Int(text))
      var generator = MersenneTwister(seed: UInt64(count))
      let sample = generator.sample(128, below: count)
      #expect(sample.sorted() == expected, "\(count)")
      if let first = golden.first_16_in_draw_order[text] {
        #expect(Array(sample.prefix(16)) == first, "\(count)")
      }
    }
    #expect(golden.first_16_in_draw_order.keys.allSatisfy { golden.sorted_indices[$0] != nil })
  }

  @Test func indicesOfAStream() {
    let stream = RandomStream(seed: 3, text: "", purpose: "test")
    var indices = StreamIndices(stream)
    let drawn = (0..<50).map { indices.index(below: $0 + 1) }
    #expect(drawn == (0..<50).map { stream.integer(below: $0 + 1, at: $0) })
  }
}
