internal import Figures
internal import Networks
internal import Tensors

/// A block, or equal ones in a row, as a node of a drawing.
struct DrawnBlockBox {
  /// The node.
  let node: LayeredGraph.Node
  /// Nodes of the network outside of the block with the dots of the frame where they come in.
  private let entries: [Int: Int]

  /// More boxes than these are counted, not drawn.
  private static let most = 60

  /// Draws a run of blocks.
  ///
  /// - Parameters:
  ///   - run: the blocks.
  ///   - isLast: whether the output of the network is among them.
  ///   - folded: all of them.
  ///   - graph: the network.
  init(_ run: FoldedBlocks.Run, isLast: Bool, in folded: FoldedBlocks, of graph: DrawnGraph) {
    let network = graph.network
    let drawn = DrawnOperations(run.first, of: graph)
    let shape = OperatorText.text(network.nodes[run.first.end].shape)
    let each = run.count > 1 ? " each" : ""
    let summary =
      (run.count > 1 ? "x \(run.count): " : "")
      + counted(run.first.layers, "layer") + each + ", output \(shape)"
    let title = Self.title(of: run, isLast: isLast, in: folded, network)
    guard drawn.operations.count > 1, drawn.operations.count <= Self.most else {
      var details: [String] = []
      if drawn.operations.count > 1 {
        details.append("\(drawn.operations.count) operations")
      } else if let operation = drawn.operations.first {
        details = [OperatorText.title(of: operation.node, in: network)]
        details += Self.details(of: operation)
      }
      node = LayeredGraph.Node(title, details: details + [summary], ink: .first)
      entries = [:]
      return
    }
    // What the output stands for may be several values, where the last operations only rearrange.
    let inner = run.first.sources
    var nodes = inner.map { _ in LayeredGraph.Node.dot }
    var places: [DrawnOperations.Source: Int] = [:]
    for (place, source) in inner.enumerated() { places[.outside(source)] = place }
    var edges: [LayeredGraph.Edge] = []
    for (number, operation) in drawn.operations.enumerated() {
      for source in operation.sources {
        if let place = places[source] { edges.append(LayeredGraph.Edge(place, nodes.count)) }
      }
      places[.operation(number)] = nodes.count
      nodes.append(
        LayeredGraph.Node(
          OperatorText.title(of: operation.node, in: network), details: Self.details(of: operation),
          ink: graph.isLayer(operation.node) ? .first : .third))
    }
    for source in drawn.output {
      if let place = places[source] { edges.append(LayeredGraph.Edge(place, nodes.count)) }
    }
    nodes.append(.dot)
    node = LayeredGraph.Node(
      title, details: [summary], ink: .soft, inside: LayeredGraph(nodes: nodes, edges: edges))
    entries = Dictionary(uniqueKeysWithValues: inner.enumerated().map { ($1, $0) })
  }

  /// The dot at which a node from outside comes in, `nil` where nothing is drawn inside.
  func entry(of source: Int) -> Int? { entries[source] }

  private static func details(of operation: DrawnOperations.Operation) -> [String] {
    [("after ", operation.before), ("then ", operation.behind)].compactMap { word, names in
      names.isEmpty ? nil : word + names.joined(separator: ", ")
    }
  }

  /// The name of a block, those of the first and the last of several, or their numbers.
  private static func title(
    of run: FoldedBlocks.Run, isLast: Bool, in folded: FoldedBlocks, _ network: Network
  ) -> String {
    let last = run.place + run.count - 1
    let first = BlockNames.common(folded.blocks[run.place], of: network)
    if run.count == 1 {
      if let first { return first }
      return isLast ? (run.place > 0 ? "head" : "network") : "block \(run.place + 1)"
    }
    if let first, let end = BlockNames.common(folded.blocks[last], of: network), first != end {
      return "\(first) to \(end)"
    }
    return "blocks \(run.place + 1) to \(last + 1)"
  }
}
