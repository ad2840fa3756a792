internal import Networks
package import Tensors

/// The spectra of Fisher informations at one minibatch, with the passes that they can share.
///
/// A spectrum is `nil` where the Fisher information overflows.
package struct FisherSpectra: Measurement {
  /// What is asked for.
  package let requests: [FisherRequest]
  /// The minibatch, of which each request reads as many images as it says.
  package let minibatch: MinibatchRole

  /// Asks for some spectra.
  package init(_ requests: [FisherRequest], at minibatch: MinibatchRole) {
    self.requests = requests
    self.minibatch = minibatch
  }

  /// The spectrum of each request.
  package func measure(
    _ candidate: Candidate
  ) throws(BackendError) -> [FisherRequest: FisherSpectrum?] {
    var spectra: [FisherRequest: FisherSpectrum?] = [:]
    for (pixels, requests) in minibatches(of: candidate) {
      let informations = try FisherInformation.all(
        of: requests, network: candidate.network, parameters: candidate.parameters,
        inputs: pixels, seed: candidate.pullbackSeed, on: candidate.compute)
      for (request, information) in zip(requests, informations) {
        spectra[request] = .some(
          information.matrix.values.allSatisfy(\.isFinite)
            ? try information.spectrum(request.settings.quantiles) : nil)
      }
    }
    return spectra
  }

  /// The requests by the pixels that they read: where a smaller minibatch is the beginning of a larger
  /// one, as with all generated images, both read the larger one.
  private func minibatches(of candidate: Candidate) -> [(pixels: [Float], [FisherRequest])] {
    var groups: [(pixels: [Float], requests: [FisherRequest])] = []
    for request in requests.sorted(by: { $0.batch > $1.batch }) {
      let pixels = candidate.minibatch(minibatch, count: request.batch).pixels
      if let place = groups.firstIndex(where: { $0.pixels.starts(with: pixels) }) {
        groups[place].requests.append(request)
      } else {
        groups.append((pixels, [request]))
      }
    }
    return groups
  }
}
