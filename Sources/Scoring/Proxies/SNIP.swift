public import Formats
internal import Networks
public import Tensors

/// The connection sensitivity of all weights.
///
/// `sum over weights of |w g|`, g the gradient of the mean cross-entropy with batch statistics: the
/// gradient by a mask of ones on the weights of convolutions and linear layers. Lee et al., *SNIP:
/// Single-shot Network Pruning based on Connection Sensitivity*, ICLR 2019.
public struct SNIP: Proxy {
  /// Creates the proxy.
  public init() {}

  /// `snip`.
  public var name: String { "snip" }
  /// What it measures.
  public var summary: String { "sum over weights of |weight x loss gradient|" }
  /// More sensitive is better.
  public var higherIsBetter: Bool { true }
  /// Weights and images with labels.
  public var needs: ProxyNeeds { [.weights, .images, .labels, .severalImages] }
  /// One pass of either kind.
  public var cost: String { "1 forward, 1 backward" }
  /// The sum of its passes.
  public func passes(batch: Int, classes: Int) -> Double { 3 }
  /// The paper.
  public var citation: String { "Lee et al., ICLR 2019" }

  /// Minibatch, initialisations and precision.
  public func settings(_ settings: ScoringSettings) -> [String: SettingValue] {
    settings.minibatchSettings
  }

  /// The sum, undefined if the gradient overflows.
  public func score(of candidate: Candidate) throws(BackendError) -> Score {
    guard let measurement = LossGradient(of: candidate, at: CandidatePoint(.images)) else {
      return .undefined(LossGradientObstacle.noLabels)
    }
    let gradient = try candidate.value(of: measurement)
    guard gradient.isFinite else { return .undefined(LossGradientObstacle.notFinite) }
    let layers = Saliency.layers(
      of: candidate.network, parameters: candidate.parameters, gradient: gradient.tensors)
    return Score(layers.reduce(0, +), otherwise: "the sensitivity overflows")
  }
}
