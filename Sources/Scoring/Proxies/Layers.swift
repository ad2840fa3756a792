public import Networks

/// The number of trainable layers: convolutions and linear layers, dead ones included.
public struct Layers: CostProxy {
  /// Creates the proxy.
  public init() {}

  /// `layers`.
  public var name: String { "layers" }
  /// What it measures.
  public var summary: String { "number of trainable layers: convolutions and linear layers" }

  /// The count.
  public func value(of cost: Cost) -> Double { Double(cost.layers) }
}
