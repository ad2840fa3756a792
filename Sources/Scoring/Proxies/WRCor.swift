public import Formats
internal import Networks
public import Tensors

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// How differently activations and their gradients respond to different images, later blocks more.
///
/// `ln |det K|` with `K = sum over activation functions of 2^l (|A| + |G|)`, where A is Pearson's
/// correlation between the images of what the function reads, G that of the gradient of the cross-entropy
/// there, absolute values are taken of each entry, and l is the number of the block. A correlation that
/// does not exist, because an image has the same number everywhere, is left out. The weights are
/// PyTorch's, with batch statistics. Jing et al., *Zero-Shot Neural Architecture Search with Weighted
/// Response Correlation*, 2025, arXiv 2507.08841.
public struct WRCor: Proxy {
  /// How correlations are summed.
  public enum Form: String, Hashable, Sendable, CaseIterable {
    /// With the weights `2^l`, as in the paper.
    case weighted = "wrcor"
    /// With equal weights.
    case plain = "rcor"
    /// As the published implementation does: in front of a convolution what the function reads counts twice
    /// and the gradient behind the convolution counts too, and the last function counts by what it gives.
    case released = "wrcor-released"
  }

  /// How correlations are summed.
  public var form: Form

  /// Creates the proxy of the paper.
  public init(form: Form = .weighted) { self.form = form }

  /// `wrcor`, `rcor` with equal weights, `wrcor-released` as the published implementation sums.
  public var name: String { form.rawValue }
  /// What it measures.
  public var summary: String {
    switch form {
    case .weighted: "log-determinant of response correlations, later blocks more"
    case .plain: "log-determinant of response correlations"
    case .released: "wrcor with what its implementation counts twice"
    }
  }
  /// Responses further apart are better.
  public var higherIsBetter: Bool { true }
  /// Weights and images with labels.
  public var needs: ProxyNeeds { [.weights, .images, .labels, .severalImages] }
  /// One pass forward and one of activations back.
  public var cost: String { "1 forward, 1 activation backward" }
  /// The sum of its passes.
  public func passes(batch: Int, classes: Int) -> Double { 2 }
  /// The paper.
  public var citation: String { "Jing et al., 2025 (arXiv 2507.08841)" }

  /// Minibatch, initialisations and precision.
  public func settings(_ settings: ScoringSettings) -> [String: SettingValue] {
    settings.minibatchSettings
  }

  /// The log-determinant, undefined where the sum is singular, as it is without any correlation.
  public func score(of candidate: Candidate) throws(BackendError) -> Score {
    guard candidate.batch > 1 else { return .undefined("a correlation needs two images") }
    guard
      let measurement = ResponseCorrelations(
        of: candidate, at: CandidatePoint(.uniformFanIn, .images))
    else { return .undefined(LossGradientObstacle.noLabels) }
    let responses = try candidate.value(of: measurement)
    guard responses.isFinite else { return .undefined("a response is not finite") }
    var sum = form == .plain ? responses.plain : responses.weighted
    if form == .released {
      let wrappers = try candidate.value(of: WrapperCorrelations(measurement))
      guard wrappers.isFinite else { return .undefined("a response is not finite") }
      sum.add(responses.inFrontOfConvolutions)
      sum.add(responses.last, times: -1)
      sum.add(wrappers.weighted)
    }
    let magnitudes = try sum.matrix.symmetricEigenvalues().map { abs($0) }.sorted()
    guard let smallest = magnitudes.first, let largest = magnitudes.last,
      smallest > 4 * Double(magnitudes.count) * largest.ulp
    else { return .undefined("the sum of the correlations is singular") }
    return .value(magnitudes.reduce(0) { $0 + log($1) })
  }
}
