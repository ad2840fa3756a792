internal import Tensors

/// How the numbers of a network are drawn.
///
/// Batch normalisations always start with scale 1 and shift 0.
public enum Initializer: String, Hashable, Sendable, CaseIterable {
  /// Normal weights of variance `2 / fan_in`, zero biases.
  ///
  /// He, Zhang, Ren and Sun, "Delving deep into rectifiers", ICCV 2015.
  case kaimingNormal
  /// Normal weights of variance 1, zero biases.
  case standardNormal
  /// Weights and biases uniform on `[-1 / sqrt(fan_in), 1 / sqrt(fan_in))`, with the fan-in of the
  /// layer for its bias too: what PyTorch gives a new layer.
  case uniformFanIn

  /// Draws the numbers of a network.
  ///
  /// Tensor `t` comes from the stream of `(seed, architecture, "weights", t)`, its element `k` from
  /// position `k`: no number depends on the others or on the order in which they are drawn.
  ///
  /// - Parameters:
  ///   - network: the network.
  ///   - architecture: the canonical text of the architecture.
  ///   - seed: the seed of the run.
  /// - Returns: numbers for every parameter tensor.
  public func parameters(for network: Network, architecture: String, seed: UInt64) -> Parameters {
    var values = network.parameters.map { spec in
      [Float](repeating: spec.role == .normalizationScale ? 1 : 0, count: spec.count)
    }
    for node in network.nodes {
      // The weight of a layer says how many inputs its bias has.
      guard let weight = node.parameters.first(where: { network.parameters[$0].role.isLayerWeight })
      else { continue }
      let fanIn = Double(network.parameters[weight].fanIn)
      for tensor in node.parameters {
        let stream = RandomStream(
          seed: seed, text: architecture, purpose: "weights", index: tensor)
        let isWeight = network.parameters[tensor].role.isLayerWeight
        switch self {
        case .kaimingNormal where isWeight:
          stream.fillNormal(&values[tensor], standardDeviation: (2 / fanIn).squareRoot())
        case .standardNormal where isWeight:
          stream.fillNormal(&values[tensor])
        case .kaimingNormal, .standardNormal:
          continue
        case .uniformFanIn:
          let bound = Float(1 / fanIn.squareRoot())
          for k in values[tensor].indices {
            values[tensor][k] = (2 * stream.uniformFloat(at: k) - 1) * bound
          }
        }
      }
    }
    return Parameters(values, for: network)
  }
}
