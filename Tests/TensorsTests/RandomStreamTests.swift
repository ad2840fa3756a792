import Foundation
import Tensors
import Testing

/// A stream for a test of its own.
private func stream(_ purpose: String, seed: UInt64 = 1, index: Int = 0) -> RandomStream {
  RandomStream(seed: seed, text: "|none~0|+|none~0|none~1|", purpose: purpose, index: index)
}

/// The canonical text of cell number 0...15624 of a six-edge space with five operations.
private func cell(_ number: Int) -> String {
  let operations = ["none", "skip_connect", "nor_conv_1x1", "nor_conv_3x3", "avg_pool_3x3"]
  var (rest, chosen) = (number, [String]())
  for _ in 0..<6 {
    chosen.append(operations[rest % 5])
    rest /= 5
  }
  return "|\(chosen[0])~0|+|\(chosen[1])~0|\(chosen[2])~1|"
    + "+|\(chosen[3])~0|\(chosen[4])~1|\(chosen[5])~2|"
}

/// Pearson's statistic against equal probabilities, as standard deviations above its mean.
private func excess(_ counts: [Int]) -> Double {
  let expected = Double(counts.reduce(0, +)) / Double(counts.count)
  let statistic = counts.reduce(0.0) { $0 + pow(Double($1) - expected, 2) / expected }
  let freedom = Double(counts.count - 1)
  return (statistic - freedom) / (2 * freedom).squareRoot()
}

@Suite("Random streams: words")
struct RandomStreamWordTests {
  @Test("the same key gives the same digits on every run")
  func pinnedWords() {
    // From an independent implementation in Python; a change of any breaks every stored score.
    let plain = RandomStream(seed: 0, text: "", purpose: "")
    #expect(
      (0..<3).map(plain.word(at:)) == [
        2_106_645_526_033_438_138, 14_651_412_203_490_499_279, 396_705_621_553_456_002,
      ])
    let other = RandomStream(seed: 42, text: "abcdefgh-ijk", purpose: "weights", index: 7)
    #expect(
      (0..<3).map(other.word(at:)) == [
        1_556_639_768_188_525_879, 8_583_500_907_956_450_807, 4_873_591_032_450_725_267,
      ])
    #expect(other.word(at: 1 << 40) == 8_956_858_059_331_855_765)
  }

  @Test("seed, text, purpose and index each change every word")
  func keysDiffer() {
    let base = RandomStream(seed: 1, text: "ab", purpose: "c", index: 0)
    let others = [
      RandomStream(seed: 2, text: "ab", purpose: "c", index: 0),
      RandomStream(seed: 1, text: "aB", purpose: "c", index: 0),
      RandomStream(seed: 1, text: "a", purpose: "bc", index: 0),
      RandomStream(seed: 1, text: "abc", purpose: "", index: 0),
      RandomStream(seed: 1, text: "ab\0", purpose: "c", index: 0),
      RandomStream(seed: 1, text: "ab", purpose: "d", index: 0),
      RandomStream(seed: 1, text: "ab", purpose: "c", index: 1),
      RandomStream(seed: 1, text: "ab", purpose: "c", index: -1),
    ]
    for other in others {
      #expect(other != base)
      for position in 0..<100 { #expect(other.word(at: position) != base.word(at: position)) }
    }
    #expect(base == RandomStream(seed: 1, text: "ab", purpose: "c"))
  }

  @Test("one changed bit of the seed changes half of the bits of a word")
  func avalanche() {
    var changed = [Int](repeating: 0, count: 64)
    for seed in 0..<64 as Range<UInt64> {
      let base = stream("avalanche", seed: seed).word(at: 3)
      for bit in 0..<64 as Range<UInt64> {
        let word = stream("avalanche", seed: seed ^ (1 << bit)).word(at: 3)
        for place in 0..<64 { changed[place] += Int((base ^ word) >> UInt64(place) & 1) }
      }
    }
    // 4,096 trials a bit: 160 is five standard deviations.
    for count in changed { #expect(abs(count - 2048) < 160) }
  }

  @Test("no two keys of 15,625 architectures and four purposes collide")
  func noCollisions() {
    var (keys, words) = (Set<RandomStream>(), Set<UInt64>())
    for number in 0..<15_625 {
      let text = cell(number)
      for purpose in ["weights", "inputs", "labels", "probe"] {
        let stream = RandomStream(seed: 1, text: text, purpose: purpose)
        keys.insert(stream)
        words.insert(stream.word(at: 0))
      }
    }
    #expect(keys.count == 62_500)
    #expect(words.count == 62_500)
  }

  @Test("streams of neighbouring architectures are not correlated")
  func neighboursAreIndependent() {
    for number in 0..<50 {
      let first = RandomStream(seed: 1, text: cell(number), purpose: "weights")
      let second = RandomStream(seed: 1, text: cell(number + 1), purpose: "weights")
      var differing = 0
      for position in 0..<500 {
        differing += (first.word(at: position) ^ second.word(at: position)).nonzeroBitCount
      }
      // 32,000 bits: 447 is five standard deviations.
      #expect(abs(differing - 16_000) < 447)
    }
  }

  @Test("bits, bytes and pairs of successive nibbles are uniform")
  func bitsAreUniform() {
    let stream = stream("bits")
    let count = 100_000
    var bits = [Int](repeating: 0, count: 64)
    var bytes = [[Int]](repeating: [Int](repeating: 0, count: 256), count: 8)
    var pairs = [Int](repeating: 0, count: 256)
    var previous = stream.word(at: count)
    for position in 0..<count {
      let word = stream.word(at: position)
      for bit in 0..<64 { bits[bit] += Int(word >> UInt64(bit) & 1) }
      for byte in 0..<8 { bytes[byte][Int(word >> UInt64(8 * byte) & 255)] += 1 }
      pairs[Int((word >> 60) * 16 + previous % 16)] += 1
      previous = word
    }
    // One degree of freedom: the statistic exceeds 18 with a probability of 2e-5.
    for ones in bits { #expect(excess([ones, count - ones]) < 12) }
    for byte in bytes { #expect(abs(excess(byte)) < 5) }
    #expect(abs(excess(pairs)) < 5)
  }
}

@Suite("Random streams: uniform numbers, integers and signs")
struct RandomStreamUniformTests {
  @Test("uniform numbers lie in [0, 1) and have the moments of the distribution")
  func uniform() {
    let stream = stream("uniform")
    let count = 50_000
    var (sum, squares) = (0.0, 0.0)
    var (inside, alike) = (true, true)
    for position in 0..<count {
      let (wide, narrow) = (stream.uniform(at: position), stream.uniformFloat(at: position))
      inside = inside && wide >= 0 && wide < 1 && narrow >= 0 && narrow < 1
      alike = alike && Double(narrow) <= wide && wide < Double(narrow) + 0x1p-24
      sum += wide
      squares += wide * wide
    }
    #expect(inside)
    #expect(alike, "the Float is the Double cut off")
    // Five standard deviations of the means, whose variances are 1/12 and 4/45 over the count.
    let n = Double(count)
    #expect(abs(sum / n - 0.5) < 5 * (1 / 12 / n).squareRoot())
    #expect(abs(squares / n - 1.0 / 3) < 5 * (4 / 45 / n).squareRoot())
  }

  @Test("integers below a bound are uniform", arguments: [1, 2, 5, 7, 64, 1000])
  func integers(bound: Int) {
    let stream = stream("integers", index: bound)
    var counts = [Int](repeating: 0, count: bound)
    for position in 0..<50_000 { counts[stream.integer(below: bound, at: position)] += 1 }
    if bound > 1 { #expect(excess(counts) < 12) }
    #expect(counts.allSatisfy { $0 > 0 })
    #expect((0..<Int.max).contains(stream.integer(below: .max, at: 0)))
  }

  @Test("signs are -1 or 1 equally often")
  func signs() {
    let signs = (0..<50_000).map(stream("signs").sign(at:))
    #expect(signs.allSatisfy { abs($0) == 1 })
    #expect(abs(signs.reduce(0, +)) < 5 * Float(50_000).squareRoot())
  }
}

@Suite("Random streams: normal numbers")
struct RandomStreamNormalTests {
  @Test("the same key gives the same digits on every run")
  func pinnedNormals() {
    // The first four are those of an independent implementation in Python with 15 more digits; the
    // first number of the tail and the sum over all are regression values of this one.
    let stream = RandomStream(seed: 42, text: "abcdefgh-ijk", purpose: "weights", index: 7)
    #expect(
      (0..<4).map { stream.normal(at: $0) } == [0.32168046, 1.4448475, 0.9129588, -1.6512209])
    var values = [Float](repeating: 0, count: 200_000)
    stream.fillNormal(&values)
    #expect(values.first { abs($0) > 4.0388498 } == -4.3007703)
    #expect(
      values.reduce(into: UInt64(0)) { $0 = ($0 &* 31) &+ UInt64($1.bitPattern) }
        == 4_930_199_626_377_534_057)
  }

  @Test("an element does not depend on length, start or order of filling")
  func orderDoesNotMatter() {
    let stream = stream("order")
    var whole = [Float](repeating: .nan, count: 5000)
    stream.fillNormal(&whole, mean: 0.25, standardDeviation: 0.125)

    var parts = [Float](repeating: .nan, count: 5000)
    for start in stride(from: 4900, through: 0, by: -100) {
      stream.fillNormal(
        &parts, in: start..<(start + 100), offset: start, mean: 0.25, standardDeviation: 0.125)
    }
    #expect(parts == whole)

    var end = [Float](repeating: .nan, count: 13)
    stream.fillNormal(&end, offset: 4987, mean: 0.25, standardDeviation: 0.125)
    #expect(end == Array(whole[4987...]))

    var standard = [Float](repeating: .nan, count: 5000)
    stream.fillNormal(&standard)
    #expect(standard == (0..<5000).map(stream.normal(at:)))
    for (scaled, x) in zip(whole, standard) {
      #expect(abs(scaled - (0.25 + 0.125 * x)) <= 0x1p-23)
    }
  }

  @Test("a part of an array leaves the rest as it was")
  func partsAreKept() {
    var values = [Float](repeating: 9, count: 10)
    stream("parts").fillNormal(&values, in: 3..<6, offset: 1 << 40)
    #expect(values[..<3].allSatisfy { $0 == 9 } && values[6...].allSatisfy { $0 == 9 })
    #expect(values[3..<6].allSatisfy { $0 != 9 })
    let before = values
    stream("parts").fillNormal(&values, in: 4..<4, offset: 0)
    #expect(values == before)
    var none: [Float] = []
    stream("parts").fillNormal(&none)
    #expect(none.isEmpty)
  }

  @Test("a million numbers follow the normal distribution", arguments: [1, 2] as [UInt64])
  func distribution(seed: UInt64) {
    let count = 1_000_000
    var values = [Float](repeating: 0, count: count)
    stream("distribution", seed: seed).fillNormal(&values)

    var (m1, m2, m3, m4) = (0.0, 0.0, 0.0, 0.0)
    // Cells of width 1/128 from -6 to 6 for the Kolmogorov-Smirnov statistic.
    var cells = [Int](repeating: 0, count: 1537)
    for value in values {
      let x = Double(value)
      let square = x * x
      m1 += x
      m2 += square
      m3 += square * x
      m4 += square * square
      cells[Int(max(0, min(1536, ((x + 6) * 128).rounded(.up))))] += 1
    }
    let n = Double(count)
    // Five standard deviations of each mean: the variances of x, x^2, x^3, x^4 are 1, 2, 15, 96.
    #expect(abs(m1 / n) < 5 / n.squareRoot())
    #expect(abs(m2 / n - 1) < 5 * (2 / n).squareRoot())
    #expect(abs(m3 / n) < 5 * (15 / n).squareRoot())
    #expect(abs(m4 / n - 3) < 5 * (96 / n).squareRoot())

    // Kolmogorov: a distance of 1.95 / sqrt(n) has a probability of 0.001.
    var (below, distance) = (0, 0.0)
    for (cell, inside) in cells.enumerated() where cell < 1536 {
      below += inside
      let expected = 0.5 * erfc(-(Double(cell) / 128 - 6) / 2.0.squareRoot())
      distance = max(distance, abs(Double(below) / n - expected))
    }
    #expect(distance < 1.95 / n.squareRoot())
    // A sampler that missed the tails by 1 % of their weight would still be within that distance.
    for bound in [2.5, 3.5, 4] {
      let expected = n * 0.5 * erfc(bound / 2.0.squareRoot())
      let slack = 5 * expected.squareRoot()
      #expect(abs(Double(values.count { Double($0) > bound }) - expected) < slack)
      #expect(abs(Double(values.count { Double($0) < -bound }) - expected) < slack)
    }
  }

  @Test("the far tail has its shape: the method changes at 4.0388498")
  func farTail() {
    let edges: [Float] = [3.9, 4.0388498, 4.15, 4.4, .infinity]
    var counts = [0, 0, 0, 0]
    var values = [Float](repeating: 0, count: 1_000_000)
    for part in 0..<3 {
      stream("tail").fillNormal(&values, offset: part * values.count)
      for value in values where abs(value) > edges[0] {
        counts[(edges.firstIndex { abs(value) <= $0 } ?? 4) - 1] += 1
      }
    }
    let beyond = edges.map { 3_000_000 * erfc(Double($0) / 2.0.squareRoot()) }
    for (cell, count) in counts.enumerated() {
      let expected = beyond[cell] - beyond[cell + 1]
      #expect(abs(Double(count) - expected) < 4.5 * expected.squareRoot())
    }
  }

  @Test("successive numbers are not correlated")
  func noSerialCorrelation() {
    var values = [Float](repeating: 0, count: 100_000)
    stream("serial").fillNormal(&values)
    for lag in [1, 2, 3, 9, 16, 27, 64, 1024] {
      var sum = 0.0
      for index in lag..<values.count { sum += Double(values[index]) * Double(values[index - lag]) }
      #expect(abs(sum) < 5 * Double(values.count).squareRoot())
    }
  }
}
