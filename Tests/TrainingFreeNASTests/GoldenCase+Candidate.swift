@testable import Networks
@testable import Scoring
@testable import Tensors

extension GoldenCase {
  /// The candidate that the proxies of `Golden/README.md` see: x1 for noise and images, x2 for the second
  /// minibatch of either, and the same weights whatever rule they would be drawn by.
  func candidate(on compute: Compute, isUnit: Bool = false) -> Candidate {
    Candidate(
      architecture: name, network: network,
      settings: ScoringSettings(batch: batch, precision: compute.precision), seed: 0,
      given: GivenTensors(
        parameters: parameters,
        otherParameters: [.standardNormal: isUnit ? unitParameters : parameters],
        inputs: Minibatch(pixels: inputs, labels: labels),
        secondInputs: Minibatch(pixels: secondInputs, labels: secondLabels), probes: probes),
      compute: compute)
  }

  /// Weights scaled by `sqrt(fan-in / 2)`, normalisations 1 and 0, biases 0.
  private var unitParameters: Parameters {
    Parameters(
      zip(network.parameters, parameters.values).map { spec, values in
        switch spec.role {
        case .weight:
          let scale = (Double(spec.fanIn) / 2).squareRoot()
          return values.map { Float(Double($0) * scale) }
        case .scale: return values.map { _ in 1 }
        case .shift, .bias, .constant, .normal: return values.map { _ in 0 }
        }
      }, for: network)
  }
}
