/// Tensors of nodes in another order than that of the nodes.
struct RegistrationOrder {
  /// For each list the nodes whose tensors change places among themselves, in the order that they get.
  private let lists: [[Int]]

  init(_ lists: [[Int]]) { self.lists = lists }

  /// Moves parameters and buffers, and tells the nodes where theirs are.
  func apply(
    to nodes: inout [Node], parameters: inout [ParameterSpec], buffers: inout [BufferSpec]
  ) {
    guard !lists.isEmpty else { return }
    var order = Array(nodes.indices)
    for list in lists {
      for (place, node) in zip(list.sorted(), list) { order[place] = node }
    }
    let given = (nodes: nodes, parameters: parameters, buffers: buffers)
    (parameters, buffers) = ([], [])
    for position in order {
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
