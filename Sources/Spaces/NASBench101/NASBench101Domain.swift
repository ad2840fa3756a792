public import Scoring

/// NAS-Bench-101 as it is searched: specifications of seven vertices drawn uniformly, then one edge or
/// operation changed.
public struct NASBench101Domain: SearchDomain {
  /// The networks.
  public let space: NASBench101Space

  /// Creates a domain.
  public init(space: NASBench101Space) { self.space = space }

  /// A specification of seven vertices, each as likely as the others; modules with many specifications are
  /// likelier than those with few.
  public func founder(using generator: inout some IndexGenerator) -> NASBench101Architecture {
    let count = NASBench101Architecture.maximumVertices
    while true {
      let matrix = (0..<count).map { row in
        (0..<count).map { column in column > row && generator.index(below: 2) == 1 }
      }
      let operations = (0..<count - 2).map { _ in
        NASBench101Operation.allCases[generator.index(below: 3)]
      }
      if let architecture = NASBench101Architecture(matrix: matrix, operations: operations) {
        return architecture
      }
    }
  }

  /// The parent with an edge added or left out, or with another operation at a vertex, all neighbours of
  /// the space being equally likely; a parent of fewer vertices gets seven first.
  public func child(
    of parent: NASBench101Architecture, using generator: inout some IndexGenerator
  ) -> NASBench101Architecture {
    let parent = parent.padded
    var neighbours: [NASBench101Architecture] = []
    for row in 0..<parent.vertices {
      for column in row + 1..<parent.vertices {
        var matrix = parent.matrix
        matrix[row][column].toggle()
        if let other = NASBench101Architecture(matrix: matrix, operations: parent.operations) {
          neighbours.append(other)
        }
      }
    }
    for place in parent.operations.indices {
      for operation in NASBench101Operation.allCases where operation != parent.operations[place] {
        var operations = parent.operations
        operations[place] = operation
        if let other = NASBench101Architecture(matrix: parent.matrix, operations: operations) {
          neighbours.append(other)
        }
      }
    }
    return neighbours[generator.index(below: neighbours.count)]
  }
}
