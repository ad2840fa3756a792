internal import Derivatives
public import Networks
public import Tensors

/// How many bytes scoring a network takes, from its plans, before the work starts.
///
/// What grows with an option is counted: the values of a window of images and the cotangents of a walk, the
/// Jacobians `[images x classes, weights]`, or of as many rows as are pulled back, and the Gram matrix of VKDNW, the values that a linearization keeps of a
/// minibatch. Buffers of the libraries and the program itself are not.
public struct MemoryEstimate: Hashable, Sendable {
  /// Bytes that a network takes, however many workers share its images.
  private var network = 0.0
  /// Bytes that each worker needs besides.
  private var worker = 0.0
  /// Bytes of all values of one image in the walk of single images.
  private var image = 0.0
  /// Whether the values of all images of a share are kept as long as they stay within a window.
  private var keepsWindow = false
  /// Bytes of the minibatch whose statistics are taken beforehand: of each image, and once.
  private var calibration = Calibration(image: 0, shared: 0)
  private let images: Int

  private struct Calibration: Hashable, Sendable {
    var image: Double
    var shared: Double
  }

  /// Estimates the need of one network.
  ///
  /// - Parameters:
  ///   - network: the network.
  ///   - proxies: what is scored.
  ///   - settings: their settings.
  /// - Throws: `BackendError` when a numerical library cannot be set up.
  public init(
    of network: Network, proxies: [any Proxy], settings: ScoringSettings
  ) throws(BackendError) {
    images = settings.batch
    let measured = proxies.filter { !($0 is any CostProxy) }
    let weights = Double(network.parameters.reduce(0) { $0 + $1.count })
    // Drawn in double, and bound to kernels in the precision of the run.
    self.network = 8 * weights
    worker = Double(settings.precision.stride) * weights
    if measured.contains(where: { $0 is any FisherProxy }) { try addFisher(network, settings) }
    if measured.contains(where: { !($0 is any FisherProxy) }) {
      let kept = Linearization.keptBytes(
        network, normalization: .batch, batch: settings.batch, precision: settings.precision)
      // Values and cotangents, which workers share; a gradient of each for all weights.
      self.network += 2 * Double(kept)
      worker += 8 * weights
    }
  }

  /// Bytes while a number of workers scores a number of networks: each its own, or all of them one.
  public func bytes(workers: Int, networks: Int) -> Double {
    let atOnce = max(min(workers, networks), 1)
    let share = Double(max(images * atOnce / workers, 1))
    let window =
      keepsWindow && share * image <= Double(FisherShare.windowBytes)
      ? share * image : image + share * calibration.image + calibration.shared
    return Double(atOnce) * network + Double(workers) * (worker + window)
  }

  /// What the Fisher information takes.
  private mutating func addFisher(
    _ network: Network, _ settings: ScoringSettings
  ) throws(BackendError) {
    let dimension = Double(settings.fisher.selectionCount(in: network))
    let classes = Double(network.classes)
    var rows = classes
    // More weights of a tensor share what is kept for one.
    var axes = settings.fisher
    axes.weightsPerTensor = 1
    let plan = WalkPlan(network, selection: axes.selection(in: network))
    let route = FisherRoute(plan, network: network, settings: axes)
    if let combinations = route.combinations { rows = Double(combinations) }
    let engine = try KernelEngine(precision: settings.precision)
    image = Double(PerSampleWalk.bytesPerImage(plan, engine: engine))
    keepsWindow = axes.normalization == .calibrated
    worker += Double(route.rows) * Double(PerSampleWalk.bytesPerRow(plan, engine: engine))
    if axes.normalization.readsMinibatch {
      let bytes = CalibrationWalk.bytes(plan, engine: engine)
      calibration = Calibration(image: Double(bytes.image), shared: Double(bytes.shared))
    }
    // The released factor is multiplied as it is written.
    if axes.factor == .released, route.combinations == nil { worker += 8 * classes * classes }
    // Blocks of the workers, and all of them in one matrix; the Gram matrix, and room for its eigenvalues.
    self.network += 2 * 8 * Double(images) * rows * dimension + 3 * 8 * dimension * dimension
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
