/// Features of a NAS-Bench-201 cell that are read off its graph: counts, paths and degrees.
///
/// Let S run over the 31 non-empty sets of the five operations, `none` being one like any other,
/// ordered by size and then by their ``NASBench201Operation/nasLibCode``. An edge is in S if its
/// operation is.
///
/// | names | number | value |
/// |---|---|---|
/// | `op_count_o` | 5 | edges with operation o; they sum to 6 |
/// | `min_path_len_S` | 31 | fewest edges of a path from input to output with all edges in S, else 6 |
/// | `max_op_on_path_S` | 31 | most edges of such a path, else 0 |
/// | `node_degree_S_in_degree` | 31 | edges in S that leave the input |
/// | `node_degree_S_out_degree` | 31 | edges in S that enter the output |
/// | `node_degree_S_avg_in`, `..._avg_out` | 62 | edges in S, divided by the 4 nodes; both are equal |
///
/// The order is that of the table, with the four degrees of one S together. S is written as the
/// codes of its operations, such as `max_op_on_path_023`.
///
/// G. Kadlecová et al.: Surprisingly Strong Performance Prediction with Neural Graph Features.
/// ICML 2024.
public enum GRAFFeatures: String, CaseIterable, Sendable {
  /// All 191 features.
  case all = "graf"
  /// The 160 features of the VKDNW paper, which lack `min_path_len`.
  case paper = "graf-paper"
  /// All features, with the older definition of the paths.
  ///
  /// Until August 2024 `max_op_on_path` was what is here called `max_op_on_path_v1`: of the four
  /// paths from input to output take the one with the smallest difference of edges outside S and
  /// edges in S, the shorter one where two tie, and count its edges in S. Such a path may cross
  /// edges outside S.
  case olderPaths = "graf-older"
  /// The 160 features of the VKDNW paper with the older definition of the paths, as in its Table I.
  case paperOlderPaths = "graf-paper-older"

  /// The names of the features, in their order.
  public var names: [String] {
    let path = hasOlderPaths ? "max_op_on_path_v1" : "max_op_on_path"
    let sets = Self.operationSets.map(\.text)
    return (0..<5).map { "op_count_\($0)" }
      + (hasShortestPaths ? sets.map { "min_path_len_\($0)" } : [])
      + sets.map { "\(path)_\($0)" }
      + sets.flatMap { set in
        ["in_degree", "out_degree", "avg_in", "avg_out"].map { "node_degree_\(set)_\($0)" }
      }
  }

  /// The features of a cell.
  ///
  /// - Parameter architecture: the cell.
  /// - Returns: a number for each of ``names``.
  public func values(of architecture: NASBench201Architecture) -> [Double] {
    let codes = architecture.operations.map(\.nasLibCode)
    let masks = Self.operationSets.map { set in
      var mask: EdgeMask = 0
      for (edge, code) in codes.enumerated() { mask |= (set.codes >> code & 1) << edge }
      return mask
    }
    var values = (0..<5).map { code in Double(codes.count { $0 == code }) }
    if hasShortestPaths { values += masks.map { Double(Self.shortestPath(in: $0) ?? 6) } }
    values += masks.map {
      Double(hasOlderPaths ? Self.olderLongestPath(in: $0) : Self.longestPath(in: $0) ?? 0)
    }
    for mask in masks {
      let average = Double(mask.nonzeroBitCount) / 4
      values += [
        Double((mask & Self.leavingInput).nonzeroBitCount),
        Double((mask & Self.enteringOutput).nonzeroBitCount), average, average,
      ]
    }
    return values
  }

  private var hasShortestPaths: Bool { self == .all || self == .olderPaths }
  private var hasOlderPaths: Bool { self == .olderPaths || self == .paperOlderPaths }
}

extension GRAFFeatures {
  /// Some edges of the cell, one bit for each in their canonical order.
  private typealias EdgeMask = UInt8

  /// A set of operations.
  private struct OperationSet {
    /// The codes of the operations as digits.
    let text: String
    /// One bit for each code.
    let codes: EdgeMask
  }

  /// The non-empty sets of operations by size, those of one size in lexicographic order.
  private static let operationSets: [OperationSet] = {
    let sets = (1..<32).map { (bits: EdgeMask) -> OperationSet in
      let members = (0..<5).filter { bits >> $0 & 1 == 1 }
      return OperationSet(text: members.map { "\($0)" }.joined(), codes: bits)
    }
    return sets.sorted { ($0.text.count, $0.text) < ($1.text.count, $1.text) }
  }()

  private static let leavingInput = mask { $0.source == 0 }
  private static let enteringOutput = mask { $0.target == 3 }

  /// The paths from input to output, the shortest first.
  private static let paths = [[0, 3], [0, 1, 3], [0, 2, 3], [0, 1, 2, 3]].map { nodes in
    mask { edge in zip(nodes, nodes.dropFirst()).contains { $0 == edge.source && $1 == edge.target }
    }
  }

  private static func mask(
    _ isMember: (NASBench201Architecture.Edge) -> Bool
  ) -> EdgeMask {
    var mask: EdgeMask = 0
    for (number, edge) in NASBench201Architecture.edges.enumerated() where isMember(edge) {
      mask |= 1 << number
    }
    return mask
  }

  private static func shortestPath(in edges: EdgeMask) -> Int? {
    paths.first { $0 & edges == $0 }?.nonzeroBitCount
  }

  private static func longestPath(in edges: EdgeMask) -> Int? {
    paths.last { $0 & edges == $0 }?.nonzeroBitCount
  }

  private static func olderLongestPath(in edges: EdgeMask) -> Int {
    var best = (balance: Int.max, count: 0)
    for path in paths {
      let count = (path & edges).nonzeroBitCount
      let balance = path.nonzeroBitCount - 2 * count
      // Of two paths that tie, the shorter one was met first.
      if balance < best.balance { best = (balance, count) }
    }
    return best.count
  }
}
