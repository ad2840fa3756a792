internal import Derivatives
internal import Networks
package import Tensors

/// How far the gradients of single images agree in sign, weight by weight.
package struct SignAgreement: Measurement {
  /// Where it is taken.
  package let point: CandidatePoint
  /// A class for each image.
  package let labels: [Int]

  /// The agreement at a point of a candidate, `nil` where the images have no labels.
  package init?(of candidate: Candidate, at point: CandidatePoint) {
    guard let labels = candidate.labels(of: point.minibatch) else { return nil }
    self.point = candidate.resolved(point)
    self.labels = labels
  }

  /// What is measured.
  package struct Value {
    /// `sum over weights of |sum over images of sign(gradient)|` for each convolution and linear layer.
    package var layers: [Int]
    /// Whether all gradients were finite.
    package var isFinite: Bool
  }

  /// A forward and a backward pass for each image by itself, shared among the workers.
  ///
  /// Each image is normalised by its own statistics, so images cannot share a minibatch; they share the
  /// bound network. The sums are whole numbers, so neither the number of workers nor the order matters.
  package func measure(_ candidate: Candidate) throws(BackendError) -> Value {
    let compute = candidate.compute
    let network = candidate.network
    let parameters = candidate.parameters(point.initializer)
    let pixels = candidate.minibatch(point.minibatch).pixels
    let shares = compute.workers.map { SignShare(worker: $0) }
    compute.team.run { number in
      shares[number].count(
        network, parameters: parameters,
        images: compute.team.share(labels.count, of: number), pixels: pixels, labels: labels)
    }
    for share in shares {
      if let failure = share.failure { throw failure }
    }
    let others = shares.dropFirst().map(\.counts)
    let layers = network.nodes.indices.filter {
      network.nodes[$0].parameters.contains { network.parameters[$0].role.isLayerWeight }
    }
    return Value(
      layers: layers.map { shares[0].counts.agreement(of: $0, with: others) },
      isFinite: shares.allSatisfy(\.isFinite))
  }
}

/// One worker's images.
private final class SignShare {
  private let worker: Compute.Worker
  let counts = GradientSignCounts()
  private(set) var isFinite = true
  private(set) var failure: BackendError?

  init(worker: Compute.Worker) { self.worker = worker }

  func count(
    _ network: Network, parameters: Parameters, images: Range<Int>, pixels: [Float], labels: [Int]
  ) {
    guard !images.isEmpty else { return }
    worker.engine.adopt()
    worker.arena.reset()
    let perImage = network.inputShape.count
    func image(_ number: Int) -> [Float] {
      Array(pixels[number * perImage..<(number + 1) * perImage])
    }
    do throws(BackendError) {
      let linearization = try Linearization(
        network, parameters: parameters, images: image(images.lowerBound), normalization: .batch,
        engine: worker.engine, arena: worker.arena)
      for number in images {
        if number > images.lowerBound { try linearization.move(to: .floats(image(number))) }
        let entropy = CrossEntropy(logits: linearization.output, labels: [labels[number]])
        guard entropy.loss.isFinite,
          try linearization.countGradientSigns(of: entropy.cotangent, in: counts)
        else {
          isFinite = false
          return
        }
      }
    } catch { failure = error }
  }
}
