package import Networks
package import Tensors

/// Row-major `[batch, channels, height, width]` pixels of a minibatch.
package enum Pixels: Sendable {
  /// 32-bit numbers.
  case floats([Float])
  /// 64-bit numbers, which engines in float round.
  case doubles([Double])

  var count: Int {
    switch self {
    case .floats(let pixels): pixels.count
    case .doubles(let pixels): pixels.count
    }
  }

  /// How many images of a network they are.
  func images(of network: Network) -> Int {
    let perImage = network.inputShape.count
    precondition(
      count > 0 && count % perImage == 0, "\(count) pixels are no images of \(network.inputShape)")
    return count / perImage
  }
}

/// A worker of a linearization: kernels that belong to a thread, and memory.
package struct LinearizationWorker {
  /// The kernels.
  package let engine: KernelEngine
  /// The memory; it is not reset, and must not be reset while the linearization is used.
  package let arena: Arena

  /// Joins kernels and memory.
  package init(engine: KernelEngine, arena: Arena) {
    self.engine = engine
    self.arena = arena
  }
}

/// A network with numbers at a minibatch: the values of all nodes, and the derivative there.
///
/// The minibatch is cut into chunks that workers share (`LinearizationPlan`), so samples may interact
/// through batch normalisation, and every derivative rule is the one in the file of its operator.
/// Neither the number of workers nor their timing changes a digit: chunks are the same for any number,
/// and sums over them are taken in their order. Where samples do not interact and derivatives are
/// wanted sample by sample, `PerSampleWalk` gives the same numbers faster.
///
/// Dead nodes are computed too: their values count for some proxies, and their parameters have zero
/// derivatives, not missing ones. A linearization belongs to the thread that made it.
package final class Linearization {
  /// The graph.
  package let network: Network
  /// Where batch normalisations took their statistics from.
  package let normalization: NormalizationMode
  /// Images of the minibatch.
  package let batch: Int
  let plan: LinearizationPlan
  let shares: [LinearizationShare]
  let team: WorkerTeam

  /// Runs a network forward and keeps what derivatives need.
  ///
  /// - Parameters:
  ///   - network: the graph.
  ///   - parameters: its numbers.
  ///   - images: the minibatch.
  ///   - normalization: where batch normalisations take their statistics from.
  ///   - workers: at least one, all of one precision.
  ///   - team: as many threads as there are workers.
  ///   - isFiltering: whether convolutions may use minimal filtering, which is faster and rounds more:
  ///     not where signs of single numbers count.
  /// - Throws: `BackendError` when a library call fails.
  package convenience init(
    _ network: Network, parameters: Parameters, images: Pixels, normalization: NormalizationMode,
    workers: [LinearizationWorker], team: WorkerTeam, isFiltering: Bool = false
  ) throws(BackendError) {
    precondition(
      team.count == workers.count, "\(workers.count) workers for a team of \(team.count)")
    try self.init(
      network, parameters: parameters, batch: images.images(of: network), ends: nil,
      normalization: normalization, workers: workers, team: team, isFiltering: isFiltering)
    try move(to: images)
  }

  /// Binds a network to numbers, and to memory for the values of its ends where that is decided.
  ///
  /// Values are computed by `forward`.
  init(
    _ network: Network, parameters: Parameters, batch: Int, ends: [LinearizationEnds]?,
    normalization: NormalizationMode, workers: [LinearizationWorker], team: WorkerTeam,
    isFiltering: Bool, recomputed: Set<Int> = []
  ) throws(BackendError) {
    self.batch = batch
    let plan = LinearizationPlan(
      network, normalization: normalization, batch: batch, recomputed: recomputed)
    self.network = network
    self.normalization = normalization
    self.plan = plan
    self.team = team
    let made = workers.map { _ in Slot() }
    team.run { worker in
      // Memory is touched first by the thread that uses it.
      made[worker].make { () throws(BackendError) in
        try LinearizationShare(
          plan, parameters: parameters, ends: ends?[worker],
          chunks: team.share(plan.chunks, of: worker), isFiltering: isFiltering,
          engine: workers[worker].engine, arena: workers[worker].arena)
      }
    }
    for slot in made {
      if let failure = slot.failure { throw failure }
    }
    shares = made.compactMap(\.share)
  }

  /// Takes the network to another minibatch of as many images.
  ///
  /// - Parameter images: the minibatch.
  /// - Throws: `BackendError` when a library call fails.
  package func move(to images: Pixels) throws(BackendError) {
    precondition(
      images.count == batch * network.inputShape.count,
      "\(images.count) pixels for \(batch) images of \(network.inputShape)")
    team.run { shares[$0].write(images) }
    try forward()
  }

  /// Computes all kept values, level by level.
  func forward() throws(BackendError) {
    for level in plan.nodes.indices {
      team.run { shares[$0].forward(level: level) }
      try rethrow()
      freeze(plan.nodes.count > level + 1 ? plan.nodes[level + 1] : [])
    }
    guard normalization == .updated else { return }
    // The statistics of the minibatch are known, and with them the running ones: once more with these.
    for node in network.nodes.indices where plan.isNormalization[node] {
      guard let own = shares[0].normalization(node) else { continue }
      let update = NormalizationMode.updated(
        mean: own.mean, variance: own.variance,
        count: Double(batch * network.nodes[network.nodes[node].inputs[0]].shape.area))
      for share in shares {
        share.normalization(node)?.freeze(mean: update.mean, variance: update.variance)
      }
    }
    for level in plan.nodes.indices {
      team.run { shares[$0].forward(level: level) }
      try rethrow()
    }
  }

  private final class Slot {
    var share: LinearizationShare?
    var failure: BackendError?

    func make(_ body: () throws(BackendError) -> LinearizationShare) {
      do { share = try body() } catch { failure = error }
    }
  }

  /// Runs a network forward on one worker.
  package convenience init(
    _ network: Network, parameters: Parameters, images: [Float], normalization: NormalizationMode,
    engine: KernelEngine, arena: Arena
  ) throws(BackendError) {
    try self.init(
      network, parameters: parameters, images: .floats(images), normalization: normalization,
      workers: [LinearizationWorker(engine: engine, arena: arena)], team: WorkerTeam(count: 1))
  }

  /// Joins the moments of all chunks and fixes the statistics of the normalisations of a level.
  private func freeze(_ nodes: [Int]) {
    for node in nodes where plan.isNormalization[node] {
      var parts = shares.flatMap { $0.moments[node] ?? [] }[...]
      guard var joined = parts.popFirst() else { continue }
      for part in parts { joined.add(part) }
      for share in shares {
        share.normalization(node)?.freeze(mean: joined.mean, variance: joined.variance)
      }
    }
  }

  /// The element type of values.
  package var precision: Precision { shares[0].engine.precision }

  /// Throws the first failure of a share.
  func rethrow() throws(BackendError) {
    for share in shares {
      if let failure = share.failure { throw failure }
    }
  }

  /// The value of a node, an image a row, each row-major `[channels, height, width]`.
  package func rows(of node: Int) -> Matrix {
    let parts = shares.map { _ in Rows() }
    team.run { parts[$0].values = shares[$0].rows(node) }
    return Matrix(
      rows: batch, columns: network.nodes[node].shape.count,
      values: parts.count == 1 ? parts[0].values : parts.flatMap(\.values))
  }

  private final class Rows {
    var values: [Double] = []
  }

  /// The logits, an image a row.
  package var output: Matrix { rows(of: network.output) }

  /// The statistics that a batch normalisation used: mean and biased variance of each channel.
  ///
  /// - Parameter node: the position of the normalisation.
  /// - Returns: the statistics, `nil` where the node is no batch normalisation.
  package func statistics(of node: Int) -> (mean: [Double], variance: [Double])? {
    shares[0].normalization(node).map { ($0.mean, $0.variance) }
  }

  /// Places of one channel of a node over the whole minibatch.
  func places(of node: Int) -> Double { Double(batch * network.nodes[node].shape.area) }
}
