/// What a box plot shows of some numbers.
public struct BoxStatistics: Hashable, Sendable {
  /// A quarter of the numbers lies below.
  public let lowerQuartile: Double
  /// Half of the numbers lies below.
  public let median: Double
  /// Three quarters of the numbers lie below.
  public let upperQuartile: Double
  /// The smallest number that lies at most 1.5 interquartile ranges below the box.
  public let lowerWhisker: Double
  /// The largest number that lies at most 1.5 interquartile ranges above the box.
  public let upperWhisker: Double
  /// The numbers beyond the whiskers.
  public let outliers: Int
  /// All numbers.
  public let count: Int

  /// The statistics of the finite ones of some numbers, `nil` where there is none.
  ///
  /// Quantiles interpolate between neighbours: that at p is at the position p (n - 1) of the sorted
  /// numbers, counted from 0 (R. Hyndman, Y. Fan: Sample Quantiles in Statistical Packages, 1996, type
  /// 7). Whiskers are Tukey's; none is shorter than its box.
  public init?(_ values: some Sequence<Double>) {
    let sorted = values.filter(\.isFinite).sorted()
    guard !sorted.isEmpty else { return nil }
    func quantile(_ share: Double) -> Double {
      let position = share * Double(sorted.count - 1)
      let below = Int(position)
      let above = min(below + 1, sorted.count - 1)
      return sorted[below] + (position - Double(below)) * (sorted[above] - sorted[below])
    }
    let (low, high) = (quantile(0.25), quantile(0.75))
    let reach = 1.5 * (high - low)
    let inner = sorted.filter { $0 >= low - reach && $0 <= high + reach }
    lowerQuartile = low
    median = quantile(0.5)
    upperQuartile = high
    lowerWhisker = min(inner.first ?? low, low)
    upperWhisker = max(inner.last ?? high, high)
    outliers = sorted.count - inner.count
    count = sorted.count
  }
}
