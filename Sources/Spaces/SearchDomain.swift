public import Networks
public import Scoring

/// A search space with what a search needs besides its networks: first candidates, neighbours, costs.
///
/// To make a space searchable, add a file with a domain, which the space names as its own
/// (``SearchableSpace``).
public protocol SearchDomain: Sendable {
  /// The space of the candidates.
  associatedtype Space: SearchSpace

  /// The space of the candidates.
  var space: Space { get }

  /// How many candidates are made without a parent before parents are drawn.
  ///
  /// - Parameter population: the population constant of the search.
  /// - Returns: their number.
  func founders(population: Int) -> Int

  /// A candidate without a parent: drawn from the whole space, or a neighbour of a start.
  func founder(using generator: inout some IndexGenerator) -> Space.Architecture

  /// A neighbour of a candidate; it may be the candidate itself.
  func child(
    of parent: Space.Architecture, using generator: inout some IndexGenerator
  ) -> Space.Architecture

  /// A candidate that differs from another in one change; it may be the candidate itself.
  func singleChange(
    of architecture: Space.Architecture, using generator: inout some IndexGenerator
  ) -> Space.Architecture

  /// Whether a search also mixes two candidates: every other child is then a mixture.
  var mixes: Bool { get }

  /// A candidate that has of both of two; it may be one of them.
  func mixture(
    of first: Space.Architecture, _ second: Space.Architecture,
    using generator: inout some IndexGenerator
  ) -> Space.Architecture

  /// What a candidate costs.
  ///
  /// - Throws: `NetworkError` where the sizes of the space leave no room for its network.
  func costs(of architecture: Space.Architecture) throws(NetworkError) -> SpaceCosts
}

extension SearchDomain {
  /// As many as the population holds.
  public func founders(population: Int) -> Int { population }

  /// A neighbour.
  public func singleChange(
    of architecture: Space.Architecture, using generator: inout some IndexGenerator
  ) -> Space.Architecture { child(of: architecture, using: &generator) }

  /// The costs that the space knows.
  public func costs(of architecture: Space.Architecture) throws(NetworkError) -> SpaceCosts {
    try space.costs(of: architecture)
  }

  /// No: children are neighbours.
  public var mixes: Bool { false }

  /// The first one.
  public func mixture(
    of first: Space.Architecture, _ second: Space.Architecture,
    using generator: inout some IndexGenerator
  ) -> Space.Architecture { first }
}
