internal import Derivatives
internal import Dispatch
public import Networks
public import Tensors

/// How long the forward pass of one image takes on this machine.
///
/// One worker walks the network with frozen batch normalisation, as at inference, on the kernels that
/// score it. It is a measurement: two of them differ, and other work on the machine makes it longer.
public struct NetworkLatency: Hashable, Sendable {
  /// The median over the passes, in seconds.
  public let seconds: Double

  /// Measures a network.
  ///
  /// - Parameters:
  ///   - network: the network.
  ///   - parameters: its numbers, which matter only in that they are not zero.
  ///   - repetitions: timed passes, after one that is not timed.
  ///   - compute: the workers, of which the first one is used.
  /// - Throws: `BackendError` where a numerical library fails.
  public init(
    of network: Network, parameters: Parameters, repetitions: Int = 7, on compute: Compute
  ) throws(BackendError) {
    precondition(repetitions > 0, "\(repetitions) repetitions")
    let worker = compute.workers[0]
    worker.engine.adopt()
    worker.arena.reset()
    let walk = try PerSampleWalk(
      network, parameters: parameters, selection: [], rows: 1, window: 1, engine: worker.engine,
      arena: worker.arena)
    let pixels = NoiseImages().minibatch(
      0, count: 1, shape: network.inputShape, classes: network.classes, seed: 0
    ).pixels
    var times: [Double] = []
    for repetition in 0...repetitions {
      walk.setInput(pixels, image: 0)
      let start = DispatchTime.now().uptimeNanoseconds
      for level in 0..<walk.levels { try walk.forward(level: level, image: 0) }
      _ = walk.logits(image: 0)
      let end = DispatchTime.now().uptimeNanoseconds
      // The first pass makes kernels and packs weights.
      if repetition > 0 { times.append(Double(end - start) / 1e9) }
    }
    seconds = times.sorted()[times.count / 2]
  }
}
