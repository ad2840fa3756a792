/// How well scores rank networks: the three metrics, each `nil` where it is undefined.
public struct RankCorrelations: Hashable, Sendable {
  /// Kendall's tau-b.
  public let kendall: Estimate?
  /// Spearman's rho.
  public let spearman: Estimate?
  /// The normalised discounted cumulative gain at the chosen cutoff.
  public let ndcg: Estimate?
}

/// The three metrics of one score, with bootstrap intervals if these are asked for.
///
/// A resample draws as many networks as there are, with replacement, and serves all three metrics.
/// Draw k of resample r, both counted from 0, is output r n + k of SplitMix64 with the bootstrap's
/// seed, times n, divided by 2^64 and rounded down. A resample on which a metric is undefined is
/// left out of that metric's interval and counted in ``Estimate/undefinedResamples``. The interval
/// speaks of the choice of the networks, not of the randomness of the scores.
///
/// Takes O(n log n) time for each resample, without sorting again, on one thread.
///
/// - Parameters:
///   - scores: one score for each network, higher is better; infinities are legal, NaN is not.
///   - accuracies: one accuracy in percent for each network, in the same order.
///   - cutoff: the number of positions that nDCG looks at, at least 1.
///   - ties: the order of tied networks in nDCG. With `.random(seed)`, resample r takes output r of
///     SplitMix64 with that seed as the seed of its own orders.
///   - bootstrap: the settings of the intervals, or `nil` for none.
/// - Returns: the metrics of the collection and their intervals.
public func rankCorrelations(
  _ scores: [Double], _ accuracies: [Double], at cutoff: Int, ties: TiePolicy = .averaged,
  bootstrap: Bootstrap?
) -> RankCorrelations {
  let columns = [ContingencyTable(scores, accuracies)]
  return estimates(columns, cutoff: cutoff, ties: ties, bootstrap: bootstrap)
}

/// The metrics of one score minus those of a baseline, with intervals of the difference.
///
/// Both are evaluated on the same resamples, so that what makes a resample easy for both cancels.
/// The score is better than the baseline beyond the choice of the networks where the interval does
/// not contain 0. A difference is undefined where either metric is.
///
/// - Parameters:
///   - scores: one score for each network, higher is better; infinities are legal, NaN is not.
///   - baseline: the score of each network to compare with, in the same order.
///   - accuracies: one accuracy in percent for each network, in the same order.
///   - cutoff: the number of positions that nDCG looks at, at least 1.
///   - ties: the order of tied networks in nDCG.
///   - bootstrap: the settings of the intervals, or `nil` for none; the draws are those of
///     ``rankCorrelations(_:_:at:ties:bootstrap:)``.
/// - Returns: the differences of the metrics and their intervals.
public func rankCorrelationDifferences(
  _ scores: [Double], minus baseline: [Double], _ accuracies: [Double], at cutoff: Int,
  ties: TiePolicy = .averaged, bootstrap: Bootstrap?
) -> RankCorrelations {
  let columns = [ContingencyTable(scores, accuracies), ContingencyTable(baseline, accuracies)]
  return estimates(columns, cutoff: cutoff, ties: ties, bootstrap: bootstrap)
}

/// The metrics of the first column, minus those of the second if there is one.
private func estimates(
  _ columns: [ContingencyTable], cutoff: Int, ties: TiePolicy, bootstrap: Bootstrap?
) -> RankCorrelations {
  var columns = columns
  let count = columns[0].total
  let discounts = Discounts(cutoff: cutoff, count: count)
  let order: UInt64? = if case .random(let seed) = ties { seed } else { nil }
  let values = Metrics(&columns, discounts, orderSeed: order)
  var kendall = Metric(value: values.kendall)
  var spearman = Metric(value: values.spearman)
  var ndcg = Metric(value: values.ndcg)

  if let bootstrap, count > 0 {
    var generator = SplitMix64(seed: bootstrap.seed)
    var orders = order.map(SplitMix64.init(seed:))
    var draws = [Int32](repeating: 0, count: count)
    for _ in 0..<bootstrap.resamples {
      for draw in draws.indices {
        draws[draw] = Int32(truncatingIfNeeded: generator.index(below: count))
      }
      for column in columns.indices { columns[column].tally(draws) }
      let values = Metrics(&columns, discounts, orderSeed: orders?.next())
      kendall.add(values.kendall)
      spearman.add(values.spearman)
      ndcg.add(values.ndcg)
    }
  }
  return RankCorrelations(
    kendall: kendall.estimate(bootstrap), spearman: spearman.estimate(bootstrap),
    ndcg: ndcg.estimate(bootstrap))
}

/// The metrics of what tables have tallied, each `nil` where it is undefined.
struct Metrics {
  private(set) var kendall: Double?
  private(set) var spearman: Double?
  private(set) var ndcg: Double?

  /// The metrics of the first column, minus those of the others.
  init(_ columns: inout [ContingencyTable], _ discounts: Discounts, orderSeed: UInt64?) {
    self.init(&columns[0], discounts, orderSeed: orderSeed)
    for column in columns.indices.dropFirst() {
      self = minus(Metrics(&columns[column], discounts, orderSeed: orderSeed))
    }
  }

  /// The metrics of one table.
  init(_ table: inout ContingencyTable, _ discounts: Discounts, orderSeed: UInt64?) {
    kendall = table.pairCounts().kendallTau
    spearman = table.spearmanRho()
    ndcg = table.normalizedDiscountedGain(discounts, orderSeed: orderSeed)
  }

  /// The differences from other metrics, `nil` where either is.
  func minus(_ other: Metrics) -> Metrics {
    var difference = self
    difference.kendall = Self.difference(kendall, other.kendall)
    difference.spearman = Self.difference(spearman, other.spearman)
    difference.ndcg = Self.difference(ndcg, other.ndcg)
    return difference
  }

  private static func difference(_ first: Double?, _ second: Double?) -> Double? {
    guard let first, let second else { return nil }
    return first - second
  }
}

/// One metric and what the resamples made of it.
private struct Metric {
  let value: Double?
  private var resampled: [Double] = []
  private var undefined = 0

  init(value: Double?) {
    self.value = value
  }

  mutating func add(_ value: Double?) {
    if let value { resampled.append(value) } else { undefined += 1 }
  }

  func estimate(_ bootstrap: Bootstrap?) -> Estimate? {
    value.map {
      Estimate(
        value: $0, interval: bootstrap?.interval(resampled), undefinedResamples: undefined)
    }
  }
}
