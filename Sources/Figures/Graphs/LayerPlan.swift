/// The nodes of a graph in layers, and what its edges need in the layers that they pass.
struct LayerPlan {
  /// What takes room in a layer: a node, or an edge that passes, with its label or without.
  struct Item {
    /// The layer.
    let layer: Int
    /// How much of the layer it takes.
    let breadth: Double
    /// How thick the layer must be for it.
    let depth: Double
    /// Whether an edge passes.
    let isBend: Bool
  }

  /// A part of an edge between neighbouring layers.
  struct Link {
    /// The item where it begins.
    let source: Int
    /// The item in the next layer.
    let target: Int
    /// Where it leaves the source, from its middle.
    let leaving: Double
    /// Where it enters the target, from its middle.
    let entering: Double
    /// How straight it ought to be.
    let weight: Double
  }

  /// The room of a node or label.
  struct Extent {
    var breadth: Double
    var depth: Double
  }

  /// The items: first the nodes in their order, then what edges need.
  private(set) var items: [Item]
  /// The items that each edge passes, its nodes included.
  private(set) var routes: [[Int]]
  /// The item that holds the label of each edge, if it has one.
  private(set) var labels: [Int?]
  /// The parts of all edges.
  private(set) var links: [Link]
  /// The number of layers.
  let count: Int

  /// Puts a graph into layers.
  ///
  /// - Parameters:
  ///   - graph: the graph.
  ///   - nodes: the room of each node.
  ///   - rooms: the room of each edge's label, `nil` for one without.
  ///   - leaving: where each edge leaves its source, from the middle.
  ///   - entering: where each edge enters its target, from the middle.
  init(
    _ graph: LayeredGraph, nodes: [Extent], labels rooms: [Extent?], leaving: [Double],
    entering: [Double]
  ) {
    let layers = Self.layers(of: graph)
    items = zip(layers, nodes).map {
      Item(layer: $0, breadth: $1.breadth, depth: $1.depth, isBend: false)
    }
    (routes, labels, links) = ([], [], [])
    for (number, edge) in graph.edges.enumerated() {
      let (first, last) = (layers[edge.source], layers[edge.target])
      // Layers of nodes are even where there are labels, so that these have the odd ones to themselves.
      let half = (last - first) / 2
      let middle = rooms[number].map { _ in first + (half % 2 == 1 ? half : half - 1) }
      var route = [edge.source]
      var label: Int?
      for layer in first + 1..<last {
        let room = layer == middle ? rooms[number] : nil
        if room != nil { label = items.count }
        route.append(items.count)
        items.append(
          Item(
            layer: layer, breadth: room?.breadth ?? 2, depth: room?.depth ?? 0, isBend: true))
      }
      route.append(edge.target)
      for (place, (source, target)) in zip(route, route.dropFirst()).enumerated() {
        let bends = (place > 0 ? 1 : 0) + (place + 2 < route.count ? 1 : 0)
        links.append(
          Link(
            source: source, target: target, leaving: place == 0 ? leaving[number] : 0,
            entering: place + 2 == route.count ? entering[number] : 0,
            // Long edges are to be straight before short ones (Gansner et al., 1993).
            weight: [1, 2, 8][bends]))
      }
      routes.append(route)
      labels.append(label)
    }
    count = (layers.max() ?? -1) + 1
  }

  /// The layer of each node: the length of the longest path to it.
  ///
  /// What nothing leads to comes right in front of its first reader, but for dots and the first node, and
  /// the last node into the last layer if it leads nowhere.
  private static func layers(of graph: LayeredGraph) -> [Int] {
    let step = graph.edges.contains { $0.label != nil } ? 2 : 1
    var layers = [Int](repeating: 0, count: graph.nodes.count)
    var nearest = [Int?](repeating: nil, count: graph.nodes.count)
    var isTarget = [Bool](repeating: false, count: graph.nodes.count)
    for edge in graph.edges.sorted(by: { ($0.source, $0.target) < ($1.source, $1.target) }) {
      layers[edge.target] = max(layers[edge.target], layers[edge.source] + step)
      isTarget[edge.target] = true
    }
    for edge in graph.edges {
      nearest[edge.source] = min(nearest[edge.source] ?? .max, layers[edge.target])
    }
    for position in graph.nodes.indices.dropFirst()
    where !isTarget[position] && !graph.nodes[position].isDot {
      if let reader = nearest[position] { layers[position] = reader - step }
    }
    if let last = graph.nodes.indices.last, nearest[last] == nil {
      layers[last] = layers.max() ?? 0
    }
    return layers
  }
}
