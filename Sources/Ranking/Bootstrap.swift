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

/// The mean of a sample and half the width of its 95 % interval by Student's t distribution.
///
/// - Parameter sample: at least two numbers.
/// - Returns: the mean, and the distance of both ends of the interval from it; 0 where all numbers are
///   equal.
public func meanInterval(_ sample: [Double]) -> (mean: Double, halfWidth: Double) {
  precondition(sample.count > 1, "an interval of \(sample.count) numbers")
  let n = Double(sample.count)
  let mean = sample.reduce(0, +) / n
  let squares = sample.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
  let error = (squares / (n - 1) / n).squareRoot()
  return (mean, studentQuantile(degrees: sample.count - 1) * error)
}

/// The 97.5 % quantile of Student's t distribution.
///
/// Values of the standard table up to 30 degrees of freedom; beyond, the expansion of Cornish and Fisher
/// about the normal quantile, whose error there is below 2e-5.
///
/// - Parameter degrees: degrees of freedom, at least 1.
/// - Returns: the quantile.
func studentQuantile(degrees: Int) -> Double {
  precondition(degrees >= 1, "\(degrees) degrees of freedom")
  let table = [
    12.706205, 4.302653, 3.182446, 2.776445, 2.570582, 2.446912, 2.364624, 2.306004, 2.262157,
    2.228139, 2.200985, 2.178813, 2.160369, 2.144787, 2.131450, 2.119905, 2.109816, 2.100922,
    2.093024, 2.085963, 2.079614, 2.073873, 2.068658, 2.063899, 2.059539, 2.055529, 2.051831,
    2.048407, 2.045230, 2.042272,
  ]
  if degrees <= table.count { return table[degrees - 1] }
  let z = 1.959963985
  let v = Double(degrees)
  let z3 = z * z * z
  let z5 = z3 * z * z
  let first = (z3 + z) / 4
  let second = (5 * z5 + 16 * z3 + 3 * z) / 96
  return z + first / v + second / (v * v)
}
