internal import Networks
package import Tensors

/// What a cotangent of a node was pulled back to.
package struct Cotangents {
  /// The cotangents of the chosen nodes, in the order in which they were chosen, an image a row.
  package var nodes: [Matrix]
  /// The row-major cotangents of all parameter tensors in the network's order, summed over the
  /// minibatch.
  ///
  /// Tensors that the node does not depend on have zeros. Empty where they were not asked for.
  package var parameters: [[Double]]
}

extension Linearization {
  /// Maps a cotangent of a node to cotangents of chosen nodes and of the parameters.
  ///
  /// The cotangent of a chosen node is the derivative by a change of that node's value, on all
  /// ways from it to the source. Nothing is computed that no chosen node and no parameter needs:
  /// from one block's output to the block before, only that block is walked.
  ///
  /// - Parameters:
  ///   - cotangent: the cotangent, an image a row: for logits `batch x classes`.
  ///   - source: the position of the node that it belongs to, or `nil` for the output.
  ///   - targets: positions of the nodes whose cotangents are wanted; 0 is the input.
  ///   - parameters: whether the cotangents of the parameters are wanted.
  /// - Returns: the cotangents.
  /// - Throws: `BackendError` when a library call fails.
  package func pullback(
    _ cotangent: Matrix, from source: Int? = nil, to targets: [Int] = [], parameters: Bool = true
  ) throws(BackendError) -> Cotangents {
    let source = source ?? network.output
    precondition(
      targets.allSatisfy(network.nodes.indices.contains), "targets \(targets) are no nodes")
    precondition(
      cotangent.rows == batch && cotangent.columns == network.nodes[source].shape.count,
      """
      \(cotangent.rows)x\(cotangent.columns) numbers for \(network.nodes[source].name), \
      \(network.nodes[source].shape)
      """)
    let request = CotangentRequest(
      network, source: source, kept: Set(targets), parameters: parameters,
      seed: { [plan] chunk, lanes throws(BackendError) in
        lanes[0].write(cotangent.rows(plan.images(ofChunk: chunk)).values)
      })
    let passes = try cotangents(request)
    let result = Cotangents(
      nodes: targets.map { rows(of: $0, in: passes) },
      parameters: parameters ? try parameterCotangents(passes) : [])
    for pass in passes { pass.close() }
    return result
  }

  /// Maps a cotangent of the output to cotangents of chosen nodes, and hands these on one by one.
  ///
  /// They are kept in the precision of the values until their turn comes: all of them as matrices would be
  /// too much for networks with many nodes.
  ///
  /// - Parameters:
  ///   - cotangent: the cotangent of the output, `batch x classes`.
  ///   - targets: positions of the nodes whose cotangents are wanted.
  ///   - body: receives each node and its cotangent, an image a row, in the order of `targets`.
  /// - Throws: `BackendError` when a library call fails, or what `body` throws.
  package func pullback(
    _ cotangent: Matrix, toEach targets: [Int],
    _ body: (_ node: Int, _ cotangent: Matrix) throws(BackendError) -> Void
  ) throws(BackendError) {
    let request = CotangentRequest(
      network, source: network.output, kept: Set(targets), parameters: false,
      seed: { [plan] chunk, lanes throws(BackendError) in
        lanes[0].write(cotangent.rows(plan.images(ofChunk: chunk)).values)
      })
    let passes = try cotangents(request)
    for node in targets { try body(node, rows(of: node, in: passes)) }
    for pass in passes { pass.close() }
  }

  /// The cotangent of a node for the whole minibatch, zeros where nothing reads it.
  private func rows(of node: Int, in passes: [CotangentPass]) -> Matrix {
    let parts = passes.compactMap { $0.rows(node) }
    let columns = network.nodes[node].shape.count
    return parts.isEmpty
      ? Matrix(rows: batch, columns: columns)
      : Matrix(rows: batch, columns: columns, values: parts.flatMap { $0 })
  }

  /// Maps a cotangent of a function of each element to that of what it reads, on the way through this node alone.
  ///
  /// - Parameters:
  ///   - cotangent: the cotangent of the node, an image a row.
  ///   - node: the position of a node with one input.
  /// - Returns: the cotangent of its input, an image a row.
  /// - Throws: `BackendError` when a library call fails.
  package func pullback(_ cotangent: Matrix, through node: Int) throws(BackendError) -> Matrix {
    let parts = (0..<plan.chunks).map { _ in CotangentRows() }
    team.run { worker in
      let share = shares[worker]
      share.forEachChunk { chunk throws(BackendError) in
        let given = share.take(like: node)
        let result = share.take(like: network.nodes[node].inputs[0])
        given.write(cotangent.rows(plan.images(ofChunk: chunk)).values)
        try share.bound[node]?.pullback(
          given, at: OperatorPoint(share, node: node), toInput: 0, into: result)
        parts[chunk].values = result.values()
        share.memory.give(given)
        share.memory.give(result)
      }
    }
    try rethrow()
    return Matrix(
      rows: batch, columns: cotangent.columns, values: parts.flatMap(\.values))
  }

  private final class CotangentRows {
    var values: [Double] = []
  }

  /// Pulls a cotangent back from one node to another, chunk by chunk.
  ///
  /// - Parameters:
  ///   - source: the position of the node that the cotangent belongs to.
  ///   - target: the position of the node whose cotangent is wanted.
  ///   - seed: fills the cotangent of the source for the images of a range. Called by several threads,
  ///     for images of their own.
  ///   - read: reads a chunk's cotangent of the target beside that of the source, with the number of
  ///     the chunk. Called by several threads, for chunks of their own.
  /// - Throws: `BackendError` when a library call fails.
  package func pullback(
    from source: Int, to target: Int,
    seed: @escaping (_ images: Range<Int>, _ cotangent: Tensor) -> Void,
    read: @escaping (_ chunk: Int, _ cotangent: Tensor, _ source: Tensor) -> Void
  ) throws(BackendError) {
    let request = CotangentRequest(
      network, source: source, target: target, parameters: false,
      seed: { [plan] chunk, lanes throws(BackendError) in
        seed(plan.images(ofChunk: chunk), lanes[0])
      },
      read: { chunk, cotangent, source throws(BackendError) in read(chunk, cotangent, source) })
    for pass in try cotangents(request) { pass.close() }
  }

  /// Chunks of the minibatch: what `read` of a pullback is called for.
  package var chunks: Int { plan.chunks }

  /// Runs the passes of all workers, and leaves them open.
  func cotangents(_ request: CotangentRequest, curvature: [TangentPass]? = nil)
    throws(BackendError) -> [CotangentPass]
  {
    let passes = shares.indices.map {
      CotangentPass(shares[$0], request, curvature: curvature?[$0])
    }
    for level in (0...plan.level[request.source]).reversed() {
      team.run { passes[$0].run(level: level) }
      try rethrow()
      for node in plan.nodes[level] where node <= request.source && plan.isCoupled(node) {
        guard let joined = joinedSums(of: node, passes) else { continue }
        for pass in passes { pass.sums[node] = joined }
      }
    }
    return passes
  }

  /// The sums of all chunks, in their order.
  private func joinedSums(of node: Int, _ passes: [CotangentPass]) -> [ChannelSums]? {
    var parts = passes.flatMap { $0.parts[node] ?? [] }[...]
    guard var joined = parts.popFirst() else { return nil }
    for part in parts {
      for kind in joined.indices { joined[kind].add(part[kind]) }
    }
    return joined
  }

  /// The cotangents of all parameters, zero where the source does not depend on them.
  func parameterCotangents(_ passes: [CotangentPass], areTangents: Bool = false)
    throws(BackendError) -> [[Double]]
  {
    let found = shares.map { _ in Found() }
    team.run { worker in
      let share = shares[worker]
      share.engine.adopt()
      do throws(BackendError) {
        // Each node is joined by one worker, from the parts of all.
        for position in network.nodes.indices
        where position % shares.count == worker && !network.nodes[position].parameters.isEmpty {
          let numbers: [[Double]]
          if let normalization = share.normalization(position) {
            guard !areTangents, let sums = joinedSums(of: position, passes) else { continue }
            numbers = normalization.parameterCotangent(sums[0], self.normalization)
          } else {
            let parts = passes.flatMap {
              (areTangents ? $0.parameterTangents : $0.parameters)[position] ?? []
            }
            guard !parts.isEmpty, let bound = share.parametrised(position) else { continue }
            numbers = try bound.joined(parts)
          }
          for (parameter, list) in zip(network.nodes[position].parameters, numbers) {
            found[worker].lists.append((parameter, list))
          }
        }
      } catch { share.failure = error }
    }
    try rethrow()
    var result = [[Double]](repeating: [], count: network.parameters.count)
    for (parameter, list) in found.flatMap(\.lists) { result[parameter] = list }
    for (parameter, spec) in network.parameters.enumerated() where result[parameter].isEmpty {
      result[parameter] = [Double](repeating: 0, count: spec.count)
    }
    return result
  }

  private final class Found {
    var lists: [(Int, [Double])] = []
  }
}
