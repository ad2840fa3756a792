internal import Networks
internal import Tensors

/// The blocks of a network, equal ones in a row as one.
struct FoldedBlocks {
  /// Blocks in a row that are equal but for their parameters.
  struct Run {
    /// The first of them.
    let first: DrawnBlock
    /// The place of the first among all blocks.
    let place: Int
    /// How many there are.
    var count: Int
  }

  /// The runs in order.
  private(set) var runs: [Run] = []
  /// The run of each node that is in a block.
  private(set) var runOfNode: [Int: Int] = [:]
  /// All blocks.
  let blocks: [DrawnBlock]

  /// Folds the blocks of a network.
  init(_ graph: DrawnGraph) {
    blocks = DrawnBlock.blocks(of: graph)
    var previous: Signature?
    for (place, block) in blocks.enumerated() {
      let signature = Signature(block, at: place, blocks, graph)
      if signature == previous {
        runs[runs.count - 1].count += 1
      } else {
        runs.append(Run(first: block, place: place, count: 1))
      }
      previous = signature
      for node in block.nodes { runOfNode[node] = runs.count - 1 }
    }
  }

  /// What equal blocks have in common.
  private struct Signature: Equatable {
    /// What a node reads.
    enum Input: Equatable {
      /// A node of the block, by its place.
      case own(Int)
      /// The value of an earlier block, by how many blocks it is before this one.
      case value(before: Int)
      /// Anything else.
      case node(Int)
    }

    struct Entry: Equatable {
      let op: AnyHashable
      let shape: Shape
      let inputs: [Input]
    }

    let entries: [Entry]

    init(_ block: DrawnBlock, at place: Int, _ blocks: [DrawnBlock], _ graph: DrawnGraph) {
      var places: [Int: Int] = [:]
      for (place, node) in block.nodes.enumerated() { places[node] = place }
      entries = block.nodes.compactMap { position in
        let node = graph.network.nodes[position]
        guard let op = node.op else { return nil }
        return Entry(
          op: AnyHashable(op), shape: node.shape,
          inputs: graph.inputs[position].map { input in
            if let own = places[input] { return .own(own) }
            // Blocks read near ones, so that the search is short.
            let source = blocks[..<place].lastIndex { $0.end <= input }
            guard let source, blocks[source].end == input else { return .node(input) }
            return .value(before: place - source)
          })
      }
    }
  }
}
