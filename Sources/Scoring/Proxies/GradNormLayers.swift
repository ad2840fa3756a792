public import Formats
internal import Networks
public import Tensors

/// The sum over layers of the norm of the gradient of the loss, on images with labels.
///
/// `sum over layers l of |g_l|_2`, g the gradient of the mean cross-entropy by the weights of
/// convolutions and linear layers, with batch statistics. Abdelfattah et al., *Zero-Cost Proxies for
/// Lightweight NAS*, ICLR 2021.
public struct GradNormLayers: Proxy {
  /// Creates the proxy.
  public init() {}

  /// `gradnorm-layers`.
  public var name: String { "gradnorm-layers" }
  /// What it measures.
  public var summary: String { "sum over layers of the norm of the loss gradient" }
  /// A larger gradient is better.
  public var higherIsBetter: Bool { true }
  /// Weights and images with labels.
  public var needs: ProxyNeeds { [.weights, .images, .labels, .severalImages] }
  /// One pass of either kind.
  public var cost: String { "1 forward, 1 backward" }
  /// The sum of its passes.
  public func passes(batch: Int, classes: Int) -> Double { 3 }
  /// The paper.
  public var citation: String { "Abdelfattah et al., ICLR 2021" }

  /// Minibatch, initialisations and precision.
  public func settings(_ settings: ScoringSettings) -> [String: SettingValue] {
    settings.minibatchSettings
  }

  /// The sum of norms, undefined if the gradient overflows.
  public func score(of candidate: Candidate) throws(BackendError) -> Score {
    guard let measurement = LossGradient(of: candidate, at: CandidatePoint(.images)) else {
      return .undefined(LossGradientObstacle.noLabels)
    }
    let gradient = try candidate.value(of: measurement)
    guard gradient.isFinite else { return .undefined(LossGradientObstacle.notFinite) }
    var sum = 0.0
    for position in candidate.network.layerWeights {
      var squares = 0.0
      for entry in gradient.tensors[position] { squares += entry * entry }
      sum += squares.squareRoot()
    }
    return Score(sum, otherwise: "the norm of the gradient overflows")
  }
}
