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
  /// Each image is normalised by its own statistics. The sums are whole numbers, so neither the
  /// number of workers nor the order matters.
  package func measure(_ candidate: Candidate) throws(BackendError) -> Value {
    let compute = candidate.compute
    let network = candidate.network
    let parameters = candidate.parameters(point.initializer)
    let pixels = candidate.minibatch(point.minibatch).pixels
    let shares = compute.workers.map { SignShare(worker: $0, network: network) }
    compute.team.run { number in
      shares[number].count(
        images: compute.team.share(labels.count, of: number), pixels: pixels, labels: labels,
        parameters: parameters)
    }
    for share in shares {
      if let failure = share.failure { throw failure }
    }
    let layers = network.layerWeights.indices.map { layer in
      var sum = 0
      for weight in shares[0].sums[layer].indices {
        sum += abs(Int(shares.reduce(0) { $0 + $1.sums[layer][weight] }))
      }
      return sum
    }
    return Value(layers: layers, isFinite: shares.allSatisfy(\.isFinite))
  }
}

/// One worker's images.
private final class SignShare {
  private let worker: Compute.Worker
  private let network: Network
  /// The sum of signs of each weight, layer by layer.
  private(set) var sums: [[Int32]]
  private(set) var isFinite = true
  private(set) var failure: BackendError?

  init(worker: Compute.Worker, network: Network) {
    self.worker = worker
    self.network = network
    sums = network.layerWeights.map { [Int32](repeating: 0, count: network.parameters[$0].count) }
  }

  func count(images: Range<Int>, pixels: [Float], labels: [Int], parameters: Parameters) {
    worker.engine.adopt()
    let perImage = network.inputShape.imageCount
    let layers = network.layerWeights
    do {
      for image in images {
        worker.arena.reset()
        let linearization = try Linearization(
          network, parameters: parameters,
          images: Array(pixels[image * perImage..<(image + 1) * perImage]), normalization: .batch,
          engine: worker.engine, arena: worker.arena)
        let entropy = CrossEntropy(logits: linearization.output, labels: [labels[image]])
        guard entropy.loss.isFinite else {
          isFinite = false
          return
        }
        let gradient = try linearization.pullback(entropy.cotangent).parameters
        let signs = GradientSigns(gradient)
        isFinite = isFinite && signs.isFinite
        for (layer, position) in layers.enumerated() {
          signs.add(gradient[position], to: &sums[layer])
        }
      }
    } catch { failure = error }
  }
}
