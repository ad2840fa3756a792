internal import Networks

extension WalkPlan {
  /// Nodes whose cotangents are pulled back, once for each input, in order: the cost of a reverse walk.
  var pulled: [Int] {
    backward.flatMap { step -> [Int] in
      guard case .pull(let node, _, let to) = step else { return [] }
      return to.compactMap { $0 == nil ? nil : node }
    }
  }

  /// Multiply-accumulates of pulling one direction back through the network.
  package var reverseMultiplyAdds: Int {
    pulled.reduce(0) { $0 + graph.network.multiplyAdds(of: $1) }
  }

  /// Multiply-accumulates of pushing the tangents of all selected weights forward, `rows` at a time.
  ///
  /// An estimate that takes everything behind the first layer of a walk's weights to be visited,
  /// which is exact but for branches that run side by side.
  package func tangentMultiplyAdds(rows: Int) -> Int {
    var starts: [Int] = []
    for case .read(_, _, let readouts) in backward { starts += readouts.map(\.node) }
    starts.sort()
    // behind[n] is the cost of everything after node n.
    var behind = [Int](repeating: 0, count: graph.network.nodes.count + 1)
    for node in graph.network.nodes.indices.reversed() {
      let counts = node <= features && graph.isWalked(node)
      behind[node] = behind[node + 1] + (counts ? graph.network.multiplyAdds(of: node) : 0)
    }
    return stride(from: 0, to: starts.count, by: rows).reduce(0) { sum, first in
      sum + rows * behind[starts[first] + 1]
    }
  }
}
