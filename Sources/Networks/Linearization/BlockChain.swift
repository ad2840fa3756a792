internal import Tensors

/// A network cut at the ends of its blocks into networks of which each reads the one before it alone.
struct BlockChain {
  /// What lies between two ends: a network whose input is the end of the block before.
  struct Piece {
    let network: Network
    /// The positions of its parameter tensors in those of the whole.
    let parameters: Range<Int>
    /// Whether its output lies in plain layout.
    let isOutputPlain: Bool
  }

  /// The blocks in order, and behind them what follows the last of them, if something does.
  let pieces: [Piece]

  /// Cuts a network, or does not where a block reads more than the end of the one before, or nothing.
  init?(_ network: Network) {
    guard let last = network.blockOutputs.last else { return nil }
    let ends = [0] + network.blockOutputs + (last == network.output ? [] : [network.output])
    let isPlain = network.isPlain
    var pieces: [Piece] = []
    for (start, end) in zip(ends, ends.dropFirst()) {
      guard start < end,
        network.nodes[start + 1...end].allSatisfy({ $0.inputs.allSatisfy { $0 >= start } })
      else { return nil }
      let first = network.nodes[start + 1].parameters.lowerBound
      let parameters = first..<network.nodes[end].parameters.upperBound
      var nodes = [
        Node(
          name: network.nodes[start].name, primitive: nil, inputs: [],
          shape: network.nodes[start].shape, parameters: 0..<0)
      ]
      for node in network.nodes[start + 1...end] {
        nodes.append(
          Node(
            name: node.name, primitive: node.primitive, inputs: node.inputs.map { $0 - start },
            shape: node.shape,
            parameters: node.parameters.lowerBound - first..<node.parameters.upperBound - first))
      }
      let piece = Network(
        nodes: nodes, parameters: Array(network.parameters[parameters]), blockOutputs: [],
        isInputPlain: isPlain[start])
      // The layout of vectors depends on who reads them.
      guard piece.isPlain[piece.output] == isPlain[end] else { return nil }
      pieces.append(Piece(network: piece, parameters: parameters, isOutputPlain: isPlain[end]))
    }
    self.pieces = pieces
  }
}
