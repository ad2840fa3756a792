public import Formats
internal import Networks
public import Tensors

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// How little gradients vary between minibatches, times the number of activation patterns.
///
/// With g1, g2 the gradients of the mean cross-entropy of two minibatches, through batch statistics,
///
///     Lambda = sum over layers of ln sum over weights of 1 / deviation(|g1|, |g2|)
///     Psi    = number of different activation patterns of units over the first minibatch (`SWAP`)
///     score  = Lambda Psi
///
/// The deviation is `||g1| - |g2|| / 2`; weights for which it is 0 do not count, and a layer without any
/// other adds 0. The weights are PyTorch's. Weights with close gradients dominate, so the score is
/// sensitive to rounding. Casarin, Escalera and Lanz, *L-SWAG: Layer-Sample Wise Activation with
/// Gradients Information for Zero-Shot NAS on Vision Transformers*, CVPR 2025, arXiv 2505.07300.
public struct LSWAG: Proxy {
  /// The tenths of the depth whose layers count, from 0 to 10; `nil` for all layers.
  ///
  /// Layer l of L, counted from 1, stands in tenth `10 l / L`, rounded down. `Lambda` is taken over these
  /// layers, `Psi` over all units before the last of them. The publication chooses them for each search
  /// space by the gradients of 1,000 networks, and its choices are not available.
  public var bins: ClosedRange<Int>?

  /// Creates the proxy over all layers, or over those of some tenths of the depth.
  public init(bins: ClosedRange<Int>? = nil) {
    precondition(
      bins.map { $0.lowerBound >= 0 && $0.upperBound <= 10 } ?? true,
      "layers in the tenths \(String(describing: bins)) of the depth")
    self.bins = bins
  }

  /// `l-swag`.
  public var name: String { "l-swag" }
  /// The name, with the tenths where not all count.
  public var key: String { bins.map { "\(name) \($0.lowerBound)-\($0.upperBound)" } ?? name }
  /// What it measures.
  public var summary: String { "evenness of loss gradients, times activation patterns" }
  /// More is better.
  public var higherIsBetter: Bool { true }
  /// Weights and images with labels.
  public var needs: ProxyNeeds { ZiCo().needs }
  /// Two minibatches.
  public var cost: String { "2 forward, 2 backward" }
  /// The sum of its passes.
  public func passes(batch: Int, classes: Int) -> Double { 6 }
  /// The paper.
  public var citation: String { "Casarin et al., CVPR 2025 (arXiv 2505.07300)" }

  /// Minibatch, initialisations, precision, and the tenths where not all count.
  public func settings(_ settings: ScoringSettings) -> [String: SettingValue] {
    var result = settings.minibatchSettings
    if let bins { result["lSwagBins"] = .text("\(bins.lowerBound)-\(bins.upperBound)") }
    return result
  }

  /// The product, undefined if a feature or a gradient overflows.
  public func score(of candidate: Candidate) throws(BackendError) -> Score {
    let network = candidate.network
    let layers = network.layerWeights
    let chosen = layers.indices.filter { layer in
      bins?.contains(10 * (layer + 1) / layers.count) ?? true
    }.map { layers[$0] }
    guard let last = chosen.last else {
      return .undefined("no layer stands in these tenths of the depth")
    }
    let images = CandidatePoint(.uniformFanIn, .images)
    let end =
      bins == nil
      ? nil : network.nodes.firstIndex { $0.parameters.contains(last) }
    let codes = try candidate.value(of: ActivationPatterns(of: candidate, at: images, upTo: end))
    guard codes.isFinite else { return .undefined("an activation is not finite") }
    let patterns = Double(codes.distinctPatterns)
    guard let one = LossGradient(of: candidate, at: images),
      let two = LossGradient(of: candidate, at: CandidatePoint(.uniformFanIn, .secondImages))
    else { return .undefined(LossGradientObstacle.noLabels) }
    let first = try candidate.value(of: one)
    let second = try candidate.value(of: two)
    guard first.isFinite, second.isFinite else {
      return .undefined(LossGradientObstacle.notFinite)
    }
    let lambda = chosen.reduce(0) {
      $0 + (Self.logarithm(first.tensors[$1], second.tensors[$1]) ?? 0)
    }
    return Score(lambda * patterns, otherwise: "the variation of a gradient underflows")
  }

  /// The logarithm of one layer, `nil` where no weight counts.
  package static func logarithm(_ first: [Double], _ second: [Double]) -> Double? {
    var sum = 0.0
    for (a, b) in zip(first, second) where abs(a) != abs(b) { sum += 2 / abs(abs(a) - abs(b)) }
    return sum > 0 ? log(sum) : nil
  }
}
