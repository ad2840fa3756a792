package import Networks
internal import Tensors

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
