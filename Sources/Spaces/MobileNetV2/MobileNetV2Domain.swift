public import Networks
public import Scoring

/// The MobileNetV2 space as it is searched: mutations of a start.
public struct MobileNetV2Domain: SearchDomain {
  /// How costs are counted.
  public enum Counting: String, Hashable, Sendable {
    /// Multiply-accumulates of convolutions and classifier, and all parameters.
    case exact
    /// The numbers that the released search limits, which count projected shortcuts of stride 2 at a
    /// quarter, each normalised element as an operation, and one parameter for each normalised channel.
    case released
  }

  /// Classes and resolution of the networks.
  public let space: MobileNetV2Space
  /// The architecture whose neighbours are the founders; it need not meet the constraints.
  public let start: MobileNetV2Architecture
  /// How a neighbour is made.
  public let mutation: MobileNetV2Mutation
  /// How costs are counted.
  public let counting: Counting

  /// Creates a domain.
  public init(
    space: MobileNetV2Space, start: MobileNetV2Architecture,
    mutation: MobileNetV2Mutation = MobileNetV2Mutation(), counting: Counting = .exact
  ) {
    self.space = space
    self.start = start
    self.mutation = mutation
    self.counting = counting
  }

  /// Eleven, as in the reference.
  public func founders(population: Int) -> Int { 11 }

  /// The start with one block drawn anew.
  public func founder(using generator: inout some IndexGenerator) -> MobileNetV2Architecture {
    mutation.child(of: start, draws: 1, using: &generator)
  }

  /// The parent with one or two blocks drawn anew.
  public func child(
    of parent: MobileNetV2Architecture, using generator: inout some IndexGenerator
  ) -> MobileNetV2Architecture {
    mutation.child(of: parent, draws: 2, using: &generator)
  }

  /// The candidate with one block drawn anew.
  public func singleChange(
    of architecture: MobileNetV2Architecture, using generator: inout some IndexGenerator
  ) -> MobileNetV2Architecture {
    mutation.child(of: architecture, draws: 1, using: &generator)
  }

  /// The costs as the space counts them, or as the released search does.
  ///
  /// - Throws: `NetworkError` where the space has no images.
  public func costs(of architecture: MobileNetV2Architecture) throws(NetworkError) -> SpaceCosts {
    var costs = try space.costs(of: architecture)
    if counting == .released {
      let counts = space.counts(of: architecture)
      costs.flops = counts.constraintFLOPs
      costs.parameters = counts.constraintSize
    }
    return costs
  }
}
