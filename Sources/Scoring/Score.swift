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

/// One score with everything that is needed to compute it again.
///
/// The first five fields and ``kernels`` are the identity of a record. They determine the score to the last
/// bit, so a store holds one record for each combination of them and refuses another score.
public struct Evaluation: Hashable, Sendable {
  /// The name of the search space, such as `nas-bench-201`.
  public var space: String
  /// The canonical text of the architecture.
  public var architecture: String
  /// The name of the proxy, such as `vkdnw`.
  public var proxy: String
  /// The settings that the proxy depends on, as canonical JSON: sorted keys, no white space.
  public var settings: String
  /// The seed of weights and inputs.
  public var seed: UInt64
  /// The version of this package that computed the score.
  public var version: String
  /// The instruction sets and the numerical libraries that computed the score, on which its last digits
  /// depend; empty where none has a part in it, and where nobody wrote them down.
  public var kernels: String
  /// The score itself.
  public var score: Score
  /// The seconds of one worker that the score took, a finite number.
  public var seconds: Double

  /// Creates a record from its parts.
  public init(
    space: String, architecture: String, proxy: String, settings: String, seed: UInt64,
    version: String, kernels: String = "", score: Score, seconds: Double
  ) {
    self.space = space
    self.architecture = architecture
    self.proxy = proxy
    self.settings = settings
    self.seed = seed
    self.version = version
    self.kernels = kernels
    self.score = score
    self.seconds = seconds
  }
}
