internal import Tensors

/// A network cut at the ends of its blocks into networks of which each reads the one before it alone.
package struct BlockChain {
  /// What lies between two ends: a network whose input is the end of the block before.
  package struct Piece {
    package let network: Network
    /// The positions of its parameter tensors in those of the whole.
    package let parameters: Range<Int>
    /// The positions of its buffers in those of the whole.
    package let buffers: Range<Int>
  }

  /// The blocks in order, and behind them what follows the last of them, if something does.
  package let pieces: [Piece]

  /// Cuts a network, or does not where a block reads more than the end of the one before, or nothing,
  /// or has its tensors among those of other blocks.
  package init?(_ network: Network) {
    guard let last = network.blockOutputs.last else { return nil }
    let ends = [0] + network.blockOutputs + (last == network.output ? [] : [network.output])
    var pieces: [Piece] = []
    for (start, end) in zip(ends, ends.dropFirst()) {
      guard start < end,
        network.nodes[start + 1...end].allSatisfy({ $0.inputs.allSatisfy { $0 >= start } })
      else { return nil }
      guard let parameters = Self.joined(network.nodes[start + 1...end].map(\.parameters)),
        let buffers = Self.joined(network.nodes[start + 1...end].map(\.buffers))
      else { return nil }
      var nodes = [
        Node(
          name: network.nodes[start].name, op: nil, inputs: [], shape: network.nodes[start].shape,
          layout: network.nodes[start].layout, parameters: 0..<0, buffers: 0..<0)
      ]
      for node in network.nodes[start + 1...end] {
        nodes.append(
          Node(
            name: node.name, op: node.op, inputs: node.inputs.map { $0 - start },
            shape: node.shape, layout: node.layout,
            parameters: Self.moved(node.parameters, by: parameters.lowerBound),
            buffers: Self.moved(node.buffers, by: buffers.lowerBound)))
      }
      let piece = Network(
        nodes: nodes, parameters: Array(network.parameters[parameters]),
        buffers: Array(network.buffers[buffers]), blockOutputs: [])
      pieces.append(Piece(network: piece, parameters: parameters, buffers: buffers))
    }
    self.pieces = pieces
  }

  /// One range of what nodes have together, `nil` where something of others lies between.
  private static func joined(_ ranges: [Range<Int>]) -> Range<Int>? {
    let ranges = ranges.filter { !$0.isEmpty }
    let lower = ranges.map(\.lowerBound).min() ?? 0
    let upper = ranges.map(\.upperBound).max() ?? 0
    return ranges.reduce(0) { $0 + $1.count } == upper - lower ? lower..<upper : nil
  }

  /// A range counted from a new beginning; an empty one may lie anywhere.
  private static func moved(_ range: Range<Int>, by distance: Int) -> Range<Int> {
    range.isEmpty ? 0..<0 : range.lowerBound - distance..<range.upperBound - distance
  }
}

/// Where the blocks of a network end when nobody says it.
enum BlockEnds {
  /// The nodes where blocks end: every way from the input to the output passes them, a layer lies between
  /// one and the next, and they are maps or tokens.
  ///
  /// Of several such nodes that follow each other without a layer between, the last one ends the block:
  /// normalisation and activation belong to the layer in front of them, pooling to the block.
  static func find(in nodes: [Node], parameters: [ParameterSpec]) -> [Int] {
    let output = nodes.count - 1
    // A way from the input reaches a node, and one leads on to the output.
    var isReached = [Bool](repeating: false, count: nodes.count)
    isReached[0] = true
    for (position, node) in nodes.enumerated() where position > 0 {
      isReached[position] = node.inputs.contains { isReached[$0] }
    }
    var isLive = [Bool](repeating: false, count: nodes.count)
    var lastReader = [Int](nodes.indices)
    isLive[output] = isReached[output]
    for position in nodes.indices.reversed() where isLive[position] {
      for input in nodes[position].inputs where isReached[input] {
        isLive[input] = true
        lastReader[input] = max(lastReader[input], position)
      }
    }
    var ends: [Int] = []
    var candidate: Int?
    var hasLayer = false
    // Positions are a topological order, so all ways pass a node that no edge jumps over.
    var reach = 0
    var segmentHasLayer = false
    for position in nodes.indices where position > 0 && isLive[position] {
      segmentHasLayer =
        segmentHasLayer
        || parameters[nodes[position].parameters].contains(where: \.role.isLayerWeight)
      if reach <= position {
        if segmentHasLayer {
          if hasLayer, let candidate { ends.append(candidate) }
          (candidate, hasLayer, segmentHasLayer) = (nil, true, false)
        }
        if nodes[position].shape.rank > 1 { candidate = position }
      }
      reach = max(reach, lastReader[position])
    }
    if hasLayer, let candidate { ends.append(candidate) }
    return ends
  }
}
