public import Formats
package import Networks
public import Tensors

/// How much of the gradient's flow the weights carry: minus the weights times Hessian times gradient.
///
/// `- sum over weights of w (H g)` with g and H the gradient and the Hessian of the mean cross-entropy
/// over the weights of convolutions and linear layers, through batch statistics. H is symmetric, so it
/// is `- sum g (H w)`, and `H w` is the derivative of g in the direction w: both walks are run once with
/// dual numbers, without differences of gradients. Wang, Zhang and Grosse, *Picking Winning Tickets
/// Before Training by Preserving Gradient Flow*, ICLR 2020; sign and sum as in Abdelfattah et al.,
/// *Zero-Cost Proxies for Lightweight NAS*, ICLR 2021.
public struct GraSP: Proxy {
  /// Creates the proxy.
  public init() {}

  /// `grasp`.
  public var name: String { "grasp" }
  /// What it measures.
  public var summary: String { "minus weights times Hessian times gradient of the loss" }
  /// More flow is better.
  public var higherIsBetter: Bool { true }
  /// Weights and images with labels.
  public var needs: ProxyNeeds { [.weights, .images, .labels, .severalImages] }
  /// Dual numbers.
  public var cost: String { "2 forward, 2 backward" }
  /// Each number has a second part.
  public func passes(batch: Int, classes: Int) -> Double { 6 }
  /// The paper.
  public var citation: String { "Wang et al., ICLR 2020" }

  /// Minibatch, initialisations and precision.
  public func settings(_ settings: ScoringSettings) -> [String: SettingValue] {
    settings.minibatchSettings
  }

  /// The sum, 0 where no gradient reaches any weight; undefined if a derivative overflows.
  public func score(of candidate: Candidate) throws(BackendError) -> Score {
    guard let measurement = LossCurvature(of: candidate, at: CandidatePoint(.images)) else {
      return .undefined(LossGradientObstacle.noLabels)
    }
    let value = try candidate.value(of: measurement)
    guard value.gradient.isFinite else { return .undefined(LossGradientObstacle.notFinite) }
    let layers = Self.layers(value, of: candidate.network)
    return Score(layers.reduce(0, +), otherwise: "the curvature of the loss is not finite")
  }

  /// The part of each convolution and linear layer.
  package static func layers(_ value: LossCurvature.Value, of network: Network) -> [Double] {
    network.layerWeights.map { position in
      var sum = 0.0
      for (g, product) in zip(value.gradient.tensors[position], value.curvature[position]) {
        sum -= g * product
      }
      return sum
    }
  }
}
