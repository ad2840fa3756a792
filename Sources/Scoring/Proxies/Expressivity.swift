public import Formats
internal import Networks
public import Ranking
public import Tensors

/// How evenly the features of all blocks fill their spaces.
///
/// The sum over the outputs of stem and blocks of the entropy `- sum p ln(p + 1e-8)`, p the
/// eigenvalues of the covariance of the channels over all places and images, normalised to sum 1. Lee
/// and Ham, *AZ-NAS: Assembling Zero-Cost Proxies for Network Architecture Search*, CVPR 2024.
public struct Expressivity: Proxy {
  /// Creates the proxy.
  public init() {}

  /// `expressivity`.
  public var name: String { "expressivity" }
  /// What it measures.
  public var summary: String { "entropy of the feature covariance spectra, summed over blocks" }
  /// More even is better.
  public var higherIsBetter: Bool { true }
  /// As the published aggregates have it.
  public var undefinedPolicy: UndefinedPolicy { .belowAll }
  /// Weights and noise.
  public var needs: ProxyNeeds { [.weights, .inputs, .severalImages] }
  /// One pass.
  public var cost: String { "1 forward" }
  /// The sum of its passes.
  public func passes(batch: Int, classes: Int) -> Double { 1 }
  /// The paper.
  public var citation: String { "Lee and Ham, CVPR 2024" }

  /// Minibatch, initialisations and precision.
  public func settings(_ settings: ScoringSettings) -> [String: SettingValue] {
    settings.minibatchSettings
  }

  /// The sum, undefined where the features of a block are constant.
  public func score(of candidate: Candidate) throws(BackendError) -> Score {
    let entropies = try candidate.value(
      of: FeatureSpectra(of: candidate, at: CandidatePoint(.noise)))
    if let undefined = entropies.first(where: { $0.value == nil }) { return undefined }
    return .value(entropies.compactMap(\.value).reduce(0, +))
  }
}
