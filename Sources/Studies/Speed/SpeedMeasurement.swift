internal import Derivatives
internal import Dispatch
internal import Networks
public import Scoring
internal import Tensors

/// How long a VKDNW score takes, and how long its convolutions and matrix products alone would.
public struct SpeedMeasurement: Hashable, Sendable {
  /// Seconds for one network: weights, walks, spectrum and entropy.
  public var seconds: Double
  /// Seconds for the same convolutions and products of activations alone, once forward and the needed ones of the
  /// derivative, through oneDNN in this process on as many threads: what no implementation on these kernels can beat.
  public var convolutionBoundSeconds: Double
  /// Multiply-accumulates of those, counted twice, in billions for each second.
  public var gflops: Double
  /// The largest resident memory of the process after the first score, in bytes.
  public var peakMemoryBytes: Int

  /// The share of the bound that is reached; 1 is the bound itself.
  public var boundShare: Double { convolutionBoundSeconds / seconds }
  /// Networks scored in a second.
  public var networksPerSecond: Double { 1 / seconds }
}

/// Measures score and bound of one network, in turn, and keeps the best of several rounds of each.
///
/// - Parameters:
///   - architecture: the architecture.
///   - space: its space, with the sizes of the network.
///   - settings: the recipe, batch and precision.
///   - threads: workers that share the images.
///   - repetitions: rounds.
/// - Returns: the best times.
/// - Throws: `NetworkError` or `BackendError`.
public func measureSpeed<Space: SearchSpace>(
  of architecture: Space.Architecture, in space: Space, settings: ScoringSettings, threads: Int,
  repetitions: Int
) throws -> SpeedMeasurement {
  precondition(repetitions > 0, "\(repetitions) repetitions")
  let network = try space.network(for: architecture)
  let compute = try Compute(threads: threads, precision: settings.precision)
  var bound: ConvolutionBound?
  var peak = 0
  var seconds = Double.infinity
  var boundSeconds = Double.infinity
  // One round more than asked for: the first makes primitives and touches memory.
  for round in 0...repetitions {
    let start = DispatchTime.now().uptimeNanoseconds
    let candidate = Candidate(
      architecture: architecture.description, network: network, settings: settings, seed: 0,
      compute: compute)
    _ = try candidate.score(VKDNW())
    let end = DispatchTime.now().uptimeNanoseconds
    // The memory of a score, before the bound takes its own.
    if round == 0 { peak = peakResidentBytes() }
    let calls =
      try bound
      ?? ConvolutionBound(
        network, settings: settings,
        products: products(of: network, settings: settings, on: compute), on: compute)
    bound = calls
    let alone = try calls.seconds(on: compute)
    guard round > 0 else { continue }
    seconds = min(seconds, Double(end - start) / 1e9)
    boundSeconds = min(boundSeconds, alone)
  }
  return SpeedMeasurement(
    seconds: seconds, convolutionBoundSeconds: boundSeconds,
    gflops: 2 * Double(bound?.multiplyAdds ?? 0) / seconds / 1e9,
    peakMemoryBytes: peak)
}

/// The products of activations of a score for each image: those of a score of one image, where none is shared.
private func products(
  of network: Network, settings: ScoringSettings, on compute: Compute
) throws -> [(product: MatrixProduct, count: Int)] {
  var settings = settings
  settings.batch = 1
  let candidate = Candidate(
    architecture: "", network: network, settings: settings, seed: 0, compute: compute)
  let counts = try MatrixProductLog.counting { () throws in _ = try candidate.score(VKDNW()) }
  return counts.map { ($0.key, $0.value) }.sorted { $0.0.multiplyAdds > $1.0.multiplyAdds }
}

/// The convolutions and matrix products of a score and nothing else.
struct ConvolutionBound {
  private let calls: [(call: ConvolutionCall, count: Int)]
  private let products: [(product: MatrixProduct, count: Int)]
  private let batch: Int
  /// Multiply-accumulates of all calls for the whole minibatch.
  let multiplyAdds: Int

  init(
    _ network: Network, settings: ScoringSettings, products: [(product: MatrixProduct, count: Int)],
    on compute: Compute
  ) throws(BackendError) {
    self.products = products
    let plan = WalkPlan(network, selection: settings.fisher.selection(in: network))
    let route = FisherRoute(plan, network: network, settings: settings.fisher)
    let worker = compute.workers[0]
    worker.arena.reset()
    let zeros = Parameters(
      network.parameters.map { [Float](repeating: 0, count: $0.count) }, for: network)
    let walk = try PerSampleWalk(
      plan, parameters: zeros, rows: route.kind == .tangents ? 1 : route.rows, window: 1,
      engine: worker.engine,
      arena: worker.arena)
    let derivative =
      route.kind == .tangents
      ? TangentWalk(walk, rows: route.rows).convolutions.map { ($0, settings.initializations) }
      : walk.backwardConvolutions.map { ($0, settings.initializations * route.walks) }
    calls = walk.forwardConvolutions.map { ($0, settings.initializations) } + derivative
    batch = settings.batch
    multiplyAdds =
      batch
      * (calls.reduce(0) { $0 + $1.call.geometry.multiplyAdds * $1.call.batch * $1.count }
        + products.reduce(0) { $0 + $1.product.multiplyAdds * $1.count })
  }

  /// The seconds of every call for every image, images shared among the workers as in a score.
  func seconds(on compute: Compute) throws(BackendError) -> Double {
    let runners = compute.workers.map {
      BoundRunner(worker: $0, calls: calls, products: products)
    }
    compute.team.run { runners[$0].prepare() }
    let start = DispatchTime.now().uptimeNanoseconds
    compute.team.run { worker in
      runners[worker].run(images: compute.team.share(batch, of: worker).count)
    }
    let end = DispatchTime.now().uptimeNanoseconds
    for runner in runners {
      if let failure = runner.failure { throw failure }
    }
    return Double(end - start) / 1e9
  }
}

private final class BoundRunner {
  private let worker: Compute.Worker
  private let calls: [(call: ConvolutionCall, count: Int)]
  private let products: [(product: MatrixProduct, count: Int)]
  /// Zeros for both factors of products, and room for a result.
  private var factors: (a: Tensor, b: Tensor, c: Tensor)?
  private var prepared: [(kernel: ConvolutionKernel, x: Tensor, w: Tensor, y: Tensor, count: Int)] =
    []
  private(set) var failure: BackendError?

  init(
    worker: Compute.Worker, calls: [(call: ConvolutionCall, count: Int)],
    products: [(product: MatrixProduct, count: Int)]
  ) {
    self.worker = worker
    self.calls = calls
    self.products = products
  }

  func prepare() {
    worker.engine.adopt()
    worker.arena.reset()
    let precision = worker.engine.precision
    var tensors: [TensorShape: Tensor] = [:]
    func tensor(_ shape: TensorShape, block: Int) -> Tensor {
      // Input and output of one call must differ; the channels of neighbours may be equal.
      let known = tensors[shape]
      if let known, known.block == block { return known }
      let made = worker.arena.tensor(shape, precision: precision, block: block)
      made.clear()
      tensors[shape] = made
      return made
    }
    var outputs: [TensorShape: Tensor] = [:]
    do {
      for (call, count) in calls {
        let kernel = try worker.engine.convolution(
          call.geometry, call.direction, batch: call.batch, inBlock: call.inBlock,
          outBlock: call.outBlock)
        let x = tensor(call.geometry.inShape(batch: call.batch), block: call.inBlock)
        let shape = call.geometry.outShape(batch: call.batch)
        let y =
          outputs[shape]
          ?? worker.arena.tensor(shape, precision: precision, block: call.outBlock)
        outputs[shape] = y
        let weights = worker.arena.tensor(
          TensorShape(channels: kernel.packedCount), precision: precision)
        weights.clear()
        prepared.append((kernel, x, weights, y, count))
      }
    } catch { failure = error }
    func zeros(_ count: (MatrixProduct) -> Int) -> Tensor {
      let most = products.map { count($0.product) }.max() ?? 1
      let made = worker.arena.tensor(TensorShape(channels: most), precision: precision)
      made.clear()
      return made
    }
    factors = (
      zeros { $0.rows * $0.inner }, zeros { $0.inner * $0.columns }, zeros { $0.rows * $0.columns }
    )
  }

  func run(images: Int) {
    worker.engine.adopt()
    guard failure == nil else { return }
    do {
      for _ in 0..<images {
        for (kernel, x, w, y, count) in prepared {
          for _ in 0..<count { try kernel.run(input: x, weights: w, output: y, on: worker.engine) }
        }
        guard let factors else { continue }
        for (product, count) in products {
          for _ in 0..<count { product.run(of: factors.a, and: factors.b, into: factors.c) }
        }
      }
    } catch { failure = error }
  }
}
