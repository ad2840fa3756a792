internal import Tensors

/// A distribution of a network's parameters before training.
public enum Initializer: String, Hashable, Sendable, CaseIterable {
  /// Weights `N(0, 2 / fan-in)`, biases 0, normalisations 1 and 0 (He et al., ICCV 2015).
  case kaimingNormal = "kaiming-normal"
  /// Weights `N(0, 1)`, biases 0, normalisations 1 and 0.
  case standardNormal = "standard-normal"
  /// Weights and biases uniform in `+-1 / sqrt(fan-in)`, normalisations 1 and 0: PyTorch's default.
  case uniformFanIn = "uniform-fan-in"

  /// Numbers for a network, a pure function of the arguments.
  ///
  /// - Parameters:
  ///   - network: the network.
  ///   - seed: the seed of the run.
  ///   - architecture: the canonical text of the architecture.
  ///   - purpose: what tells apart several draws for one network.
  /// - Returns: a value for every parameter.
  public func parameters(
    for network: Network, seed: UInt64, architecture: String, purpose: String
  ) -> Parameters {
    var values: [[Float]] = []
    values.reserveCapacity(network.parameters.count)
    var fanIn = 1
    for (position, spec) in network.parameters.enumerated() {
      // A bias follows the weight of its layer and shares the bound.
      if spec.role.isLayerWeight { fanIn = spec.fanIn }
      let stream = RandomStream(
        seed: seed, text: architecture, purpose: purpose, index: position)
      values.append(numbers(spec, fanIn: fanIn, stream: stream))
    }
    return Parameters(values, for: network)
  }

  private func numbers(_ spec: ParameterSpec, fanIn: Int, stream: RandomStream) -> [Float] {
    var numbers = [Float](repeating: 0, count: spec.count)
    switch spec.role {
    case .normalizationScale:
      for i in numbers.indices { numbers[i] = 1 }
    case .normalizationShift:
      break
    case .convolutionWeight, .convolutionBias, .denseWeight, .denseBias:
      let isBias = spec.role.isLayerBias
      switch self {
      case .kaimingNormal where !isBias:
        stream.fillNormal(&numbers, standardDeviation: (2 / Double(fanIn)).squareRoot())
      case .standardNormal where !isBias:
        stream.fillNormal(&numbers)
      case .uniformFanIn:
        let bound = 1 / Float(fanIn).squareRoot()
        for i in numbers.indices { numbers[i] = (2 * stream.uniformFloat(at: i) - 1) * bound }
      case .kaimingNormal, .standardNormal:
        break
      }
    }
    return numbers
  }
}
