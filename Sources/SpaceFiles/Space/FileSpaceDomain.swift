public import Scoring
public import Spaces

/// The space of a file as it is searched: architectures drawn uniformly over their choices, then architectures
/// with one other choice, or mixed of two.
public struct FileSpaceDomain: SearchDomain {
  /// The space.
  public let space: FileSpace

  /// Creates a domain.
  public init(space: FileSpace) { self.space = space }

  /// An architecture with every choice uniform over its options.
  public func founder(using generator: inout some IndexGenerator) -> FileArchitecture {
    space.draw(using: &generator)
  }

  /// The parent with one other choice.
  public func child(
    of parent: FileArchitecture, using generator: inout some IndexGenerator
  ) -> FileArchitecture {
    space.neighbour(of: parent, using: &generator)
  }

  /// Yes.
  public var mixes: Bool { true }

  /// Every choice of one or the other.
  public func mixture(
    of first: FileArchitecture, _ second: FileArchitecture,
    using generator: inout some IndexGenerator
  ) -> FileArchitecture {
    space.crossover(first, second, using: &generator)
  }
}
