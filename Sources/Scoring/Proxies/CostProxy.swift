public import Formats
public import Networks
public import Tensors

/// A baseline that is read off the graph: what every other proxy has to beat.
public protocol CostProxy: Proxy {
  /// The number, from what a network costs as its space counts it.
  func value(of costs: SpaceCosts) -> Double
}

extension CostProxy {
  /// Larger networks tend to be better.
  public var higherIsBetter: Bool { true }
  /// The graph is enough.
  public var needs: ProxyNeeds { [] }
  /// No pass.
  public var cost: String { "none" }
  /// None.
  public func passes(batch: Int, classes: Int) -> Double { 0 }
  /// A baseline of every comparison.
  public var citation: String { "baseline" }

  /// None but those of the search space.
  public func settings(_ settings: ScoringSettings) -> [String: SettingValue] { [:] }

  /// The number of an architecture's network, undefined where the sizes leave no room for one.
  public func score<Space: SearchSpace>(
    of architecture: Space.Architecture, in space: Space
  ) -> Score {
    do { return .value(value(of: try space.costs(of: architecture))) } catch {
      return .undefined("the sizes leave no room for the network: \(error)")
    }
  }

  /// The number of the candidate's network.
  public func score(of candidate: Candidate) throws(BackendError) -> Score {
    .value(value(of: candidate.costs))
  }
}

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
