public import Scoring

/// The identity of a record: a store holds at most one score for each key.
///
/// Keys are compared byte by byte, so two spellings of the same settings are two keys.
public struct EvaluationKey: Hashable, Sendable {
  /// The space, proxy, settings and seed.
  public var series: EvaluationSeries
  /// The canonical text of the architecture.
  public var architecture: String

  /// Creates the key of one architecture in a series.
  public init(series: EvaluationSeries, architecture: String) {
    self.series = series
    self.architecture = architecture
  }
}

extension Evaluation {
  /// Whether another record of the same key is no contradiction.
  ///
  /// One of another version may differ by rounding: it is not wrong, and whichever was there first stays.
  func agrees(with other: Evaluation) -> Bool {
    score.isIdentical(to: other.score)
      || version != other.version && score.isClose(to: other.score)
  }

  /// What identifies this record in a store.
  public var key: EvaluationKey {
    EvaluationKey(
      series: EvaluationSeries(
        space: space, proxy: proxy, settings: settings, seed: seed, kernels: kernels),
      architecture: architecture)
  }
}

extension Score {
  /// Whether both are numbers that differ by a millionth of the larger one at most.
  func isClose(to other: Score) -> Bool {
    guard let number = value, let otherNumber = other.value else { return false }
    return abs(number - otherNumber) <= 1e-6 * max(abs(number), abs(otherNumber))
  }

  /// Whether both scores are the same number, bit by bit, or the same reason, byte by byte.
  ///
  /// `==` would not do: it takes 0.0 and -0.0 for one number, and two texts that differ in
  /// Unicode normalisation for one text.
  func isIdentical(to other: Score) -> Bool {
    switch (self, other) {
    case (.value(let number), .value(let otherNumber)):
      number.bitPattern == otherNumber.bitPattern
    case (.undefined(let reason), .undefined(let otherReason)):
      reason.utf8.elementsEqual(otherReason.utf8)
    default:
      false
    }
  }
}
