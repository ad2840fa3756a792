public import Networks

/// The number of trainable layers, as the space counts them (``SearchSpace/layerCounting``).
public struct Layers: CostProxy {
  /// Creates the proxy.
  public init() {}

  /// `layers`.
  public var name: String { "layers" }
  /// What it measures.
  public var summary: String { "number of trainable layers, as the space counts them" }

  /// The count.
  public func value(of costs: SpaceCosts) -> Double { Double(costs.layers) }
}
