internal import Networks
public import Tensors

/// VKDNW over images in the place of noise, the input that the paper compares noise with.
///
/// Tybl and Neumann, CVPR 2025, Table V: real images rank no better than noise.
public struct VKDNWImages: FisherProxy {
  /// Creates the proxy.
  public init() {}

  /// `vkdnw-images`.
  public var name: String { "vkdnw-images" }
  /// What it measures.
  public var summary: String { "vkdnw over images instead of noise" }
  /// Weights and images; no labels.
  public var needs: ProxyNeeds { [.weights, .inputs, .images] }

  /// The entropy, undefined if the Fisher information overflows.
  public func score(of candidate: Candidate) throws(BackendError) -> Score {
    .entropy(of: try candidate.fisherSpectrum(at: .images))
  }
}
