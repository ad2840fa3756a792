/// The result of a proxy: a finite number, or the reason why there is none.
///
/// A score is never a sentinel such as `-1e8` or NaN, so that a network without a score cannot be
/// mistaken for a bad network. How undefined scores take part in a ranking is decided by the
/// evaluation, not by the proxy.
public enum Score: Hashable, Sendable {
  /// A finite number.
  case value(Double)
  /// No number exists for this network; the text says why in one sentence.
  case undefined(String)

  /// A score from a number that may have overflowed or be undefined.
  ///
  /// - Parameters:
  ///   - number: the computed number.
  ///   - reason: what is said when `number` is not finite.
  public init(_ number: Double, otherwise reason: @autoclosure () -> String) {
    self = number.isFinite ? .value(number) : .undefined(reason())
  }

  /// The mean of the scores of several initialisations, undefined where one of them is.
  package static func mean(_ scores: [Score]) -> Score {
    if let undefined = scores.first(where: { $0.value == nil }) { return undefined }
    let sum = scores.reduce(0.0) { $0 + ($1.value ?? 0) }
    return Score(sum / Double(scores.count), otherwise: "the mean over initialisations overflows")
  }

  /// The number, or `nil` where the score is undefined.
  public var value: Double? {
    if case .value(let number) = self { number } else { nil }
  }

  /// The reason why there is no number, or `nil` where there is one.
  public var reason: String? {
    if case .undefined(let reason) = self { reason } else { nil }
  }
}
