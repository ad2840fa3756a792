public import Scoring

/// The cells of DARTS as they are searched: genotypes drawn uniformly, then one edge changed.
public struct DARTSDomain: SearchDomain {
  /// The networks.
  public let space: DARTSSpace

  /// Creates a domain.
  public init(space: DARTSSpace) { self.space = space }

  /// A genotype whose nodes read two different values each, with operations other than `none`, each as
  /// likely as the others.
  public func founder(using generator: inout some IndexGenerator) -> DARTSArchitecture {
    var cells: [[DARTSEdge]] = []
    for _ in 0..<2 {
      var cell: [DARTSEdge] = []
      for place in stride(from: 0, to: DARTSArchitecture.edges, by: 2) {
        let count = DARTSArchitecture.sources(place)
        let second = 1 + generator.index(below: count * (count - 1) / 2)
        // The pairs (0, 1), (0, 2), (1, 2), (0, 3) and so on, counted from 1.
        var larger = 1
        while larger * (larger + 1) / 2 < second { larger += 1 }
        let smaller = second - 1 - larger * (larger - 1) / 2
        for source in [smaller, larger] {
          let code = generator.index(below: DARTSOperation.searched.count)
          cell.append(DARTSEdge(DARTSOperation.searched[code], source: source))
        }
      }
      cells.append(cell)
    }
    return DARTSArchitecture(unchecked: cells[0], cells[1])
  }

  /// The parent with one edge that has another operation or comes from another value, all 16 edges and
  /// both kinds being equally likely; where no other value is left, the operation changes.
  public func child(
    of parent: DARTSArchitecture, using generator: inout some IndexGenerator
  ) -> DARTSArchitecture {
    let isNormal = generator.index(below: 2) == 0
    var cell = isNormal ? parent.normal : parent.reduction
    let place = generator.index(below: cell.count)
    let taken = [cell[place].source, cell[place ^ 1].source]
    let sources = (0..<DARTSArchitecture.sources(place)).filter { !taken.contains($0) }
    if generator.index(below: 2) == 0, !sources.isEmpty {
      cell[place].source = sources[generator.index(below: sources.count)]
    } else {
      let others = DARTSOperation.searched.filter { $0 != cell[place].operation }
      cell[place].operation = others[generator.index(below: others.count)]
    }
    return isNormal
      ? DARTSArchitecture(unchecked: cell, parent.reduction)
      : DARTSArchitecture(unchecked: parent.normal, cell)
  }
}
