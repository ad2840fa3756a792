package import Networks
internal import Tensors

/// What the output of a node is to a proxy that looks at features.
package enum FeatureKind: Hashable, Sendable {
  /// The output of a convolution, its bias included.
  case convolution
  /// The output of a normalisation.
  case normalization
  /// The output of an activation function.
  case activation
  /// The output of a pooling that leaves a map.
  case pooling
  /// The sum at the end of a block: a cell output or a residual join.
  case block
  /// The output of a linear layer.
  case linear
}

extension Network {
  /// What each node is, `nil` for the input and for nodes that are nothing of the kind.
  ///
  /// This is the only place where features are told apart by their operations. A node counts once for
  /// each execution, those of dead branches included.
  package var featureKinds: [FeatureKind?] {
    var kinds = nodes.map { node -> FeatureKind? in
      switch node.op?.kind {
      case .convolution: .convolution
      case .normalization: .normalization
      case .pooling where node.shape.isMaps && node.shape.area > 1: .pooling
      case .linear: .linear
      case .activation: .activation
      default: nil
      }
    }
    // A bias is a part of the convolution before it.
    for (position, node) in nodes.enumerated() where node.parameters.count == 1 {
      guard parameters[node.parameters].allSatisfy(\.role.isLayerBias) else { continue }
      guard kinds[node.inputs[0]] == .convolution else { continue }
      kinds[position] = .convolution
      kinds[node.inputs[0]] = nil
    }
    var start = 0
    for end in blockOutputs {
      if let sum = (start...end).last(where: { nodes[$0].op?.kind == .sum }) {
        kinds[sum] = .block
      }
      start = end + 1
    }
    return kinds
  }

  /// Positions of the nodes of some kinds, in the order of execution.
  package func features(_ kinds: Set<FeatureKind>) -> [Int] {
    featureKinds.enumerated().compactMap { position, kind in
      kind.map(kinds.contains) == true ? position : nil
    }
  }
}

/// The outputs that MeCo and Dextr look at, in the order of execution.
package struct FeatureTrace: Sendable {
  /// One output.
  package struct Entry: Hashable, Sendable {
    /// The node that it is the value of.
    package var node: Int
    /// Its number in the trace, which names its random draws.
    package var number: Int
    /// How many modules of the published implementation have it as their output.
    package var modules: Int
    /// Whether it is the map of a convolution, a normalisation, an activation, a pooling or a block: of
    /// more than one place, for a vector has no channels that could depend on each other.
    package var isFeature: Bool
  }

  /// All outputs.
  package let entries: [Entry]
  /// Whether the numbers of modules are known.
  package let hasModules: Bool

  /// The outputs of a network.
  ///
  /// Those of a NAS-Bench-201 network are the outputs of all modules of the published implementation.
  /// A graph has no modules, so any other network has its features alone.
  package init(_ network: Network) {
    let features = Set(
      network.features([.convolution, .normalization, .activation, .pooling, .block])
        .filter { network.nodes[$0].shape.area > 1 })
    let outputs = NASBench201ModuleOutputs(network)
    hasModules = outputs != nil
    if let outputs {
      entries = outputs.list.enumerated().map { number, output in
        Entry(
          node: output.node, number: number, modules: output.modules,
          isFeature: !output.isPassedOn && features.contains(output.node))
      }
    } else {
      entries = features.sorted().enumerated().map { number, node in
        Entry(node: node, number: number, modules: 1, isFeature: true)
      }
    }
  }

  /// The features, each once.
  package var features: [Entry] { entries.filter(\.isFeature) }

  /// The outputs that are no features: zeros, vectors, and what skip connections pass on.
  package var others: [Entry] { entries.filter { !$0.isFeature } }
}
