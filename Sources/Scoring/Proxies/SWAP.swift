public import Formats
internal import Networks
public import Tensors

/// The number of sample-wise activation patterns of rectified units.
///
/// The pattern of a unit is one bit for each image of the minibatch, 1 where the unit is active; the
/// score is the number of different patterns among all units, at most `min(units, 2^images)`. Peng et
/// al., *SWAP-NAS: Sample-Wise Activation Patterns for Ultra-fast NAS*, ICLR 2024.
public struct SWAP: Proxy {
  /// Creates the proxy.
  public init() {}

  /// `swap`.
  public var name: String { "swap" }
  /// What it measures.
  public var summary: String { "number of different activation patterns of units" }
  /// More patterns are better.
  public var higherIsBetter: Bool { true }
  /// Weights and noise.
  public var needs: ProxyNeeds { [.weights, .inputs, .severalImages] }
  /// One pass.
  public var cost: String { "1 forward" }
  /// The sum of its passes.
  public func passes(batch: Int, classes: Int) -> Double { 1 }
  /// The paper.
  public var citation: String { "Peng et al., ICLR 2024" }

  /// Minibatch, initialisations and precision.
  public func settings(_ settings: ScoringSettings) -> [String: SettingValue] {
    settings.minibatchSettings
  }

  /// The count, undefined if an activation overflows.
  public func score(of candidate: Candidate) throws(BackendError) -> Score {
    let codes = try candidate.value(
      of: ActivationPatterns(of: candidate, at: CandidatePoint(.noise)))
    guard codes.isFinite else { return .undefined("an activation is not finite") }
    return .value(Double(codes.distinctPatterns))
  }
}
