internal import Networks

/// A part of a network that lies between the ends of two blocks.
struct DrawnBlock {
  /// Its nodes, without those that only change a layout.
  let nodes: [Int]
  /// The node whose value it gives.
  let end: Int
  /// Nodes outside of it that it reads, in the order in which it does.
  let sources: [Int]
  /// Layers with weights.
  let layers: Int

  /// The parts of a network, all nodes but the input once each.
  ///
  /// - Parameter graph: the network.
  /// - Returns: the blocks in order, and behind them what follows the last one.
  static func blocks(of graph: DrawnGraph) -> [DrawnBlock] {
    let network = graph.network
    var blocks: [DrawnBlock] = []
    var start = 1
    for end in Set(network.blockOutputs).union([network.output]).sorted() where end >= start {
      let nodes = (start...end).filter { !graph.isReorder($0) }
      start = end + 1
      guard let last = nodes.last else { continue }
      let own = Set(nodes)
      var (sources, known): ([Int], Set<Int>) = ([], [])
      for input in nodes.flatMap({ graph.inputs[$0] })
      where !own.contains(input) && known.insert(input).inserted { sources.append(input) }
      blocks.append(
        DrawnBlock(
          nodes: nodes, end: last, sources: sources,
          layers: nodes.reduce(0) { $0 + graph.layers(of: $1) }))
    }
    return blocks
  }
}

/// A network as drawings see it: without what only changes a layout.
struct DrawnGraph {
  /// The network.
  let network: Network
  /// The nodes that each node reads.
  let inputs: [[Int]]
  /// The number of nodes that read each node.
  let readers: [Int]

  init(_ network: Network) {
    self.network = network
    var given = Array(network.nodes.indices)
    var inputs: [[Int]] = []
    var readers = [Int](repeating: 0, count: network.nodes.count)
    for (position, node) in network.nodes.enumerated() {
      let own = node.inputs.map { given[$0] }
      inputs.append(own)
      if node.op is Reorder {
        given[position] = own[0]
      } else {
        for input in Set(own) { readers[input] += 1 }
      }
    }
    self.inputs = inputs
    self.readers = readers
  }

  /// Whether a node only changes the layout of a value.
  func isReorder(_ position: Int) -> Bool { network.nodes[position].op is Reorder }

  /// Layers with weights that a node is, as ``Cost`` counts them.
  func layers(of position: Int) -> Int {
    network.parameters[network.nodes[position].parameters].count(where: \.role.isLayerWeight)
  }

  /// Whether a node is a layer with weights.
  func isLayer(_ position: Int) -> Bool { layers(of: position) > 0 }
}
