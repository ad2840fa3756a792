internal import Derivatives
package import Networks
package import Tensors

/// How far the last feature maps move when noise is added to the images, and the variances that batch
/// normalisation divides by on the way.
package struct ZenTerms: Measurement {
  /// The standard deviation of the noise that is added.
  package static let perturbation = 0.01
  /// The numbers of the network.
  package let initializer: Initializer

  /// The terms for numbers drawn by a rule.
  package init(_ initializer: Initializer) { self.initializer = initializer }

  /// What is measured.
  package struct Value {
    /// The mean over images of `sum |f(x) - f(x + 0.01 e)|`, f the features before the pooling.
    package var difference: Double
    /// The mean unbiased variance of each normalisation in the pass of x.
    package var first: [Double]
    /// The same in the pass of x + 0.01 e.
    package var second: [Double]
  }

  /// Two forward passes.
  package func measure(_ candidate: Candidate) throws(BackendError) -> Value {
    let network = candidate.network
    let last = Self.lastFeatures(of: network)
    let point = CandidatePoint(initializer, .noise)
    let linearization = try candidate.linearization(at: point)
    let workers = candidate.compute.workers
    for worker in workers { worker.arena.reset() }
    let noise = candidate.minibatch(.noise).pixels
    let change = candidate.minibatch(.secondNoise).pixels
    let moved = try Linearization(
      network, parameters: candidate.parameters(initializer),
      images: .doubles(zip(noise, change).map { Double($0) + Self.perturbation * Double($1) }),
      normalization: .batch,
      workers: workers.map { LinearizationWorker(engine: $0.engine, arena: $0.arena) },
      team: candidate.compute.team, isFiltering: true)
    let parts = (0..<linearization.chunks).map { _ in Part() }
    try linearization.read(last, beside: moved) { chunk, value, moved in
      parts[chunk].difference = value.absoluteDifference(to: moved)
    }
    return Value(
      difference: parts.reduce(0) { $0 + $1.difference } / Double(candidate.batch),
      first: linearization.meanUnbiasedVariances, second: moved.meanUnbiasedVariances)
  }

  /// The sum over the images of one chunk.
  private final class Part {
    var difference = 0.0
  }

  /// What the global pooling reads; the output where there is none.
  private static func lastFeatures(of network: Network) -> Int {
    guard
      let pooling = network.nodes.last(where: { $0.op?.kind == .pooling && $0.shape.area == 1 }),
      let input = pooling.inputs.first
    else { return network.output }
    return input
  }
}
