public import Scoring

/// The micro space of TransNAS-Bench-101 as it is searched: cells drawn uniformly, then one edge anew.
public struct TransNASMicroDomain: SearchDomain {
  /// The networks.
  public let space: TransNASMicroSpace

  /// Creates a domain.
  public init(space: TransNASMicroSpace) { self.space = space }

  /// A cell of all 4,096, each as likely as the others.
  public func founder(using generator: inout some IndexGenerator) -> TransNASMicroArchitecture {
    TransNASMicroArchitecture(rank: generator.index(below: TransNASMicroArchitecture.count))
  }

  /// The parent with another operation on one edge, all 18 neighbours being equally likely.
  public func child(
    of parent: TransNASMicroArchitecture, using generator: inout some IndexGenerator
  ) -> TransNASMicroArchitecture {
    var operations = parent.operations
    let edge = generator.index(below: operations.count)
    operations[edge] = operations[edge].other(generator.index(below: 3))
    return TransNASMicroArchitecture(operations: operations)
  }
}

/// The macro space of TransNAS-Bench-101 as it is searched: networks drawn uniformly, then one module
/// changed, added or left out.
public struct TransNASMacroDomain: SearchDomain {
  /// The networks.
  public let space: TransNASMacroSpace

  /// Creates a domain.
  public init(space: TransNASMacroSpace) { self.space = space }

  /// A network of all 3,256, each as likely as the others.
  public func founder(using generator: inout some IndexGenerator) -> TransNASMacroArchitecture {
    let all = TransNASMacroArchitecture.all
    return all[generator.index(below: all.count)]
  }

  /// A network that differs from the parent by one module, all of them being equally likely.
  public func child(
    of parent: TransNASMacroArchitecture, using generator: inout some IndexGenerator
  ) -> TransNASMacroArchitecture {
    let neighbours = parent.neighbours
    return neighbours[generator.index(below: neighbours.count)]
  }
}
