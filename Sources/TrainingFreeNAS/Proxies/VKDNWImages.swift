internal import Networks
public import Tensors

/// VKDNW over images in the place of noise, the input that the paper compares noise with.
///
/// Tybl and Neumann, CVPR 2025, Table V: real images rank no better than noise.
public struct VKDNWImages: Proxy {
  /// Creates the proxy.
  public init() {}

  /// `vkdnw-images`.
  public var name: String { "vkdnw-images" }
  /// What it measures.
  public var summary: String { "vkdnw over images instead of noise" }
  /// More even is better.
  public var higherIsBetter: Bool { true }
  /// Weights and images; no labels.
  public var needs: ProxyNeeds { [.weights, .inputs, .images] }
  /// What `vkdnw` costs.
  public var cost: String { VKDNW().cost }
  /// Those of `vkdnw`.
  public func passes(batch: Int, classes: Int) -> Double {
    VKDNW().passes(batch: batch, classes: classes)
  }
  /// The paper.
  public var citation: String { VKDNW().citation }

  /// Those of `vkdnw`.
  public func settings(_ settings: ScoringSettings) -> [String: SettingValue] {
    VKDNW().settings(settings)
  }

  /// The entropy, undefined if the Fisher information overflows.
  public func score(of candidate: Candidate) throws(BackendError) -> Score {
    guard let spectrum = try candidate.fisherSpectrum(at: .images) else {
      return .undefined(VKDNW.overflow)
    }
    return Score(spectrum.entropy, otherwise: "the entropy is not finite")
  }
}
