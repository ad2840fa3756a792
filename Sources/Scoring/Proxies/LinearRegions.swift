public import Formats
internal import Networks
public import Tensors

/// The number of linear regions that the images of a minibatch fall into.
///
/// It is the number of different activation codes of rectified units, at most the number of images;
/// practically every network whose output depends on its input reaches it. Chen et al., *Neural
/// Architecture Search on ImageNet in Four GPU Hours* (TE-NAS), ICLR 2021.
public struct LinearRegions: Proxy {
  /// Creates the proxy.
  public init() {}

  /// `linear-regions`.
  public var name: String { "linear-regions" }
  /// What it measures.
  public var summary: String { "number of different activation codes of images" }
  /// More regions are better.
  public var higherIsBetter: Bool { true }
  /// Weights and noise.
  public var needs: ProxyNeeds { [.weights, .inputs, .severalImages] }
  /// One pass.
  public var cost: String { "1 forward" }
  /// The sum of its passes.
  public func passes(batch: Int, classes: Int) -> Double { 1 }
  /// The paper.
  public var citation: String { "Chen et al., ICLR 2021" }

  /// Minibatch, initialisations and precision.
  public func settings(_ settings: ScoringSettings) -> [String: SettingValue] {
    settings.minibatchSettings
  }

  /// The count, undefined if an activation overflows.
  public func score(of candidate: Candidate) throws(BackendError) -> Score {
    let codes = try candidate.value(
      of: ActivationPatterns(of: candidate, at: CandidatePoint(.noise)))
    guard codes.isFinite else { return .undefined("an activation is not finite") }
    return .value(Double(codes.distinctCodes))
  }
}
