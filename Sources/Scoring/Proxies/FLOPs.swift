public import Networks

/// Multiply-accumulates of convolutions and linear layer for one image, in millions.
public struct FLOPs: CostProxy {
  /// Creates the proxy.
  public init() {}

  /// `flops`.
  public var name: String { "flops" }
  /// What it measures.
  public var summary: String { "multiply-accumulate operations for one image, in millions" }

  /// The count.
  public func value(of costs: SpaceCosts) -> Double { Double(costs.flops) / 1e6 }
}
