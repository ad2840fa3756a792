public import Scoring

/// NAS-Bench-201 as it is searched: cells drawn uniformly, then cells with one edge drawn anew.
public struct NASBench201Domain: SearchDomain {
  /// The networks.
  public let space: NASBench201Space

  /// Creates a domain.
  public init(space: NASBench201Space) { self.space = space }

  /// A cell of all 15,625, each as likely as the others.
  public func founder(using generator: inout some IndexGenerator) -> NASBench201Architecture {
    NASBench201Architecture(rank: generator.index(below: NASBench201Architecture.count))
  }

  /// The parent with another operation on one edge, all 24 neighbours being equally likely.
  public func child(
    of parent: NASBench201Architecture, using generator: inout some IndexGenerator
  ) -> NASBench201Architecture {
    var operations = parent.operations
    let edge = generator.index(below: operations.count)
    let step = 1 + generator.index(below: NASBench201Operation.allCases.count - 1)
    let code = (operations[edge].code + step) % NASBench201Operation.allCases.count
    operations[edge] = NASBench201Operation(code: code)
    return NASBench201Architecture(operations: operations)
  }
}
