public import Formats
internal import Networks
public import Tensors

/// How far the loss gradients of single images agree in sign.
///
/// `sum over weights of |sum over images of sign(g)|`, g the gradient of one image's cross-entropy,
/// normalised by that image's own statistics, by the weights of convolutions and linear layers. Entries
/// that are 0 up to rounding have no sign (`GradientSigns`). Zhang and Jia, *GradSign: Model
/// Performance Inference with Theoretical Insights*, ICLR 2022.
public struct GradSign: Proxy {
  /// Creates the proxy.
  public init() {}

  /// `gradsign`.
  public var name: String { "gradsign" }
  /// What it measures.
  public var summary: String { "agreement in sign of the loss gradients of single images" }
  /// More agreement is better.
  public var higherIsBetter: Bool { true }
  /// Weights and images with labels.
  public var needs: ProxyNeeds { [.weights, .images, .labels] }
  /// Images by themselves.
  public var cost: String { "1 forward, 1 backward of each image" }
  /// The sum of its passes.
  public func passes(batch: Int, classes: Int) -> Double { 3 }
  /// The paper.
  public var citation: String { "Zhang and Jia, ICLR 2022" }

  /// Minibatch, initialisations and precision.
  public func settings(_ settings: ScoringSettings) -> [String: SettingValue] {
    settings.minibatchSettings
  }

  /// The sum, 0 where no gradient reaches any weight; undefined if a gradient overflows.
  public func score(of candidate: Candidate) throws(BackendError) -> Score {
    guard let measurement = SignAgreement(of: candidate, at: CandidatePoint(.images)) else {
      return .undefined(LossGradientObstacle.noLabels)
    }
    let agreement = try candidate.value(of: measurement)
    guard agreement.isFinite else { return .undefined(LossGradientObstacle.notFinite) }
    return .value(Double(agreement.layers.reduce(0, +)))
  }
}

/// `GradSign` divided by the number of weights, as the VKDNW paper's code computes it.
///
/// The mean removes the size of the network from the score, and on NAS-Bench-201 most of what it ranks
/// by; the published method is the sum.
public struct GradSignMean: Proxy {
  /// Creates the proxy.
  public init() {}

  /// `gradsign-mean`.
  public var name: String { "gradsign-mean" }
  /// What it measures.
  public var summary: String { "gradsign for each weight" }
  /// More agreement is better.
  public var higherIsBetter: Bool { true }
  /// What `gradsign` needs.
  public var needs: ProxyNeeds { GradSign().needs }
  /// What `gradsign` costs, and it is shared.
  public var cost: String { GradSign().cost }
  /// The sum of its passes.
  public func passes(batch: Int, classes: Int) -> Double { 3 }
  /// Where it was used.
  public var citation: String { "Tybl and Neumann, CVPR 2025 (code)" }

  /// Minibatch, initialisations and precision.
  public func settings(_ settings: ScoringSettings) -> [String: SettingValue] {
    settings.minibatchSettings
  }

  /// The mean, 0 where no gradient reaches any weight; undefined if a gradient overflows.
  public func score(of candidate: Candidate) throws(BackendError) -> Score {
    let sum = try candidate.score(GradSign())
    let weights = candidate.network.layerWeights.reduce(0) {
      $0 + candidate.network.parameters[$1].count
    }
    guard let value = sum.value else { return sum }
    guard weights > 0 else { return .undefined("the network has no weights") }
    return .value(value / Double(weights))
  }
}
