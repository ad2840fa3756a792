/// How intervals are estimated: by drawing networks with replacement and looking at percentiles.
///
/// B. Efron, "Bootstrap methods: another look at the jackknife", Annals of Statistics 7, 1979.
public struct Bootstrap: Hashable, Sendable {
  /// The number of resamples.
  public let resamples: Int
  /// The share of the resamples that lies inside an interval.
  public let level: Double
  /// The seed of the draws.
  public let seed: UInt64

  /// Creates the settings of a bootstrap.
  ///
  /// - Parameters:
  ///   - resamples: the number of resamples, at least 1.
  ///   - level: the share of the resamples inside an interval, between 0 and 1 exclusively.
  ///   - seed: the seed of the draws; the same seed gives the same digits.
  public init(resamples: Int = 1000, level: Double = 0.95, seed: UInt64) {
    precondition(resamples >= 1, "\(resamples) resamples give no interval")
    precondition(level > 0 && level < 1, "the level \(level) is not between 0 and 1")
    self.resamples = resamples
    self.level = level
    self.seed = seed
  }

  /// The percentile interval of the values on the resamples, `nil` where there are none.
  ///
  /// Quantile q of m sorted values is interpolated linearly at position q (m - 1).
  func interval(_ values: [Double]) -> ClosedRange<Double>? {
    guard !values.isEmpty else { return nil }
    let sorted = values.sorted()
    let low = Self.quantile((1 - level) / 2, of: sorted)
    return low...max(low, Self.quantile((1 + level) / 2, of: sorted))
  }

  private static func quantile(_ share: Double, of sorted: [Double]) -> Double {
    let position = share * Double(sorted.count - 1)
    let below = Int(position)
    let above = min(below + 1, sorted.count - 1)
    return sorted[below] + (position - Double(below)) * (sorted[above] - sorted[below])
  }
}

/// The value of a metric with its interval.
public struct Estimate: Hashable, Sendable {
  /// The metric of the collection as it is.
  public let value: Double
  /// The percentile interval, or `nil` where no resample was asked for or none defines the metric.
  public let interval: ClosedRange<Double>?
  /// The number of resamples that leave the metric undefined and are not part of the interval.
  public let undefinedResamples: Int

  /// Joins a value and an interval, from whatever they were computed.
  public init(value: Double, interval: ClosedRange<Double>?, undefinedResamples: Int = 0) {
    self.value = value
    self.interval = interval
    self.undefinedResamples = undefinedResamples
  }

  /// The lower end of the interval.
  public var low: Double? { interval?.lowerBound }
  /// The upper end of the interval.
  public var high: Double? { interval?.upperBound }
}
