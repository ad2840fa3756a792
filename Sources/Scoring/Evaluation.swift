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
