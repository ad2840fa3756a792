internal import Tensors

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
