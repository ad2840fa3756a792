public import Formats
internal import Networks
public import Tensors

/// The Zen score as the VKDNW paper's code computed it.
///
/// There the running variances of batch normalisation did not start at 1 but at what the proxies
/// before had left (`LeftVariances`): a state of the run that changes the ranking.
public struct ZenReleased: Proxy {
  /// Creates the proxy.
  public init() {}

  /// `zen-released`.
  public var name: String { "zen-released" }
  /// What it measures.
  public var summary: String { "zen with the running variances that other proxies left" }
  /// More sensitive is better.
  public var higherIsBetter: Bool { true }
  /// Weights, noise and images; no labels.
  public var needs: ProxyNeeds { [.weights, .inputs, .images, .severalImages, .secondMinibatch] }
  /// Five minibatches and all images singly, some of them shared.
  public var cost: String { "5 forward, 1 forward of each image" }
  /// Those of the proxies before it, and its own two.
  public func passes(batch: Int, classes: Int) -> Double { 6 }
  /// Where it was used.
  public var citation: String { "Tybl and Neumann, CVPR 2025 (code)" }

  /// Those of `zen`; the other proxies have Kaiming weights.
  public func settings(_ settings: ScoringSettings) -> [String: SettingValue] {
    Zen().settings(settings)
  }

  /// The score, undefined where the features do not depend on the images.
  public func score(of candidate: Candidate) throws(BackendError) -> Score {
    let left = try candidate.value(of: LeftVariances())
    return Zen.score(try candidate.value(of: ZenTerms(.standardNormal)), from: left)
  }
}
