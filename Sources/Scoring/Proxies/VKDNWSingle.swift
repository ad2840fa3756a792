internal import Networks
public import Tensors

/// The single ranking of the VKDNW paper: networks by layer count, equal ones by their entropy.
///
/// The value is `layers + entropy`, equation 12. Layer counts differ by whole numbers and the entropy
/// can exceed one, so the order is that of the pair, which `ranking` takes as its lexicographic dense
/// rank instead of comparing sums.
public struct VKDNWSingle: FisherProxy {
  /// Creates the proxy.
  public init() {}

  /// `vkdnw-single`.
  public var name: String { "vkdnw-single" }
  /// What it measures.
  public var summary: String { "layers, equal counts by vkdnw" }
  /// `layers + entropy`, for reading; rankings compare the pair.
  public func score(of candidate: Candidate) throws(BackendError) -> Score {
    let entropy = try candidate.score(VKDNW())
    let layers = try candidate.score(Layers())
    guard let entropy = entropy.value, let layers = layers.value else { return entropy }
    return .value(layers + entropy)
  }
}
