internal import Networks
public import Tensors

/// The number of parameters in millions, those of batch normalisation included.
public struct ParameterCount: Proxy {
  /// Creates the proxy.
  public init() {}

  /// `parameters`.
  public var name: String { "parameters" }
  /// What it measures.
  public var summary: String { "number of parameters, in millions" }
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
    .value(Double(candidate.network.cost.parameters) / 1e6)
  }
}
