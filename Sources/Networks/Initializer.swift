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
    Parameters(
      network.parameters.enumerated().map { position, spec in
        let stream = RandomStream(
          seed: seed, text: architecture, purpose: purpose, index: position)
        return numbers(spec, stream: stream)
      }, for: network)
  }

  private func numbers(_ spec: ParameterSpec, stream: RandomStream) -> [Float] {
    var numbers = [Float](repeating: 0, count: spec.count)
    switch (spec.role, self) {
    case (.scale, _):
      for i in numbers.indices { numbers[i] = 1 }
    case (.constant(let value), _):
      for i in numbers.indices { numbers[i] = value }
    case (.normal(let deviation), _):
      stream.fillNormal(&numbers, standardDeviation: Double(deviation))
    case (.weight(let fanIn), .kaimingNormal):
      stream.fillNormal(&numbers, standardDeviation: (2 / Double(fanIn)).squareRoot())
    case (.weight, .standardNormal):
      stream.fillNormal(&numbers)
    case (.weight(let fanIn), .uniformFanIn), (.bias(let fanIn), .uniformFanIn):
      let bound = 1 / Float(fanIn).squareRoot()
      for i in numbers.indices { numbers[i] = (2 * stream.uniformFloat(at: i) - 1) * bound }
    case (.shift, _), (.bias, .kaimingNormal), (.bias, .standardNormal):
      break
    }
    return numbers
  }
}
