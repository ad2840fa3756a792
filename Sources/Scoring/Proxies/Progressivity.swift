public import Formats
internal import Networks
public import Ranking
public import Tensors

/// The smallest growth of the entropy of features from one block to the next.
///
/// `min over blocks of E[l + 1] - E[l]` with the entropies of `Expressivity`. Lee and Ham, *AZ-NAS:
/// Assembling Zero-Cost Proxies for Network Architecture Search*, CVPR 2024.
public struct Progressivity: Proxy {
  /// Creates the proxy.
  public init() {}

  /// `progressivity`.
  public var name: String { "progressivity" }
  /// What it measures.
  public var summary: String { "smallest growth of the feature entropy from block to block" }
  /// More growth is better.
  public var higherIsBetter: Bool { true }
  /// As the published aggregates have it.
  public var undefinedPolicy: UndefinedPolicy { .belowAll }
  /// What `expressivity` needs.
  public var needs: ProxyNeeds { Expressivity().needs }
  /// What `expressivity` costs, and it is shared.
  public var cost: String { Expressivity().cost }
  /// The sum of its passes.
  public func passes(batch: Int, classes: Int) -> Double { 1 }
  /// The paper.
  public var citation: String { Expressivity().citation }

  /// Minibatch, initialisations and precision.
  public func settings(_ settings: ScoringSettings) -> [String: SettingValue] {
    settings.minibatchSettings
  }

  /// The smallest difference, undefined where the features of a block are constant.
  public func score(of candidate: Candidate) throws(BackendError) -> Score {
    let entropies = try candidate.value(
      of: FeatureSpectra(of: candidate, at: CandidatePoint(.noise)))
    if let undefined = entropies.first(where: { $0.value == nil }) { return undefined }
    let values = entropies.compactMap(\.value)
    guard let smallest = zip(values.dropFirst(), values).map({ $0 - $1 }).min() else {
      return .undefined("the network has no two blocks")
    }
    return .value(smallest)
  }
}
