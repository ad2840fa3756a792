import Foundation
import Ranking
import Testing

@Suite("nDCG")
struct DiscountedGainTests {
  /// Sums of at most a few hundred terms, in another order and by differences of running sums.
  let tolerance = 1e-12

  @Test("Tie averaging equals its definition", arguments: shapes.indices)
  func definition(shape: Int) {
    let (count, scoreLevels, accuracyLevels) = shapes[shape]
    var generator = SeededGenerator(seed: UInt64(shape))
    let (s, a) = generator.columns(count, scoreLevels: scoreLevels, accuracyLevels: accuracyLevels)
    for cutoff in [1, 2, 3, 10, count, count + 1, 1000] {
      let expected = Slow.averagedGain(s, a, at: cutoff)
      #expect(
        agrees(normalizedDiscountedGain(s, a, at: cutoff), expected, tolerance: tolerance),
        "P = \(cutoff)")
    }
  }

  @Test("Without ties both policies are the plain definition")
  func untied() {
    var generator = SeededGenerator(seed: 8)
    let a = (0..<60).map { 60 + Double($0) / 3 }.shuffled(using: &generator)
    let s = a.indices.map { -Double($0) }
    for cutoff in [1, 7, 60] {
      let expected = Slow.gain(ordered: a, at: cutoff)
      for ties in [TiePolicy.averaged, .random(seed: 1)] {
        let value = normalizedDiscountedGain(s, a, at: cutoff, ties: ties)
        #expect(agrees(value, expected, tolerance: tolerance))
      }
    }
  }

  @Test("The perfect order scores exactly 1, and no order more")
  func perfect() throws {
    var generator = SeededGenerator(seed: 9)
    let a = (0..<200).map { _ in 40 + Double(Int.random(in: 0..<90, using: &generator)) / 2 }
    for cutoff in [1, 10, 200] {
      #expect(normalizedDiscountedGain(a.map { $0 * 3 - 1 }, a, at: cutoff) == 1)
      let reversed = try #require(normalizedDiscountedGain(a.map { -$0 }, a, at: cutoff))
      #expect(reversed < 0.5)
    }
  }

  @Test("Strictly increasing scores and permutations of the networks change no bit")
  func invariances() {
    var generator = SeededGenerator(seed: 10)
    let (s, a) = generator.columns(150, scoreLevels: 9, accuracyLevels: 60)
    let order = s.indices.shuffled(using: &generator)
    for ties in [TiePolicy.averaged, .random(seed: 77)] {
      let value = normalizedDiscountedGain(s, a, at: 20, ties: ties)
      #expect(value != nil)
      #expect(normalizedDiscountedGain(s.map { exp($0 / 9) }, a, at: 20, ties: ties) == value)
      let permuted = normalizedDiscountedGain(
        order.map { s[$0] }, order.map { a[$0] }, at: 20, ties: ties)
      #expect(permuted == value)
    }
  }

  @Test("Only the order within the first P positions counts")
  func cutoff() {
    let a = [90.0, 80, 70, 60, 50]
    let top = normalizedDiscountedGain([5, 4, 1, 2, 3], a, at: 2)
    #expect(top == 1)
    #expect(normalizedDiscountedGain([5, 4, 3, 2, 1], a, at: 9) == 1)
  }

  @Test("One percentage point more doubles the gain")
  func doubling() throws {
    // Two networks, the worse one first: the ratio of their gains is what P = 1 shows.
    let value = try #require(normalizedDiscountedGain([2, 1], [80, 81], at: 1))
    #expect(agrees(value, 0.5, tolerance: 1e-15))
  }

  @Test("Gains neither overflow nor vanish", arguments: [0.5, 94, 2000, 1e300])
  func scales(top: Double) throws {
    let a = [top - top / 2, top, 0]
    let value = try #require(normalizedDiscountedGain([1, 3, 2], a, at: 3))
    #expect(value > 0.9 && value <= 1)
    #expect(normalizedDiscountedGain(a, a, at: 3) == 1)
    if top >= 94 {
      let second = try #require(normalizedDiscountedGain([1, 2, 3], [0, top - 1, top], at: 1))
      #expect(second == 1)
      let swapped = try #require(normalizedDiscountedGain([1, 3, 2], [0, top - 1, top], at: 1))
      #expect(swapped == (top - 1 == top ? 1 : 0.5))
    }
  }

  @Test("A gain of 2^a - 1 is what small accuracies have")
  func small() throws {
    // Gains 1 and 3: the worse one first gives (1 + 3 w) / (3 + w) with w = 1 / log2(3).
    let w = 1 / log2(3.0)
    let value = normalizedDiscountedGain([2, 1], [1, 2], at: 2)
    #expect(agrees(value, (1 + 3 * w) / (3 + w), tolerance: 1e-14))
  }

  @Test("Collections without a gain score 0, and those that can have none are undefined")
  func degenerate() {
    #expect(normalizedDiscountedGain([1, 2, 3], [0, 0, 0], at: 2) == 0)
    #expect(normalizedDiscountedGain([1], [0], at: 1, ties: .random(seed: 0)) == 0)
    #expect(normalizedDiscountedGain([], [], at: 10) == nil)
    #expect(normalizedDiscountedGain([1, 2], [-1, 50], at: 1) == nil)
    #expect(normalizedDiscountedGain([1, 2], [1, .infinity], at: 1) == nil)
    #expect(normalizedDiscountedGain([4], [93], at: 1000) == 1)
    #expect(normalizedDiscountedGain([4, 4], [93, 93], at: 1000) == 1)
  }

  @Test("A cutoff below 1 is refused")
  func noCutoff() async {
    await #expect(processExitsWith: .failure) { _ = normalizedDiscountedGain([1], [1], at: 0) }
  }

  @Test("The mean over random orders is the tie average, and a seed gives one order")
  func expectation() throws {
    var generator = SeededGenerator(seed: 11)
    let (s, a) = generator.columns(40, scoreLevels: 3, accuracyLevels: 12)
    let averaged = try #require(normalizedDiscountedGain(s, a, at: 10))
    let values = try (0..<3000).map {
      try #require(normalizedDiscountedGain(s, a, at: 10, ties: .random(seed: $0)))
    }
    let mean = values.reduce(0, +) / 3000
    let deviation = sqrt(values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 2999)
    #expect(deviation > 0.01)
    // Five standard errors of the mean.
    #expect(abs(mean - averaged) < 5 * deviation / sqrt(3000))
    #expect(values[7] == normalizedDiscountedGain(s, a, at: 10, ties: .random(seed: 7)))
  }

  @Test("Every order of a tied group comes up equally often")
  func orders() {
    // Three tied networks with gains far apart; at P = 2 each of the six orders has its own value.
    var seen: [Double: Int] = [:]
    for seed in 0..<6000 {
      let value = normalizedDiscountedGain(
        [1, 1, 1], [1, 3, 6], at: 2, ties: .random(seed: UInt64(seed)))
      seen[value ?? -1, default: 0] += 1
    }
    #expect(seen.count == 6)
    // Five standard deviations of a binomial count.
    for count in seen.values { #expect(abs(count - 1000) < 145) }
  }

  @Test("The tie example has the values of scikit-learn and of all orders of its ties")
  func ties() throws {
    let ties = try Golden.load().ndcgTies
    #expect(ties.byP.count == 5)
    for (key, range) in ties.byP {
      let cutoff = try #require(Int(key))
      #expect(
        agrees(normalizedDiscountedGain(ties.score, ties.accuracy, at: cutoff), range.tieAveraged))
      let values = try (0..<300).map {
        try #require(
          normalizedDiscountedGain(ties.score, ties.accuracy, at: cutoff, ties: .random(seed: $0)))
      }
      // Three networks tie first and two follow: 300 draws of the 12 orders miss none.
      #expect(agrees(values.min(), range.minOverTieOrders))
      #expect(agrees(values.max(), range.maxOverTieOrders))
    }
  }

  @Test("The toy rankings of the paper have the values of scikit-learn")
  func toy() throws {
    for (name, toy) in try Golden.load().toy {
      for (key, golden) in toy.ndcgByP {
        let value = normalizedDiscountedGain(toy.score, toy.accuracy, at: try #require(Int(key)))
        #expect(agrees(value, golden), "\(name) at \(key)")
      }
    }
  }

  @Test("The paper's toy ranking with a damaged top is near the 75th percentile of random orders")
  func percentile() throws {
    let toy = try #require(try Golden.load().toy["damaged_top"])
    let damaged = try #require(normalizedDiscountedGain(toy.score, toy.accuracy, at: 10))
    // A constant score with random ties is a random order of all networks.
    let constant = toy.score.map { _ in 0.0 }
    let below = (0..<4000).count { seed in
      let value = normalizedDiscountedGain(
        constant, toy.accuracy, at: 10, ties: .random(seed: UInt64(seed)))
      return value ?? 1 < damaged
    }
    // Known to be 0.776; four standard errors of 4,000 draws.
    #expect(abs(Double(below) / 4000 - 0.776) < 0.027)
  }
}
