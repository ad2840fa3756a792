public import Formats
internal import Networks
public import Tensors

/// The norm of the gradient of the loss by all parameters, on noise with random labels.
///
/// `sqrt(sum over parameters of g^2)`, g the gradient of the mean cross-entropy with batch statistics.
/// Batch normalisations and biases count. Abdelfattah et al., *Zero-Cost Proxies for Lightweight
/// NAS*, ICLR 2021, in the form in which Lee and Ham (CVPR 2024) and the VKDNW paper compute it;
/// `GradNormLayers` has the original one.
public struct GradNorm: Proxy {
  /// Creates the proxy.
  public init() {}

  /// `gradnorm`.
  public var name: String { "gradnorm" }
  /// What it measures.
  public var summary: String { "norm of the loss gradient, noise and random labels" }
  /// A larger gradient is better.
  public var higherIsBetter: Bool { true }
  /// Weights and noise; the labels are drawn.
  public var needs: ProxyNeeds { [.weights, .inputs, .severalImages] }
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

  /// The norm, undefined if the gradient overflows.
  public func score(of candidate: Candidate) throws(BackendError) -> Score {
    guard let measurement = LossGradient(of: candidate, at: CandidatePoint(.noise)) else {
      return .undefined(LossGradientObstacle.noLabels)
    }
    let gradient = try candidate.value(of: measurement)
    guard gradient.isFinite else { return .undefined(LossGradientObstacle.notFinite) }
    var squares = 0.0
    for tensor in gradient.tensors {
      for entry in tensor { squares += entry * entry }
    }
    return Score(squares.squareRoot(), otherwise: "the norm of the gradient overflows")
  }
}
