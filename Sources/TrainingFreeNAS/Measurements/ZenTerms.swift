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
    let features = linearization.rows(of: last)
    let first = linearization.meanUnbiasedVariances

    let worker = candidate.compute.workers[0]
    worker.arena.reset()
    let input = worker.arena.tensor(
      network.inputShape.with(batch: candidate.batch), precision: worker.engine.precision)
    input.write(
      zip(candidate.minibatch(.noise).pixels, candidate.minibatch(.secondNoise).pixels).map {
        Double($0) + Self.perturbation * Double($1)
      })
    let perturbed = try Linearization(
      network, parameters: candidate.parameters(initializer), input: input, normalization: .batch,
      engine: worker.engine, arena: worker.arena)
    let moved = perturbed.rows(of: last)
    var sum = 0.0
    for (a, b) in zip(features.values, moved.values) { sum += abs(a - b) }
    return Value(
      difference: sum / Double(candidate.batch), first: first,
      second: perturbed.meanUnbiasedVariances)
  }

  /// What the global pooling reads; the output where there is none.
  private static func lastFeatures(of network: Network) -> Int {
    guard
      let pooling = network.nodes.last(where: { $0.primitive is GlobalAveragePool }),
      let input = pooling.inputs.first
    else { return network.output }
    return input
  }
}
