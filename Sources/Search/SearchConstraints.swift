public import Networks
internal import Scoring
internal import Spaces

/// What a search accepts.
public struct SearchConstraints: Hashable, Sendable {
  /// The numbers of layers that are allowed, or `nil` for all.
  public var layers: ClosedRange<Int>?
  /// The largest number of parameters, or `nil` for no limit.
  public var parameters: Int?
  /// The largest number of multiply-accumulates, or `nil` for no limit.
  public var flops: Int?
  /// The longest forward pass of one image in seconds, or `nil` for no limit.
  public var latency: Double?
  /// The most bytes of activations that are alive at one time in a forward pass of one image in float, as
  /// `NetworkCount` counts them, or `nil` for no limit.
  public var memory: Int?

  /// Creates constraints; without arguments everything is accepted.
  public init(
    layers: ClosedRange<Int>? = nil, parameters: Int? = nil, flops: Int? = nil,
    latency: Double? = nil, memory: Int? = nil
  ) {
    self.layers = layers
    self.parameters = parameters
    self.flops = flops
    self.latency = latency
    self.memory = memory
  }

  /// Why costs are not accepted, or `nil` where they are.
  ///
  /// Layers are looked at first, then parameters, then FLOPs, and the first excess is the answer. The memory
  /// takes the network, and the latency has to be measured, so these are asked for last: see
  /// ``excess(ofMemory:)`` and ``excess(ofLatency:)``.
  public func excess(of costs: SpaceCosts) -> SearchRejection? {
    if let layers, !layers.contains(costs.layers) {
      return .layers(costs.layers, allowed: layers)
    }
    if let parameters, costs.parameters > parameters {
      return .parameters(costs.parameters, limit: parameters)
    }
    if let flops, costs.flops > flops { return .flops(costs.flops, limit: flops) }
    return nil
  }

  /// Why the memory of activations is not accepted, or `nil` where it is.
  public func excess(ofMemory bytes: Int) -> SearchRejection? {
    if let memory, bytes > memory { return .memory(bytes, limit: memory) }
    return nil
  }

  /// Why a measured latency is not accepted, or `nil` where it is.
  public func excess(ofLatency seconds: Double) -> SearchRejection? {
    if let latency, seconds > latency { return .latency(seconds, limit: latency) }
    return nil
  }
}

/// Why a search does not accept a candidate.
public enum SearchRejection: Hashable, Sendable, CustomStringConvertible {
  /// The number of layers is not allowed.
  case layers(Int, allowed: ClosedRange<Int>)
  /// There are too many parameters.
  case parameters(Int, limit: Int)
  /// The multiply-accumulates are too many.
  case flops(Int, limit: Int)
  /// The forward pass takes too long.
  case latency(Double, limit: Double)
  /// Too much has to be kept at one time.
  case memory(Int, limit: Int)
  /// The candidate was scored before.
  case known
  /// The sizes of the space leave no room for the network.
  case network(NetworkProblem)

  /// Text that says why there is no network.
  public typealias NetworkProblem = String

  /// One line with the number and its limit.
  public var description: String {
    switch self {
    case .layers(let layers, let allowed):
      "\(layers) layers, allowed are \(allowed.lowerBound) to \(allowed.upperBound)"
    case .parameters(let parameters, let limit): "\(parameters) parameters, more than \(limit)"
    case .flops(let flops, let limit): "\(flops) FLOPs, more than \(limit)"
    case .latency(let seconds, let limit):
      seconds.isFinite
        ? "\(milliseconds(seconds)) for one image, more than \(milliseconds(limit))"
        : "no latency on record"
    case .memory(let bytes, let limit):
      "\(bytes) bytes of activations at one time, more than \(limit)"
    case .known: "known already"
    case .network(let problem): problem
    }
  }

  /// What is counted when candidates are rejected one after another.
  public var kind: Kind {
    switch self {
    case .layers: .layers
    case .parameters: .parameters
    case .flops: .flops
    case .latency: .latency
    case .memory: .memory
    case .known: .known
    case .network: .network
    }
  }

  /// Why a candidate is rejected, without the number.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// Too few or too many layers.
    case layers
    /// Too many parameters.
    case parameters
    /// Too many multiply-accumulates.
    case flops
    /// Too slow.
    case latency
    /// Too many activations at one time.
    case memory
    /// Scored before.
    case known
    /// No network.
    case network

    /// What is wrong with such candidates, behind their number.
    package var text: String {
      switch self {
      case .layers: "with too few or too many layers"
      case .parameters: "with too many parameters"
      case .flops: "with too many FLOPs"
      case .latency: "too slow"
      case .memory: "with too much memory"
      case .known: "known already"
      case .network: "without room for a network"
      }
    }
  }

  private func milliseconds(_ seconds: Double) -> String {
    "\((seconds * 1e5).rounded() / 100) ms"
  }
}
