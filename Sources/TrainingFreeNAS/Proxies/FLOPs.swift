internal import Networks
public import Tensors

/// Multiply-accumulate operations of convolutions and the linear layer for one image, in millions.
public struct FLOPs: Proxy {
  /// Creates the proxy.
  public init() {}

  /// `flops`.
  public var name: String { "flops" }
  /// What it measures.
  public var summary: String { "multiply-accumulate operations for one image, in millions" }
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
    .value(Double(candidate.network.cost.multiplyAdds) / 1e6)
  }
}
