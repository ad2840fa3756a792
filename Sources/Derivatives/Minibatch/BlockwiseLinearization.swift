package import Networks
package import Tensors

/// A network with numbers at a minibatch of which one block at a time is linearized.
///
/// Kept for the whole minibatch are the values at the ends of blocks; all other values, and what
/// derivatives need, live while their block is at work. Every block goes through the same operations in
/// the same order as in a `Linearization` of the whole, so not a digit differs.
package final class BlockwiseLinearization {
  /// The whole graph.
  package let network: Network
  /// Images of the minibatch.
  package let batch: Int
  private let plan: LinearizationPlan
  private let chain: BlockChain
  private let parameters: Parameters
  private let normalization: NormalizationMode
  private let workers: [LinearizationWorker]
  private let team: WorkerTeam
  private let isFiltering: Bool
  private let expansionBytes: Int
  /// The values of the input and of the ends of the pieces that are known, a tensor for each worker.
  ///
  /// They have memory of their own, which is free as soon as they are of no more use.
  private var ends: [[Tensor]]

  /// Takes a network to a minibatch; nothing is computed yet.
  ///
  /// It is `nil` where a block reads more than the end of the one before it.
  ///
  /// - Parameters:
  ///   - network: the graph.
  ///   - parameters: its numbers.
  ///   - images: the minibatch.
  ///   - normalization: where batch normalisations take their statistics from.
  ///   - workers: at least one, all of one precision; their memory is for the block at work, and is
  ///     reset for each.
  ///   - team: as many threads as there are workers.
  ///   - isFiltering: whether convolutions may use minimal filtering.
  ///   - expansionBytes: the largest value of a 1x1 convolution of a block's input to more channels that
  ///     is kept; a larger one is computed again where it is read.
  package init?(
    _ network: Network, parameters: Parameters, images: Pixels, normalization: NormalizationMode,
    workers: [LinearizationWorker], team: WorkerTeam, isFiltering: Bool = false,
    expansionBytes: Int = .max
  ) {
    guard let chain = BlockChain(network) else { return nil }
    precondition(
      team.count == workers.count, "\(workers.count) workers for a team of \(team.count)")
    self.network = network
    self.parameters = parameters
    self.normalization = normalization
    self.chain = chain
    self.workers = workers
    self.team = team
    self.isFiltering = isFiltering
    self.expansionBytes = expansionBytes
    batch = images.images(of: network)
    plan = LinearizationPlan(network, normalization: normalization, batch: batch)
    ends = []
    let input = tensors(like: network.nodes[0])
    team.run { worker in
      let own = plan.images(ofChunks: team.share(plan.chunks, of: worker))
      if !own.isEmpty { input[worker].write(images, images: own) }
    }
    ends.append(input)
  }

  /// Zeros for all images, a tensor for each worker.
  private func tensors(like node: Node) -> [Tensor] {
    team.indices.map { worker in
      let engine = workers[worker].engine
      return Tensor(
        node.shape.batch(plan.images(ofChunks: team.share(plan.chunks, of: worker)).count),
        precision: engine.precision, block: engine.block(node.shape, node.layout))
    }
  }

  /// Linearizes one piece at the end of the piece before, and keeps its output.
  private func linearize(_ number: Int) throws(BackendError) -> Linearization {
    let piece = chain.pieces[number]
    let isNew = ends.count == number + 1
    let output =
      isNew ? tensors(like: piece.network.nodes[piece.network.output]) : ends[number + 1]
    for worker in workers { worker.arena.reset() }
    let linearization = try Linearization(
      piece.network,
      parameters: Parameters(
        Array(parameters.values[piece.parameters]),
        buffers: Array(parameters.buffers[piece.buffers]), for: piece.network),
      batch: batch,
      ends: team.indices.map { LinearizationEnds(input: ends[number][$0], output: output[$0]) },
      normalization: normalization, workers: workers, team: team, isFiltering: isFiltering,
      recomputed: expansions(of: piece.network))
    try linearization.forward()
    if isNew { ends.append(output) }
    return linearization
  }

  /// The convolutions whose values take more memory than time.
  private func expansions(of network: Network) -> Set<Int> {
    let stride = workers[0].engine.precision.stride
    return Set(
      network.nodes.indices.filter { position in
        let node = network.nodes[position]
        guard position != network.output, node.inputs == [0], node.op?.kind == .convolution
        else { return false }
        let input = network.inputShape
        // One product of each input channel for each output place, and more channels.
        return node.shape.area == input.area && node.shape.channels > input.channels
          && network.multiplyAdds(of: position) == input.channels * node.shape.count
          && batch * node.shape.count * stride > expansionBytes
      })
  }

  /// Computes the ends of the first pieces, where they are not known yet.
  private func compute(pieces: Int) throws(BackendError) {
    while ends.count <= pieces { _ = try linearize(ends.count - 1) }
    releaseScratch()
  }

  /// Gives the memory of blocks back: what comes next is made anew in a small part of the time of a walk,
  /// and has other sizes.
  private func releaseScratch() {
    for worker in workers { worker.arena.empty() }
  }

  /// Linearizes each block in turn.
  ///
  /// - Parameter body: receives the number of the block, the stem being 0, and its network with its
  ///   minibatch, which is valid until `body` returns.
  /// - Throws: `BackendError` when a library call fails, or what `body` throws.
  package func forEachBlock(
    _ body: (_ block: Int, _ linearization: Linearization) throws(BackendError) -> Void
  ) throws(BackendError) {
    for block in network.blockOutputs.indices { try body(block, try linearize(block)) }
    releaseScratch()
  }

  /// Reads the values at the ends of some blocks, chunk by chunk.
  ///
  /// - Parameters:
  ///   - blocks: numbers of blocks.
  ///   - body: receives the number of a chunk and the values at the ends for its images. Called by
  ///     several threads, for chunks of their own.
  /// - Throws: `BackendError` when a library call fails.
  package func read(
    blocks: [Int], _ body: (_ chunk: Int, _ values: [Tensor]) -> Void
  ) throws(BackendError) {
    try compute(pieces: network.blockOutputs.count)
    team.run { worker in
      workers[worker].engine.adopt()
      let chunks = team.share(plan.chunks, of: worker)
      let first = plan.images(ofChunks: chunks).lowerBound
      for chunk in chunks {
        let images = plan.images(ofChunk: chunk)
        let own = images.lowerBound - first..<images.upperBound - first
        body(chunk, blocks.map { ends[$0 + 1][worker].images(own) })
      }
    }
  }

  /// The values at the end of a block, an image a row.
  ///
  /// - Throws: `BackendError` when a library call fails.
  package func rows(ofBlock block: Int) throws(BackendError) -> Matrix {
    try compute(pieces: block + 1)
    return rows(ends[block + 1])
  }

  private func rows(_ tensors: [Tensor]) -> Matrix {
    var values: [Double] = []
    values.reserveCapacity(batch * tensors[0].shape.imageCount)
    for tensor in tensors { values += tensor.values() }
    return Matrix(rows: batch, columns: tensors[0].shape.imageCount, values: values)
  }

  /// Maps a cotangent of the output to one of the input, block after block from the last one up.
  ///
  /// Each block is computed again, and the values at its end are given up when its cotangent has passed.
  ///
  /// - Parameter cotangent: the cotangent of the output, an image a row.
  /// - Returns: the cotangent of the input, an image a row.
  /// - Throws: `BackendError` when a library call fails.
  package func pullback(_ cotangent: Matrix) throws(BackendError) -> Matrix {
    precondition(
      cotangent.rows == batch && cotangent.columns == network.outputShape.count,
      "\(cotangent.rows)x\(cotangent.columns) numbers for \(network.outputShape)")
    try compute(pieces: chain.pieces.count - 1)
    var carried: [Tensor]?
    for number in chain.pieces.indices.reversed() {
      let linearization = try linearize(number)
      let given = carried ?? seeds(cotangent, like: ends[number + 1])
      // Zeros, because a cotangent that does not arrive is never written.
      let pulled = ends[number].map {
        Tensor($0.shape, precision: $0.precision, block: $0.block)
      }
      guard try linearization.pullback(given, into: pulled) else {
        return Matrix(rows: batch, columns: network.inputShape.count)
      }
      carried = pulled
      ends.removeLast()
    }
    releaseScratch()
    return rows(carried ?? [])
  }

  private func seeds(_ cotangent: Matrix, like output: [Tensor]) -> [Tensor] {
    var row = 0
    return output.map { like in
      let tensor = Tensor(like.shape, precision: like.precision, block: like.block)
      tensor.write(cotangent.rows(row..<row + like.shape.batch).values)
      row += like.shape.batch
      return tensor
    }
  }
}

extension WorkerTeam {
  fileprivate var indices: Range<Int> { 0..<count }
}

extension Linearization {
  /// Maps a cotangent of the output to one of the input, a tensor for each worker.
  ///
  /// - Returns: whether a way leads from one to the other; if not, nothing is written.
  func pullback(_ cotangent: [Tensor], into result: [Tensor]) throws(BackendError) -> Bool {
    let marks = (0..<chunks).map { _ in Mark() }
    let request = CotangentRequest(
      network, source: network.output, target: 0, parameters: false,
      seed: { [plan, team] chunk, lanes throws(BackendError) in
        let place = plan.place(ofChunk: chunk, in: team)
        lanes[0].copy(cotangent[place.worker].images(place.images))
      },
      read: { [plan, team] chunk, pulled, _ throws(BackendError) in
        let place = plan.place(ofChunk: chunk, in: team)
        result[place.worker].images(place.images).copy(pulled)
        marks[chunk].isSet = true
      })
    for pass in try cotangents(request) { pass.close() }
    return marks.contains { $0.isSet }
  }

  private final class Mark {
    var isSet = false
  }
}

extension LinearizationPlan {
  /// The worker to whom a chunk belongs, and its images counted from that worker's first.
  func place(ofChunk chunk: Int, in team: WorkerTeam) -> (worker: Int, images: Range<Int>) {
    for worker in 0..<team.count {
      let chunks = team.share(self.chunks, of: worker)
      guard chunks.contains(chunk) else { continue }
      let first = images(ofChunks: chunks).lowerBound
      let images = images(ofChunk: chunk)
      return (worker, images.lowerBound - first..<images.upperBound - first)
    }
    preconditionFailure("chunk \(chunk) of \(chunks)")
  }
}
