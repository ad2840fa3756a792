package import Derivatives
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
        case .shift, .bias: parameters.values[parameter].allSatisfy { $0 == 0 }
        case .weight, .scale, .constant, .normal: true
        }
      }
      guard let derivative = node.op?.derivative else {
        flags.append(false)
        continue
      }
      let isConstant = derivative.couplesMinibatch && isConstant(position, in: linearization)
      // What is affine is zero where its input is, unless its own shift is not.
      let isAffine = derivative.isLinear && !node.inputs.isEmpty
      switch derivative.zero {
      case .always: flags.append(true)
      case .ifAnyInputIs: flags.append(inputs.contains(true))
      case .ifAllInputsAre: flags.append(addsNothing && inputs.allSatisfy { $0 })
      case .never:
        flags.append(isAffine && addsNothing && (isConstant || inputs.allSatisfy { $0 }))
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

/// Nodes in groups of a bounded size, so that what is held for a group at a time is bounded too.
package enum NodeGroups {
  /// Bytes of a group, where it has more than one node.
  package static let bytes = 64 << 20

  /// Groups of nodes that follow each other.
  ///
  /// - Parameters:
  ///   - nodes: the nodes.
  ///   - bytes: what is held for a node.
  /// - Returns: the nodes in their order, in at least one node a group.
  package static func groups(_ nodes: [Int], bytes: (Int) -> Int) -> [[Int]] {
    var groups: [[Int]] = []
    var size = 0
    for node in nodes {
      let own = bytes(node)
      if groups.isEmpty || size + own > Self.bytes {
        groups.append([])
        size = 0
      }
      groups[groups.count - 1].append(node)
      size += own
    }
    return groups
  }
}
