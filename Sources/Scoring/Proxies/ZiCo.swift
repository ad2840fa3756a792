public import Formats
internal import Networks
internal import RealModule
public import Tensors

/// How large the gradients of a layer's weights are against how much they differ between minibatches.
///
/// With g1, g2 the gradients of the mean cross-entropy of two minibatches, with batch statistics: the
/// sum over layers of `ln sum (mean of |g1|, |g2|) / (deviation of g1, g2)`, the deviation being
/// `|g1 - g2| / 2`, over the weights for which it is not 0. Layers without any such weight are left
/// out. The weights with g1 close to g2 dominate, so the score is sensitive to rounding. Li et al.,
/// *ZiCo: Zero-shot NAS via Inverse Coefficient of Variation on Gradients*, ICLR 2023.
public struct ZiCo: Proxy {
  /// Creates the proxy.
  public init() {}

  /// `zico`.
  public var name: String { "zico" }
  /// What it measures.
  public var summary: String { "inverse coefficient of variation of the loss gradient" }
  /// Less variation is better.
  public var higherIsBetter: Bool { true }
  /// Weights and images with labels.
  public var needs: ProxyNeeds { [.weights, .images, .labels, .severalImages, .secondMinibatch] }
  /// Two minibatches.
  public var cost: String { "2 forward, 2 backward" }
  /// The sum of its passes.
  public func passes(batch: Int, classes: Int) -> Double { 6 }
  /// The paper.
  public var citation: String { "Li et al., ICLR 2023" }

  /// Minibatch, initialisations and precision.
  public func settings(_ settings: ScoringSettings) -> [String: SettingValue] {
    settings.minibatchSettings
  }

  /// The sum over layers, 0 where no gradient reaches any; undefined if a gradient overflows.
  public func score(of candidate: Candidate) throws(BackendError) -> Score {
    guard let one = LossGradient(of: candidate, at: CandidatePoint(.images)),
      let two = LossGradient(of: candidate, at: CandidatePoint(.secondImages))
    else { return .undefined(LossGradientObstacle.noLabels) }
    let first = try candidate.value(of: one)
    let second = try candidate.value(of: two)
    guard first.isFinite, second.isFinite else {
      return .undefined(LossGradientObstacle.notFinite)
    }
    let layers = candidate.network.layerWeights.map {
      Self.logarithm(first.tensors[$0], second.tensors[$0])
    }
    return Score(
      layers.compactMap { $0 }.reduce(0, +), otherwise: "the variation of a gradient underflows")
  }

  /// The logarithm of one layer, `nil` where no weight counts.
  package static func logarithm(_ first: [Double], _ second: [Double]) -> Double? {
    var sum = 0.0
    for (a, b) in zip(first, second) where a != b {
      sum += (abs(a) + abs(b)) / abs(a - b)
    }
    return sum > 0 ? Double.log(sum) : nil
  }
}
