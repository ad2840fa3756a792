/// Nodes in groups of a bounded size, so that what is held for a group at a time is bounded too.
package enum NodeGroups {
  /// Bytes of a group, where it has more than one node.
  package static let bytes = 64 << 20

  /// Groups of nodes that follow each other.
  ///
  /// - Parameters:
  ///   - nodes: the nodes.
  ///   - bytes: what is held for a node.
  /// - Returns: the nodes in their order, in at least one node a group.
  package static func groups(_ nodes: [Int], bytes: (Int) -> Int) -> [[Int]] {
    var groups: [[Int]] = []
    var size = 0
    for node in nodes {
      let own = bytes(node)
      if groups.isEmpty || size + own > Self.bytes {
        groups.append([])
        size = 0
      }
      groups[groups.count - 1].append(node)
      size += own
    }
    return groups
  }
}
