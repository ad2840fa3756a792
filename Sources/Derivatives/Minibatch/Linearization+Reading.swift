internal import Networks
package import Tensors

extension Linearization {
  /// Reads the values of some nodes, chunk by chunk.
  ///
  /// - Parameters:
  ///   - nodes: positions of nodes.
  ///   - images: how many images, from the first, are wanted; the chunks of the others are left out.
  ///     `nil` for all.
  ///   - body: receives the number of a chunk and the values of the nodes for its images. Called by
  ///     several threads, for chunks of their own.
  /// - Throws: `BackendError` when a value has to be computed again and a library call fails.
  package func read(
    _ nodes: [Int], images: Int? = nil, _ body: (_ chunk: Int, _ values: [Tensor]) -> Void
  ) throws(BackendError) {
    team.run { worker in
      shares[worker].forEachChunk { chunk throws(BackendError) in
        if let images, plan.images(ofChunk: chunk).lowerBound >= images { return }
        var values: [Tensor] = []
        for node in nodes { values.append(try shares[worker].value(of: node)) }
        body(chunk, values)
      }
    }
    try rethrow()
  }

  /// Reads the values of one node here beside those of the same network elsewhere, chunk by chunk.
  ///
  /// - Parameters:
  ///   - node: the position of the node.
  ///   - other: a linearization with as many images and workers.
  ///   - body: receives the number of a chunk and both values. Called by several threads, for chunks
  ///     of their own.
  /// - Throws: `BackendError` when a value has to be computed again and a library call fails.
  package func read(
    _ node: Int, beside other: Linearization,
    _ body: (_ chunk: Int, _ value: Tensor, _ other: Tensor) -> Void
  ) throws(BackendError) {
    precondition(
      batch == other.batch && shares.count == other.shares.count,
      "\(batch) and \(other.batch) images")
    team.run { worker in
      shares[worker].forEachChunk { chunk throws(BackendError) in
        let value = try shares[worker].value(of: node)
        other.shares[worker].forEachChunk { otherChunk throws(BackendError) in
          guard otherChunk == chunk else { return }
          body(chunk, value, try other.shares[worker].value(of: node))
        }
      }
    }
    try rethrow()
    try other.rethrow()
  }
}
