package import Networks
internal import Tensors

/// The nodes whose values are zero but for rounding.
///
/// A normalisation makes noise of rounding errors where what it reads is constant: it divides them by the
/// square root of epsilon. What follows looks like small features, and everything that does not depend on
/// the scale of features would take it for such.
package enum VanishingNodes {
  /// Whether each node vanishes.
  ///
  /// A zero does; a normalisation of constants does, and a linear map, a gate, a sum or a product of what
  /// does, unless they add a shift of their own.
  ///
  /// - Parameters:
  ///   - linearization: the network at a minibatch.
  ///   - parameters: its numbers.
  /// - Returns: a flag for each node.
  package static func flags(
    of linearization: Linearization, parameters: Parameters
  ) -> [Bool] {
    let network = linearization.network
    var flags: [Bool] = []
    for (position, node) in network.nodes.enumerated() {
      let inputs = node.inputs.map { flags[$0] }
      let addsNothing = node.parameters.allSatisfy { parameter in
        switch network.parameters[parameter].role {
        case .normalizationShift, .convolutionBias, .denseBias:
          parameters.values[parameter].allSatisfy { $0 == 0 }
        case .convolutionWeight, .denseWeight, .normalizationScale: true
        }
      }
      switch node.primitive?.derivative {
      case nil, .elementwise: flags.append(false)
      case .zero: flags.append(true)
      case .bilinear: flags.append(inputs.contains(true))
      case .sum, .gate, .linear: flags.append(addsNothing && inputs.allSatisfy { $0 })
      case .channelScale:
        flags.append(addsNothing && (inputs[0] || isConstant(position, in: linearization)))
      }
    }
    return flags
  }

  /// Whether what a normalisation reads is constant in every channel.
  private static func isConstant(_ node: Int, in linearization: Linearization) -> Bool {
    guard let statistics = linearization.statistics(of: node) else { return false }
    let variance = statistics.variance.reduce(0, +)
    let squares = statistics.mean.reduce(0) { $0 + $1 * $1 }
    guard variance > 0 else { return true }
    return linearization.precision.isRounding((variance / squares).squareRoot())
  }
}
