public import Formats
internal import Networks
internal import RealModule
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

/// `SWAP`, weighted towards a size of the network.
///
/// `SWAP exp(-((p - mu) / sigma)^2)` with p the number of parameters in millions. Peng et al.,
/// *SWAP-NAS: Sample-Wise Activation Patterns for Ultra-fast NAS*, ICLR 2024, who choose mu and sigma
/// for each search space. The defaults are this package's own: mu is about the
/// largest network of NAS-Bench-201, 1.53 million, so within that space the weight grows with the size.
public struct SWAPRegularized: Proxy {
  /// The size with the weight 1, in millions of parameters.
  public var mu: Double
  /// How far from it the weight falls to 1/e, in millions of parameters.
  public var sigma: Double

  /// Creates the proxy for a size.
  ///
  /// - Parameters:
  ///   - mu: the size with the weight 1, in millions of parameters.
  ///   - sigma: how far from it the weight falls to 1/e, above 0.
  public init(mu: Double = 1.5, sigma: Double = 1) {
    precondition(
      mu.isFinite && sigma.isFinite && sigma > 0, "a weight around \(mu) of width \(sigma)")
    self.mu = mu
    self.sigma = sigma
  }

  /// `swap-regularized`.
  public var name: String { "swap-regularized" }
  /// What it measures.
  public var summary: String { "swap, weighted towards a number of parameters" }
  /// More patterns are better.
  public var higherIsBetter: Bool { true }
  /// What `swap` needs.
  public var needs: ProxyNeeds { SWAP().needs }
  /// What `swap` costs, and it is shared.
  public var cost: String { SWAP().cost }
  /// The sum of its passes.
  public func passes(batch: Int, classes: Int) -> Double { 1 }
  /// The paper.
  public var citation: String { SWAP().citation }

  /// Those of `swap`, and the two constants.
  public func settings(_ settings: ScoringSettings) -> [String: SettingValue] {
    SWAP().settings(settings).merging(["swapMu": .number(mu), "swapSigma": .number(sigma)]) { $1 }
  }

  /// The weighted count, undefined if an activation overflows.
  public func score(of candidate: Candidate) throws(BackendError) -> Score {
    let patterns = try candidate.score(SWAP())
    guard let count = patterns.value else { return patterns }
    let distance = (Double(candidate.network.cost.parameters) / 1e6 - mu) / sigma
    return .value(count * Double.exp(-distance * distance))
  }
}
