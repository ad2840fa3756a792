package import Networks
package import Tensors

/// Numbers that any program can make without a file: the SplitMix64 finaliser of two counters.
package enum PrescribedNumbers {
  /// A number from -1 to 1 for a place of a tensor.
  package static func number(tensor: UInt64, place: Int) -> Double {
    var z = tensor << 32 &+ UInt64(place) &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    z ^= z >> 31
    return Double(z >> 11) / 4_503_599_627_370_496 - 1
  }

  /// Numbers for all parameters of a network: the tensor counts from 1 in the order of registration.
  package static func parameters(of network: Network) -> Parameters {
    Parameters(
      network.parameters.enumerated().map { position, spec in
        (0..<spec.count).map { place in
          let number = number(tensor: UInt64(position + 1), place: place)
          return switch spec.role {
          case .weight(let fanIn): Float(number * (6 / Double(fanIn)).squareRoot())
          case .scale: Float(1 + 0.1 * number)
          case .bias, .shift, .constant, .normal: Float(0.1 * number)
          }
        }
      }, for: network)
  }

  /// Two images of a shape.
  package static func images(_ shape: Shape) -> [Float] {
    (0..<2 * shape.count).map { Float(number(tensor: 0, place: $0)) }
  }
}
