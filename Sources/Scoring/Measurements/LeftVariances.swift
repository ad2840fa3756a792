internal import Derivatives
internal import Networks
package import Tensors

/// The running variances that the proxies before Zen left behind in the VKDNW paper's runs.
///
/// There one network object served all proxies of an architecture, and batch normalisations kept their
/// running variances from one proxy to the next: under Kaiming weights, a minibatch of noise that
/// stopped before the head (AZ-NAS), one of images (Jacov), its images one by one (GradSign), and two
/// of images (ZiCo).
package struct LeftVariances: Measurement {
  /// Creates the measurement.
  package init() {}

  /// The means over channels of the running variances, for each normalisation in the order of nodes.
  package func measure(_ candidate: Candidate) throws(BackendError) -> [Double] {
    let network = candidate.network
    let noise = try variances(of: candidate, .noise)
    let images = try variances(of: candidate, .images)
    let second = try variances(of: candidate, .secondImages)
    var running = RunningVariances([Double](repeating: 1, count: noise.count))
      .updated(with: noise, except: network.isNormalizationOfHead)
      .updated(with: images)
    let worker = candidate.compute.workers[0]
    let pixels = candidate.minibatch(.images).pixels
    let perImage = network.inputShape.count
    worker.arena.reset()
    let single = try Linearization(
      network, parameters: candidate.parameters, images: Array(pixels[..<perImage]),
      normalization: .batch, engine: worker.engine, arena: worker.arena)
    for start in stride(from: 0, to: pixels.count, by: perImage) {
      if start > 0 { try single.move(to: .floats(Array(pixels[start..<start + perImage]))) }
      running = running.updated(with: single.meanUnbiasedVariances)
    }
    return running.updated(with: images).updated(with: second).means
  }

  private func variances(
    of candidate: Candidate, _ role: MinibatchRole
  ) throws(BackendError) -> [Double] {
    try candidate.value(of: NormalizationVariances(of: candidate, at: CandidatePoint(role)))
  }
}
