internal import Derivatives
public import Networks
public import Tensors

/// How many bytes scoring a network takes at most, from its sizes, before the work starts.
///
/// What grows with an option is counted: the values of a window of images for each worker, the Jacobians
/// `[images x classes, weights]` and the Gram matrix of VKDNW, the values and gradients of a minibatch. Buffers
/// of the libraries and the program itself are not.
public struct MemoryEstimate: Hashable, Sendable {
  /// Bytes that do not depend on the number of workers.
  public let shared: Int
  /// Bytes that each worker needs besides.
  public let perWorker: Int

  /// Estimates the need of one network.
  ///
  /// - Parameters:
  ///   - network: the network.
  ///   - proxies: what is scored.
  ///   - settings: their settings.
  public init(
    of network: Network, proxies: [any Proxy], settings: ScoringSettings
  ) {
    let stride = settings.precision.stride
    let batch = settings.batch
    let values = network.nodes.reduce(0.0) { $0 + Double($1.shape.count) }
    let weights = network.parameters.reduce(0.0) { $0 + Double($1.count) }
    // Drawn in double, and bound to kernels in the precision of the run.
    var shared = 16 * weights
    var perWorker = Double(stride) * weights
    let needing = proxies.filter { !($0 is any CostProxy) }
    if needing.contains(where: { $0 is any FisherProxy }) {
      let dimension = Double(settings.fisher.selectionCount(in: network))
      let rows = Double(max(network.classes, 2))
      // Blocks of the workers, and all of them in one matrix.
      shared += 2 * 8 * Double(batch) * rows * dimension + 3 * 8 * dimension * dimension
      let perImage = 2 * Double(stride) * values
      perWorker += min(perImage * Double(batch), Double(FisherShare.windowBytes)) + 12 * perImage
    }
    if needing.contains(where: { !($0 is any FisherProxy) }) {
      // Values and their cotangents; beyond the bound of whole networks, blocks come one by one.
      perWorker +=
        3 * min(Double(batch) * values * Double(stride), Double(512 << 20)) + 16 * weights
    }
    self.shared = Int(min(shared, 1e18))
    self.perWorker = Int(min(perWorker, 1e18))
  }

  /// Bytes with a number of workers.
  public func bytes(workers: Int) -> Int {
    let (product, overflow) = perWorker.multipliedReportingOverflow(by: workers)
    return overflow || product > .max - shared ? .max : product + shared
  }
}

extension FisherSettings {
  /// How many weights ``selection(in:)`` lists.
  func selectionCount(in network: Network) -> Int {
    network.parameters.indices.lazy.map { network.parameters[$0] }
      .filter { tensors != .layers || $0.role.isLayerWeight }.prefix(dimension)
      .reduce(0) { $0 + min($1.count, weightsPerTensor) }
  }
}
