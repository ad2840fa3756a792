public import Networks

/// The number of parameters in millions, those of batch normalisation included.
public struct ParameterCount: CostProxy {
  /// Creates the proxy.
  public init() {}

  /// `parameters`.
  public var name: String { "parameters" }
  /// What it measures.
  public var summary: String { "number of parameters, in millions" }

  /// The count.
  public func value(of costs: SpaceCosts) -> Double { Double(costs.parameters) / 1e6 }
}
