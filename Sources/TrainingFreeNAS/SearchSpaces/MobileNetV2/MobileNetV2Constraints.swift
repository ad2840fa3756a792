/// What the search accepts.
public struct MobileNetV2Constraints: Hashable, Sendable {
  /// The numbers of ``MobileNetV2Architecture/layers`` that are allowed, or `nil` for all.
  public var layers: ClosedRange<Int>?
  /// The largest ``MobileNetV2Counts/constraintSize``, or `nil` for no limit.
  public var size: Int?
  /// The largest ``MobileNetV2Counts/constraintFLOPs``, or `nil` for no limit.
  public var flops: Int?

  /// Creates constraints; without arguments everything is accepted.
  public init(layers: ClosedRange<Int>? = nil, size: Int? = nil, flops: Int? = nil) {
    self.layers = layers
    self.size = size
    self.flops = flops
  }

  /// Why an architecture is not accepted, or `nil` where it is.
  ///
  /// Layers are looked at first, then size, then FLOPs, and the first excess is the answer.
  ///
  /// - Parameters:
  ///   - architecture: the blocks.
  ///   - space: classes and resolution of its network, which has no squeeze-and-excitation.
  /// - Returns: the number that is not allowed, and what is.
  public func rejection(
    of architecture: MobileNetV2Architecture, in space: MobileNetV2Space
  ) -> MobileNetV2Rejection? {
    if let layers, !layers.contains(architecture.layers) {
      return .layers(architecture.layers, allowed: layers)
    }
    guard size != nil || flops != nil else { return nil }
    let counts = space.counts(of: architecture)
    if let size, counts.constraintSize > size {
      return .size(counts.constraintSize, limit: size)
    }
    if let flops, counts.constraintFLOPs > flops {
      return .flops(counts.constraintFLOPs, limit: flops)
    }
    return nil
  }
}

/// Why the search does not accept an architecture.
public enum MobileNetV2Rejection: Hashable, Sendable, CustomStringConvertible {
  /// The number of sub-layers is not allowed.
  case layers(Int, allowed: ClosedRange<Int>)
  /// The size is too large.
  case size(Int, limit: Int)
  /// The operations are too many.
  case flops(Int, limit: Int)

  /// One line with the number and its limit.
  public var description: String {
    switch self {
    case .layers(let layers, let allowed):
      "\(layers) layers, allowed are \(allowed.lowerBound) to \(allowed.upperBound)"
    case .size(let size, let limit): "a size of \(size), more than \(limit)"
    case .flops(let flops, let limit): "\(flops) FLOPs, more than \(limit)"
    }
  }
}
