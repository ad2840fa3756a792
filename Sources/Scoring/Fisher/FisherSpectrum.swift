internal import Networks
internal import RealModule
package import Tensors

/// The eigenvalues of a Fisher information matrix and what VKDNW reads off them.
public struct FisherSpectrum: Hashable, Sendable {
  /// The eigenvalues in ascending order; those below zero by rounding are set to zero.
  public let eigenvalues: [Double]
  /// The quantiles whose entropy is taken.
  public let quantiles: SpectrumQuantiles

  /// Creates a spectrum from at least one eigenvalue, in any order.
  public init(eigenvalues: [Double], quantiles: SpectrumQuantiles = .deciles) {
    precondition(!eigenvalues.isEmpty, "a spectrum without eigenvalues")
    self.quantiles = quantiles
    self.eigenvalues = eigenvalues.map { max($0, 0) }.sorted()
  }

  /// The quantile at `fraction` of the eigenvalues, interpolated linearly at `fraction (count - 1)`.
  public func quantile(_ fraction: Double) -> Double {
    let position = fraction * Double(eigenvalues.count - 1)
    let below = Int(position)
    let above = min(below + 1, eigenvalues.count - 1)
    let weight = position - Double(below)
    return eigenvalues[below] + weight * (eigenvalues[above] - eigenvalues[below])
  }

  /// The nine deciles, at 0.1 to 0.9.
  public var deciles: [Double] { SpectrumQuantiles.deciles.fractions.map(quantile) }

  /// The entropy of the quantiles, `- sum w ln(w + 1e-10)` with
  /// `w = quantile / (sum of quantiles + 1e-10)`.
  ///
  /// It is 0 where all of them vanish and at most ln 9 = 2.197 for nine deciles, ln 11 = 2.398 for eleven
  /// quantiles: the more even the spectrum, the more evenly the weights can be estimated. Tybl and Neumann, *Training-free Neural Architecture Search
  /// through Variance of Knowledge of Deep Network Weights*, CVPR 2025, equation 11, with the two
  /// constants of the released code.
  public var entropy: Double {
    let values = quantiles.fractions.map(quantile)
    let sum = values.reduce(0, +) + 1e-10
    return values.reduce(0) { result, value in
      let weight = value / sum
      return result - weight * Double.log(weight + 1e-10)
    }
  }
}

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
