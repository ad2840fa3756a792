import Foundation
import Ranking
import Testing

@Suite("Paired permutation test")
struct PairedPermutationTests {
  private typealias Metric = ([Double], [Double]) -> Double?

  /// The metrics once more, from the definitions alone.
  private func metrics(at cutoff: Int) -> [Metric] {
    [
      Slow.kendallTau, Slow.spearmanRho, { Slow.averagedGain($0, $1, at: cutoff) },
    ]
  }

  private func values(_ found: DifferenceSignificance) -> [Double?] {
    [found.kendall, found.spearman, found.ndcg]
  }

  /// The share of exchanges of ranks, given as bits, with a difference as large as that of none.
  private func share(
    _ metric: Metric, _ s: [Double], _ t: [Double], _ a: [Double], exchanges: [[Bool]]
  ) -> Double {
    let x = Slow.averageRanks(s)
    let y = Slow.averageRanks(t)
    func difference(_ bits: [Bool]) -> Double? {
      guard let first = metric(bits.indices.map { bits[$0] ? y[$0] : x[$0] }, a),
        let second = metric(bits.indices.map { bits[$0] ? x[$0] : y[$0] }, a)
      else { return nil }
      return abs(first - second)
    }
    guard let observed = difference(s.map { _ in false }) else { return .nan }
    let asLarge = exchanges.count { difference($0).map { $0 > observed - 1e-11 } ?? true }
    return Double(asLarge) / Double(exchanges.count)
  }

  private func allExchanges(_ count: Int) -> [[Bool]] {
    (0..<(1 << count)).map { number in (0..<count).map { number >> $0 & 1 == 1 } }
  }

  @Test("Two networks, by hand")
  func byHand() {
    // Ranks 1 2 against 2 1: tau is 1 and -1. Exchanging both turns the difference; exchanging one
    // makes both columns constant, and an undefined difference counts as a large one.
    let opposite = differenceSignificance(
      [1, 2], [2, 1], [50, 60], at: 2, test: PairedPermutation(permutations: 4, seed: 1))
    #expect(opposite.isExact && opposite.permutations == 4)
    #expect(opposite.kendall == 1 && opposite.spearman == 1)
    // The gains: 1 : 2^-10 in the one order, the mean of both where all tie. So only two of four
    // differences are as large.
    #expect(opposite.ndcg == 0.5)
  }

  @Test("Few networks: the share of all exchanges, from the definitions", arguments: 3...8)
  func enumerated(count: Int) {
    var generator = SeededGenerator(seed: UInt64(count))
    for levels in [3, 50] {
      var (s, a) = generator.columns(count, scoreLevels: levels, accuracyLevels: levels)
      var t = generator.columns(count, scoreLevels: levels, accuracyLevels: levels).scores
      (s[0], t[0], a[0], a[1], a[2]) = (1e3, -1e3, 20, 30, 25)
      let found = differenceSignificance(
        s, t, a, at: 3, test: PairedPermutation(permutations: 1 << count, seed: 1))
      #expect(found.isExact && found.permutations == 1 << count)
      let exchanges = allExchanges(count)
      for (p, metric) in zip(values(found), metrics(at: 3)) {
        #expect(p == share(metric, s, t, a, exchanges: exchanges), "\(s) \(t) \(a)")
      }
    }
  }

  @Test("Many networks: the share of the exchanges that the documentation describes")
  func drawn() throws {
    let count = 70
    var generator = SeededGenerator(seed: 21)
    let (s, a) = generator.columns(count, scoreLevels: 30, accuracyLevels: 40)
    let t = generator.columns(count, scoreLevels: 6, accuracyLevels: 40).scores
    let other = zip(t, s).map { 3 * $0 + $1 }
    let test = PairedPermutation(permutations: 60, seed: 5)
    var outputs = SeededGenerator(seed: 5)
    let exchanges = (0..<60).map { _ in
      let words = [outputs.next(), outputs.next()]
      return (0..<count).map { words[$0 / 64] >> UInt64($0 % 64) & 1 == 1 }
    }
    let found = differenceSignificance(s, other, a, at: 10, test: test)
    #expect(!found.isExact && found.permutations == 60)
    for (p, metric) in zip(values(found), metrics(at: 10)) {
      let drawn = share(metric, s, other, a, exchanges: exchanges)
      #expect(agrees(p, (1 + 60 * drawn) / 61, tolerance: 1e-14))
    }
    #expect(values(found).contains { $0 != 1 })
  }

  @Test("Draws and enumeration agree")
  func drawsAgainstAll() throws {
    let a = (0..<12).map { 80 + Double($0) }
    let s = a.indices.map { Double($0 * 5 % 13) }
    let t = a.indices.map { Double($0 * 2 % 13) }
    let exact = differenceSignificance(
      s, t, a, at: 4, test: PairedPermutation(permutations: 1 << 12, seed: 1))
    let drawn = differenceSignificance(
      s, t, a, at: 4, test: PairedPermutation(permutations: (1 << 12) - 1, seed: 1))
    #expect(exact.isExact && !drawn.isExact)
    for (exact, drawn) in zip(values(exact), values(drawn)) {
      let p = try #require(exact)
      #expect(p > 0.01 && p < 0.99)
      #expect(abs(try #require(drawn) - p) < 5 * sqrt(p * (1 - p) / 4095) + 1.0 / 4096)
    }
  }

  @Test("A score does not differ from itself, nor from another scale of it", arguments: [6, 90])
  func identical(count: Int) {
    var generator = SeededGenerator(seed: UInt64(count))
    var (s, a) = generator.columns(count, scoreLevels: 20, accuracyLevels: 40)
    (s[0], a[0], a[1]) = (1e3, 20, 30)
    for same in [s, s.map { exp($0 / 20) - 7 }] {
      let found = differenceSignificance(
        s, same, a, at: 5, test: PairedPermutation(permutations: 99, seed: 3))
      #expect(values(found) == [1, 1, 1])
    }
  }

  @Test(
    "Neither an exchange of the scores nor an increasing map changes a bit", arguments: [5, 80])
  func invariances(count: Int) {
    var generator = SeededGenerator(seed: UInt64(count) + 7)
    var (s, a) = generator.columns(count, scoreLevels: 25, accuracyLevels: 30)
    var t = generator.columns(count, scoreLevels: 9, accuracyLevels: 30).scores
    (s[0], t[1], a[0], a[1]) = (1e3, 1e3, 20, 30)
    let test = PairedPermutation(permutations: 64, seed: 2)
    let found = differenceSignificance(s, t, a, at: 8, test: test)
    #expect(values(found).contains { $0 != 1 && $0 != nil })
    #expect(differenceSignificance(t, s, a, at: 8, test: test) == found)
    let mapped = differenceSignificance(
      s.map { exp($0 / 50) }, t.map { $0 == 1e3 ? .infinity : 1e6 * $0 - 3 }, a, at: 8, test: test)
    #expect(mapped == found)
    // Tau and rho see only the order of the accuracies.
    let stretched = differenceSignificance(s, t, a.map { $0 * $0 }, at: 8, test: test)
    #expect(stretched.kendall == found.kendall && stretched.spearman == found.spearman)
  }

  @Test("The same seed gives the same digits, another seed others")
  func seeds() {
    var generator = SeededGenerator(seed: 31)
    let (s, a) = generator.columns(60, scoreLevels: 40, accuracyLevels: 50)
    let t = generator.columns(60, scoreLevels: 40, accuracyLevels: 50).scores
    let found = (1...6).map { seed in
      differenceSignificance(
        s, t, a, at: 8, test: PairedPermutation(permutations: 200, seed: UInt64(seed)))
    }
    #expect(Set(found).count > 1)
    #expect(
      differenceSignificance(s, t, a, at: 8, test: PairedPermutation(permutations: 200, seed: 1))
        == found[0])
  }

  @Test("A clear difference has the smallest probability there is")
  func power() {
    let a = (0..<200).map { 50 + Double($0) / 10 }
    var generator = SeededGenerator(seed: 33)
    let noise = a.indices.map(Double.init).shuffled(using: &generator)
    let found = differenceSignificance(
      a, noise, a, at: 20, test: PairedPermutation(permutations: 199, seed: 1))
    #expect(found.kendall == 1.0 / 200 && found.spearman == 1.0 / 200)
    #expect(found.ndcg == 1.0 / 200)
  }

  /// Two scores with the same share of signal but different scales, so that the null hypothesis
  /// holds for their ranks and not for the numbers.
  @Test("Under the null hypothesis p is below x about x of the time")
  func calibration() throws {
    var generator = SeededGenerator(seed: 34)
    func normal() -> Double {
      let radius = sqrt(-2 * log(Double.random(in: 1e-12..<1, using: &generator)))
      return radius * cos(2 * .pi * Double.random(in: 0..<1, using: &generator))
    }
    let trials = 200
    var found: [[Double]] = [[], [], []]
    for trial in 0..<trials {
      let signal = (0..<30).map { _ in normal() }
      let s = signal.map { $0 + normal() }
      let t = signal.map { 1e6 * exp($0 + normal()) }
      let a = signal.map { 70 + 3 * $0 }
      let test = PairedPermutation(permutations: 59, seed: UInt64(trial))
      for (metric, p) in values(differenceSignificance(s, t, a, at: 8, test: test)).enumerated() {
        found[metric].append(try #require(p))
      }
    }
    for metric in found {
      for x in [0.05, 0.1, 0.25, 0.5, 0.75] {
        // With 59 permutations p is a multiple of 1/60, as these are. Four standard deviations of
        // a binomial count.
        let expected = Double(trials) * x
        let count = Double(metric.count { $0 <= x + 1e-9 })
        #expect(abs(count - expected) < 4 * sqrt(expected * (1 - x)), "\(x): \(count)")
      }
    }
  }

  @Test("What is undefined has no probability")
  func undefined() {
    let test = PairedPermutation(permutations: 20, seed: 1)
    let empty = differenceSignificance([], [], [], at: 1, test: test)
    #expect(values(empty) == [nil, nil, nil])
    let constant = differenceSignificance([1, 1, 1], [1, 2, 3], [50, 60, 70], at: 2, test: test)
    #expect(constant.kendall == nil && constant.spearman == nil && constant.ndcg != nil)
    let negative = differenceSignificance([3, 1, 2], [1, 2, 3], [-1, 60, 70], at: 2, test: test)
    #expect(negative.kendall != nil && negative.ndcg == nil)
  }

  @Test("Settings and columns that make no sense are refused")
  func refused() async {
    await #expect(processExitsWith: .failure) { _ = PairedPermutation(permutations: 0, seed: 1) }
    await #expect(processExitsWith: .failure) {
      _ = differenceSignificance([1, 2], [1], [1, 2], at: 1, test: PairedPermutation(seed: 1))
    }
    await #expect(processExitsWith: .failure) {
      _ = differenceSignificance(
        [1, .nan], [1, 2], [1, 2], at: 1, test: PairedPermutation(seed: 1))
    }
    await #expect(processExitsWith: .failure) {
      _ = differenceSignificance([1, 2], [1, 2], [1, 2], at: 0, test: PairedPermutation(seed: 1))
    }
  }
}
