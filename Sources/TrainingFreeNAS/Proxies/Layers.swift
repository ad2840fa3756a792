internal import Networks
public import Tensors

/// The number of trainable layers: convolutions and linear layers, dead ones included.
public struct Layers: Proxy {
  /// Creates the proxy.
  public init() {}

  /// `layers`.
  public var name: String { "layers" }
  /// What it measures.
  public var summary: String { "number of trainable layers: convolutions and linear layers" }
  /// Larger networks tend to be better.
  public var higherIsBetter: Bool { true }
  /// The graph is enough.
  public var needs: ProxyNeeds { [] }
  /// No pass.
  public var cost: String { "none" }
  /// A baseline of every comparison.
  public var citation: String { "baseline" }

  /// None but those of the search space.
  public func settings(_ settings: ScoringSettings) -> [String: SettingValue] { [:] }

  /// The count from the graph.
  public func score(of candidate: Candidate) throws(BackendError) -> Score {
    .value(Double(candidate.network.cost.layers))
  }
}
