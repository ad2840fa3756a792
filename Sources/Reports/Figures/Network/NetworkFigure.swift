public import Figures
public import Networks
public import Spaces
internal import Tensors

extension Figure {
  /// A network folded by block, behind the cells that its space draws.
  ///
  /// A frame is a block, with its layers and its output; inside are operations with parameters, products,
  /// poolings, and where branches join. Equal blocks in a row are one frame.
  ///
  /// - Parameters:
  ///   - network: the network.
  ///   - name: the name of the figure.
  ///   - title: what it is called.
  ///   - cells: its cells, none where it is not made of cells.
  /// - Returns: the figure; `nil` where its blocks have too many connections to be drawn.
  public static func network(
    _ network: Network, name: String = "network", titled title: String, cells: [CellGraph] = []
  ) -> Figure? {
    guard let graph = LayeredGraph(network) else { return nil }
    let size = size(of: network)
    return Figure(
      name: name, title: title,
      caption: (cells.isEmpty
        ? ""
        : "Edges are operations, dotted ones give zero, and a node is the sum of what reaches it; or nodes are "
          + "operations. ")
        + "A frame is a block with its layers and its output; inside are operations with parameters, "
        + "products, poolings and joins. \"x 3\" stands for three equal blocks in a row.",
      panels: cells.map { LayeredGraph($0).scene(title: $0.name) } + [
        graph.scene(title: cells.isEmpty ? "\(title): \(size)" : "network: \(size)")
      ])
  }

  /// How large a network is, such as `38 layers, 829.6 thousand parameters, 117.90 million multiply-adds`.
  package static func size(of network: Network) -> String {
    let cost = network.cost
    return "\(counted(cost.layers, "layer")), \(quantity(cost.parameters)) parameters, "
      + "\(quantity(cost.multiplyAdds)) multiply-adds"
  }

  private static func quantity(_ number: Int) -> String {
    switch number {
    case ..<10_000: grouped(number)
    case ..<1_000_000: decimals(Double(number) / 1e3, 1) + " thousand"
    case ..<1_000_000_000: decimals(Double(number) / 1e6, 2) + " million"
    default: decimals(Double(number) / 1e9, 2) + " billion"
    }
  }
}

extension LayeredGraph {
  /// A cell from left to right.
  init(_ cell: CellGraph) {
    self.init(
      nodes: cell.nodes.map { Node($0, ink: .first) },
      edges: cell.edges.map {
        Edge($0.source, $0.target, label: $0.operation, dash: $0.isZero ? .dotted : .solid)
      }, direction: .right)
  }

  /// A network folded by block; `nil` where edges would pass more layers than can be drawn.
  package init?(_ network: Network) {
    let graph = DrawnGraph(network)
    let folded = FoldedBlocks(graph)
    var nodes = [Node("input", details: [OperatorText.text(network.inputShape)], ink: .ink)]
    var edges: [Edge] = []
    var spans = 0
    for (place, run) in folded.runs.enumerated() {
      let drawn = DrawnBlockBox(run, isLast: place == folded.runs.count - 1, in: folded, of: graph)
      nodes.append(drawn.node)
      var known: Set<Edge> = []
      for source in run.first.sources {
        let from = source == 0 ? 0 : (folded.runOfNode[source] ?? 0) + 1
        guard from <= place else { continue }
        let isValue = from > 0 && folded.runs[from - 1].first.end == source
        let edge = Edge(
          from, place + 1,
          leaving: isValue || from > 0 && folded.runs[from - 1].count > 1
            ? nodes[from].inside.map { $0.nodes.count - 1 } : nil,
          entering: drawn.entry(of: source))
        guard known.insert(edge).inserted else { continue }
        edges.append(edge)
        spans += place + 1 - from
      }
    }
    guard spans <= 20_000 else { return nil }
    self.init(nodes: nodes, edges: edges)
  }
}
