/// Tensors of nodes in another order than that of the nodes.
package struct RegistrationOrder {
  /// For each list the nodes whose tensors change places among themselves, in the order that they get.
  private let lists: [[Int]]

  package init(_ lists: [[Int]]) { self.lists = lists }

  /// The nodes, or other things with tensors, in the order in which their tensors come.
  ///
  /// - Parameter count: how many there are.
  /// - Returns: their positions.
  package func order(of count: Int) -> [Int] {
    var order = Array(0..<count)
    for list in lists {
      for (place, node) in zip(list.sorted(), list) { order[place] = node }
    }
    return order
  }

  /// Moves parameters and buffers, and tells the nodes where theirs are.
  func apply(
    to nodes: inout [Node], parameters: inout [ParameterSpec], buffers: inout [BufferSpec]
  ) {
    guard !lists.isEmpty else { return }
    let given = (nodes: nodes, parameters: parameters, buffers: buffers)
    (parameters, buffers) = ([], [])
    for position in order(of: nodes.count) {
      let node = given.nodes[position]
      nodes[position] = Node(
        name: node.name, op: node.op, inputs: node.inputs, shape: node.shape, layout: node.layout,
        parameters: parameters.count..<parameters.count + node.parameters.count,
        buffers: buffers.count..<buffers.count + node.buffers.count)
      parameters += given.parameters[node.parameters]
      buffers += given.buffers[node.buffers]
    }
  }
}

extension Network {
  /// Whether the tensors are registered in the order in which their nodes run.
  package var isRegisteredInOrder: Bool {
    zip(nodes.flatMap(\.parameters), parameters.indices).allSatisfy { $0 == $1 }
  }

  /// The nodes in the order in which their tensors are registered.
  ///
  /// A node without parameters follows the node that it follows in the order of execution.
  package var registrationOrder: [Int] {
    var places: [Int] = []
    for node in nodes {
      places.append(node.parameters.isEmpty ? places.last ?? -1 : node.parameters.lowerBound)
    }
    return nodes.indices.sorted { (places[$0], $0) < (places[$1], $1) }
  }
}
