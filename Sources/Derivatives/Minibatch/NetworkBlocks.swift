package import Networks
package import Tensors

/// A block of a network with a minibatch: where it lies in a linearization.
package struct LinearizedBlock {
  /// The number of the block, the stem being 0.
  package let number: Int
  /// The whole network, or the block alone.
  package let linearization: Linearization
  /// The position of the end of the block before, of the input for the stem.
  package let input: Int
  /// The position of the end of the block.
  package let output: Int
}

/// The blocks of a network with numbers at a minibatch, linearized together or one after another.
///
/// Together they are shared by all that looks at the point; one after another they need the memory of
/// one block and of the ends of all. The digits are the same.
package enum NetworkBlocks {
  /// All values are kept.
  case together(Linearization)
  /// The values at the ends of blocks are kept.
  case oneByOne(BlockwiseLinearization)

  /// The graph.
  package var network: Network {
    switch self {
    case .together(let linearization): linearization.network
    case .oneByOne(let linearization): linearization.network
    }
  }

  /// Images of the minibatch.
  package var batch: Int {
    switch self {
    case .together(let linearization): linearization.batch
    case .oneByOne(let linearization): linearization.batch
    }
  }

  /// Chunks of the minibatch: what `read` is called for.
  package var chunks: Int { LinearizationPlan.chunks(ofBatch: batch) }

  /// Visits the blocks in order.
  ///
  /// - Parameter body: receives a block, valid until it returns.
  /// - Throws: `BackendError` when a library call fails, or what `body` throws.
  package func forEach(
    _ body: (LinearizedBlock) throws(BackendError) -> Void
  ) throws(BackendError) {
    switch self {
    case .together(let linearization):
      let ends = network.blockOutputs
      for (number, end) in ends.enumerated() {
        try body(
          LinearizedBlock(
            number: number, linearization: linearization, input: number == 0 ? 0 : ends[number - 1],
            output: end))
      }
    case .oneByOne(let blocks):
      try blocks.forEachBlock { number, linearization throws(BackendError) in
        try body(
          LinearizedBlock(
            number: number, linearization: linearization, input: 0,
            output: linearization.network.output))
      }
    }
  }

  /// Reads the values at the ends of some blocks, chunk by chunk.
  ///
  /// - Parameters:
  ///   - blocks: numbers of blocks.
  ///   - body: receives the number of a chunk and the values for its images. Called by several threads,
  ///     for chunks of their own.
  /// - Throws: `BackendError` when a library call fails.
  package func read(
    _ blocks: [Int], _ body: (_ chunk: Int, _ values: [Tensor]) -> Void
  ) throws(BackendError) {
    switch self {
    case .together(let linearization):
      try linearization.read(blocks.map { network.blockOutputs[$0] }, body)
    case .oneByOne(let linearization): try linearization.read(blocks: blocks, body)
    }
  }

  /// The values at the end of a block, an image a row.
  ///
  /// - Throws: `BackendError` when a library call fails.
  package func rows(of block: Int) throws(BackendError) -> Matrix {
    switch self {
    case .together(let linearization): linearization.rows(of: network.blockOutputs[block])
    case .oneByOne(let linearization): try linearization.rows(ofBlock: block)
    }
  }

  /// Maps a cotangent of the output to one of the input, an image a row.
  ///
  /// - Throws: `BackendError` when a library call fails.
  package func pullback(_ cotangent: Matrix) throws(BackendError) -> Matrix {
    switch self {
    case .together(let linearization):
      try linearization.pullback(cotangent, to: [0], parameters: false).nodes[0]
    case .oneByOne(let linearization): try linearization.pullback(cotangent)
    }
  }
}

extension Linearization {
  /// Bytes of the values that a linearization keeps for a minibatch.
  package static func keptBytes(
    _ network: Network, normalization: NormalizationMode, batch: Int, precision: Precision
  ) -> Int {
    let plan = LinearizationPlan(network, normalization: normalization, batch: batch)
    return network.nodes.indices.reduce(0) { sum, node in
      sum + (plan.isKept[node] ? batch * network.nodes[node].shape.count : 0)
    } * precision.stride
  }
}
