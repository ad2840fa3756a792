internal import Networks

/// The operations of a block that are drawn: layers, joins, products, poolings, and whatever else has
/// parameters.
///
/// What follows one of them and changes nothing but its values (normalisations, activations) is named in its
/// box; what rearranges values is left out, and edges go through it.
struct DrawnOperations {
  /// A box.
  struct Operation {
    /// The node that gives it its title.
    let node: Int
    /// Names of operations in front of it, whose values nothing else reads.
    var before: [String]
    /// Names of operations behind it.
    var behind: [String] = []
    /// What it reads.
    let sources: [Source]
    /// The newest node of the box.
    var last: Int
  }

  /// Where a value comes from.
  enum Source: Hashable {
    /// A box of the block, by its place.
    case operation(Int)
    /// A node outside of the block.
    case outside(Int)
  }

  /// The boxes in a topological order.
  private(set) var operations: [Operation] = []
  /// What the value of the block stands for.
  private(set) var output: [Source] = []

  /// Finds the operations of a block.
  init(_ block: DrawnBlock, of graph: DrawnGraph) {
    let network = graph.network
    var values: [Int: Value] = [:]
    for position in block.nodes {
      guard let op = network.nodes[position].op else { continue }
      // Zeros carry nothing, and neither do constants.
      let inputs = graph.inputs[position].map {
        values[$0] ?? Value(sources: [.outside($0)])
      }
      var (sources, known): ([Source], Set<Source>) = ([], [])
      for source in inputs.flatMap(\.sources) where known.insert(source).inserted {
        sources.append(source)
      }
      if op.derivative.zero == .always {
        values[position] = Value(sources: [])
        continue
      }
      let isMain =
        graph.isLayer(position) || sources.count > 1
        || network.multiplyAdds(of: position) > 0 && op.kind != .other
      if !isMain, let operation = follower(of: sources, at: position, in: graph) {
        if let name = Self.name(of: position, in: network) {
          operations[operation].behind.append(name)
        }
        operations[operation].last = position
        values[position] = Value(sources: sources)
        continue
      }
      let hasParameters = !network.nodes[position].parameters.isEmpty
      let pending =
        inputs.count == 1 && graph.readers[graph.inputs[position][0]] == 1
        ? inputs[0].pending : []
      guard isMain || hasParameters || op.kind == .pooling || op.kind == .normalization else {
        values[position] = Value(
          sources: sources,
          pending: pending + [Self.name(of: position, in: network)].compactMap(\.self))
        continue
      }
      operations.append(
        Operation(node: position, before: pending, sources: sources, last: position))
      values[position] = Value(sources: [.operation(operations.count - 1)])
    }
    output = values[block.end]?.sources ?? []
  }

  /// What is known of a node's value.
  private struct Value {
    var sources: [Source]
    /// Names of operations that no box has yet.
    var pending: [String] = []
  }

  /// The box that a node belongs to: that of its only input, which nothing else reads.
  private func follower(of sources: [Source], at position: Int, in graph: DrawnGraph) -> Int? {
    guard sources.count == 1, case .operation(let operation) = sources[0],
      Set(graph.inputs[position]) == [operations[operation].last],
      graph.readers[operations[operation].last] == 1
    else { return nil }
    return operation
  }

  /// The name of what is told in the box of another operation; `nil` for what only rearranges values, and for
  /// biases, which belong to their layer.
  private static func name(of position: Int, in network: Network) -> String? {
    guard let op = network.nodes[position].op else { return nil }
    let specs = network.parameters[network.nodes[position].parameters]
    if !specs.isEmpty { return specs.allSatisfy(\.role.isLayerBias) ? nil : op.name }
    switch op.kind {
    case .normalization, .activation: return op.name
    case .pooling: return OperatorText.title(of: position, in: network)
    case .convolution, .linear, .sum, .product, .source, .other: return nil
    }
  }
}
