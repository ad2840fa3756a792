import Foundation
import Ranking
import Testing

@Suite("Bootstrap intervals")
struct BootstrapTests {
  /// The resamples as the documentation describes them.
  private func resamples(_ count: Int, _ bootstrap: Bootstrap) -> [[Int]] {
    var generator = SeededGenerator(seed: bootstrap.seed)
    return (0..<bootstrap.resamples).map { _ in
      (0..<count).map { _ in
        Int(generator.next().multipliedFullWidth(by: UInt64(count)).high)
      }
    }
  }

  private func interval(_ values: [Double], level: Double) -> ClosedRange<Double>? {
    guard !values.isEmpty else { return nil }
    let sorted = values.sorted()
    func quantile(_ share: Double) -> Double {
      let position = share * Double(sorted.count - 1)
      let above = min(Int(position) + 1, sorted.count - 1)
      let weight = position - position.rounded(.down)
      return sorted[Int(position)] + weight * (sorted[above] - sorted[Int(position)])
    }
    return quantile((1 - level) / 2)...quantile((1 + level) / 2)
  }

  @Test("An interval is what evaluating every resample by itself gives", arguments: shapes.indices)
  func definition(shape: Int) throws {
    let (count, scoreLevels, accuracyLevels) = shapes[shape]
    var generator = SeededGenerator(seed: UInt64(shape) + 40)
    var (s, a) = generator.columns(count, scoreLevels: scoreLevels, accuracyLevels: accuracyLevels)
    // No column is constant, so that every metric of the collection itself is defined.
    (s[0], a[0], a[1]) = (1e3, 20, 30)
    let bootstrap = Bootstrap(resamples: 60, level: 0.8, seed: UInt64(shape))
    let drawn = resamples(count, bootstrap).map { draws in
      (draws.map { s[$0] }, draws.map { a[$0] })
    }
    for ties in [TiePolicy.averaged, .random(seed: 5)] {
      var orders = SeededGenerator(seed: 5)
      let taus = drawn.map { kendallTau($0, $1) }
      let rhos = drawn.map { spearmanRho($0, $1) }
      let gains = drawn.map { s, a in
        let seed = orders.next()
        let policy = ties == .averaged ? TiePolicy.averaged : .random(seed: seed)
        return normalizedDiscountedGain(s, a, at: 10, ties: policy)
      }
      let found = rankCorrelations(s, a, at: 10, ties: ties, bootstrap: bootstrap)
      for (estimate, value, values) in [
        (found.kendall, kendallTau(s, a), taus), (found.spearman, spearmanRho(s, a), rhos),
        (found.ndcg, normalizedDiscountedGain(s, a, at: 10, ties: ties), gains),
      ] {
        let estimate = try #require(estimate)
        let defined = values.compactMap { $0 }
        #expect(estimate.value == value)
        #expect(estimate.interval == interval(defined, level: 0.8))
        #expect(estimate.undefinedResamples == values.count - defined.count)
      }
    }
  }

  @Test("The generator is SplitMix64, by its published outputs for the seed 1234567")
  func generator() {
    var generator = SeededGenerator(seed: 1_234_567)
    let outputs = (0..<3).map { _ in generator.next() }
    #expect(
      outputs == [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423])
  }

  @Test("The same seed gives the same digits, another seed others")
  func seeds() {
    var generator = SeededGenerator(seed: 50)
    let (s, a) = generator.columns(80, scoreLevels: 12, accuracyLevels: 40)
    func found(_ seed: UInt64) -> RankCorrelations {
      rankCorrelations(s, a, at: 10, bootstrap: Bootstrap(resamples: 50, seed: seed))
    }
    #expect(found(3) == found(3))
    #expect(found(3).kendall?.interval != found(4).kendall?.interval)
    #expect(found(3).kendall?.value == found(4).kendall?.value)
  }

  @Test("A higher level contains a lower one, and the ends are in order")
  func levels() throws {
    var generator = SeededGenerator(seed: 51)
    let (s, a) = generator.columns(100, scoreLevels: 30, accuracyLevels: 60)
    var inner: ClosedRange<Double>?
    for level in [1e-9, 0.5, 0.9, 0.999] {
      let found = rankCorrelations(
        s, a, at: 10, bootstrap: Bootstrap(resamples: 200, level: level, seed: 1))
      let interval = try #require(found.kendall?.interval)
      #expect(found.kendall?.low == interval.lowerBound)
      #expect(found.kendall?.high == interval.upperBound)
      if let inner {
        #expect(interval.lowerBound <= inner.lowerBound && interval.upperBound >= inner.upperBound)
      }
      inner = interval
    }
  }

  @Test("The interval covers the truth about as often as its level says")
  func coverage() throws {
    // Ranks of a score and an accuracy that share half of their noise: tau is 2 asin(1/2) / pi.
    let truth = 1.0 / 3
    var generator = SeededGenerator(seed: 52)
    func normal() -> Double {
      let radius = sqrt(-2 * log(Double.random(in: 1e-12..<1, using: &generator)))
      return radius * cos(2 * .pi * Double.random(in: 0..<1, using: &generator))
    }
    var covered = 0
    for trial in 0..<100 {
      let common = (0..<60).map { _ in normal() }
      let s = common.map { $0 + normal() }
      let a = common.map { 50 + $0 + normal() }
      let found = rankCorrelations(
        s, a, at: 10, bootstrap: Bootstrap(resamples: 100, level: 0.9, seed: UInt64(trial)))
      if try #require(found.kendall?.interval).contains(truth) { covered += 1 }
    }
    // Five standard deviations of a binomial count with share 0.9 around it.
    #expect(covered > 75 && covered < 100)
  }

  @Test("Undefined metrics have no estimate, and undefined resamples are counted")
  func undefined() throws {
    let bootstrap = Bootstrap(resamples: 200, seed: 9)
    let constant = rankCorrelations([1, 1, 1], [50, 60, 70], at: 2, bootstrap: bootstrap)
    #expect(constant.kendall == nil && constant.spearman == nil)
    #expect(constant.ndcg?.undefinedResamples == 0)
    let empty = rankCorrelations([], [], at: 2, bootstrap: bootstrap)
    #expect(empty == RankCorrelations.nothing)
    let negative = rankCorrelations([1, 2, 3], [-1, 2, 3], at: 2, bootstrap: bootstrap)
    #expect(negative.ndcg == nil && negative.kendall?.value == 1)
    // Of two networks half of the resamples hold only one, and the other half are perfect.
    let two = try #require(
      rankCorrelations([1, 2], [50, 60], at: 2, bootstrap: bootstrap).kendall)
    #expect(two.interval == 1...1)
    #expect(two.undefinedResamples > 60 && two.undefinedResamples < 140)
  }

  @Test("Without a bootstrap there is a value and no interval")
  func without() {
    let found = rankCorrelations([1, 3, 2], [50, 60, 70], at: 2, bootstrap: nil)
    #expect(found.kendall?.value == kendallTau([1, 3, 2], [50, 60, 70]))
    #expect(found.kendall?.interval == nil && found.kendall?.low == nil)
    #expect(found.ndcg?.value == normalizedDiscountedGain([1, 3, 2], [50, 60, 70], at: 2))
  }

  @Test("A difference is evaluated on the same resamples, and a score does not differ from itself")
  func differences() throws {
    var generator = SeededGenerator(seed: 53)
    let (s, a) = generator.columns(70, scoreLevels: 30, accuracyLevels: 60)
    let baseline = generator.columns(70, scoreLevels: 8, accuracyLevels: 60).scores
    let bootstrap = Bootstrap(resamples: 80, level: 0.9, seed: 2)
    let found = rankCorrelationDifferences(s, minus: baseline, a, at: 10, bootstrap: bootstrap)
    let draws = resamples(70, bootstrap)
    let expected = try draws.map { draws in
      let a = draws.map { a[$0] }
      return try #require(kendallTau(draws.map { s[$0] }, a))
        - #require(kendallTau(draws.map { baseline[$0] }, a))
    }
    #expect(found.kendall?.interval == interval(expected, level: 0.9))
    #expect(
      try found.kendall?.value == #require(kendallTau(s, a)) - #require(kendallTau(baseline, a)))

    let same = rankCorrelationDifferences(s, minus: s, a, at: 10, bootstrap: bootstrap)
    for estimate in [same.kendall, same.spearman, same.ndcg] {
      #expect(estimate?.value == 0)
      #expect(estimate?.interval == 0...0)
    }
    let constant = s.map { _ in 1.0 }
    let none = rankCorrelationDifferences(s, minus: constant, a, at: 10, bootstrap: bootstrap)
    #expect(none.kendall == nil && none.ndcg != nil)
  }

  @Test("Settings that make no sense are refused")
  func settings() async {
    await #expect(processExitsWith: .failure) { _ = Bootstrap(resamples: 0, seed: 1) }
    await #expect(processExitsWith: .failure) { _ = Bootstrap(level: 1, seed: 1) }
  }
}

extension RankCorrelations {
  fileprivate static var nothing: RankCorrelations {
    rankCorrelations([], [], at: 1, bootstrap: nil)
  }
}
