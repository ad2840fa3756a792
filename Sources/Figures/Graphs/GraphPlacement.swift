/// Where the nodes, edges and labels of a graph lie.
package struct GraphPlacement {
  /// The graph inside of a node.
  package struct Inside {
    /// Where its parts lie.
    package let graph: GraphPlacement
    /// The corner of its drawing in that of the node.
    package let corner: Point
  }

  /// The boxes of the nodes.
  package let boxes: [Rectangle]
  /// The edges: a first point, then two control points and an end for each piece.
  package let curves: [[Point]]
  /// The rooms of the labels, one for each edge, `nil` for one without.
  package let labels: [Rectangle?]
  /// Where the graph inside of each node lies, with the corner of its drawing.
  package let insides: [Inside?]
  /// From left to right.
  package let width: Double
  /// From top to bottom.
  package let height: Double

  /// The room between layers, half of it where labels have layers of their own.
  private static let spacing = 26.0
  /// How long an arrow head is.
  static let head = 6.0

  /// Lays out a graph.
  package init(_ graph: LayeredGraph) {
    let isDown = graph.direction == .down
    let insides = graph.nodes.map { node in node.inside.map { GraphPlacement($0) } }
    let sizes = zip(graph.nodes, insides).map { NodeText.size(of: $0, around: $1) }
    let corners = zip(graph.nodes, zip(insides, sizes)).map { node, pair -> Point in
      Point(
        (pair.1.width - (pair.0?.width ?? 0)) / 2, NodeText.headHeight(of: node))
    }
    func extent(_ width: Double, _ height: Double) -> LayerPlan.Extent {
      isDown
        ? LayerPlan.Extent(breadth: width, depth: height)
        : LayerPlan.Extent(breadth: height, depth: width)
    }
    /// How far from the middle of a node one inside of it lies.
    func offset(_ node: Int, _ inner: Int?) -> Double {
      guard let inner, let graph = insides[node] else { return 0 }
      let box = graph.boxes[inner]
      return isDown
        ? corners[node].x + box.x + box.width / 2 - sizes[node].width / 2
        : corners[node].y + box.y + box.height / 2 - sizes[node].height / 2
    }
    let plan = LayerPlan(
      graph, nodes: sizes.map { extent($0.width, $0.height) },
      labels: graph.edges.map { edge in
        edge.label.map { label in
          let size = NodeText.labelSize(label)
          return extent(size.width, size.height)
        }
      },
      leaving: graph.edges.map { offset($0.source, $0.leaving) },
      entering: graph.edges.map { offset($0.target, $0.entering) })
    var middles = LayerPlaces(plan, LayerOrder(plan)).middles

    let hasLabels = graph.edges.contains { $0.label != nil }
    let spacing = hasLabels ? Self.spacing * 0.75 : Self.spacing
    var depths = [Double](repeating: 0, count: plan.count)
    for item in plan.items { depths[item.layer] = max(depths[item.layer], item.depth) }
    var starts: [Double] = []
    var end = 0.0
    for depth in depths {
      starts.append(end)
      end += depth + spacing
    }
    // An edge may swing out further than any box.
    let low = zip(plan.items, middles).map { $1 - $0.breadth / 2 }.min() ?? 0
    let high = zip(plan.items, middles).map { $1 + $0.breadth / 2 }.max() ?? 0
    // Dots that have their layer to themselves stand in the middle, so that frames in a row are one column.
    for node in graph.nodes.indices where graph.nodes[node].isDot {
      let layer = plan.items[node].layer
      if plan.items.count(where: { $0.layer == layer }) == 1 { middles[node] = (low + high) / 2 }
    }
    let (across, along) = (high - low, max(end - spacing, 0))
    (width, height) = isDown ? (across, along) : (along, across)
    func point(_ across: Double, _ along: Double) -> Point {
      isDown ? Point(across - low, along) : Point(along, across - low)
    }
    func box(_ number: Int) -> Rectangle {
      let item = plan.items[number]
      let corner = point(
        middles[number] - item.breadth / 2,
        starts[item.layer] + (depths[item.layer] - item.depth) / 2)
      return isDown
        ? Rectangle(x: corner.x, y: corner.y, width: item.breadth, height: item.depth)
        : Rectangle(x: corner.x, y: corner.y, width: item.depth, height: item.breadth)
    }
    boxes = graph.nodes.indices.map(box)
    labels = plan.labels.map { $0.map(box) }
    let ends = EdgeEnds(graph, plan, middles, offset)
    curves = plan.routes.enumerated().map { number, route in
      var stations: [(across: Double, along: Double)] = []
      for (place, stop) in route.enumerated() {
        let item = plan.items[stop]
        let (start, depth) = (starts[item.layer], depths[item.layer])
        let edge = (depth - item.depth) / 2
        if place == 0 {
          let across = middles[stop] + ends.leaving[number]
          stations.append((across, start + depth - edge))
          stations.append((across, start + depth))
        } else if place + 1 == route.count {
          let across = middles[stop] + ends.entering[number]
          stations.append((across, start))
          stations.append((across, start + edge))
        } else {
          stations.append((middles[stop], start))
          stations.append((middles[stop], start + depth))
        }
      }
      return Self.curve(stations.map { point($0.across, $0.along) }, isDown: isDown)
    }
    self.insides = zip(insides, corners).map { graph, corner in
      graph.map { Inside(graph: $0, corner: corner) }
    }
  }

  /// A line through points that is smooth where they lie on one side of each other.
  private static func curve(_ points: [Point], isDown: Bool) -> [Point] {
    guard let first = points.first else { return [] }
    var curve = [first]
    for (start, end) in zip(points, points.dropFirst()) where start != end {
      if isDown {
        let half = (start.y + end.y) / 2
        curve += [Point(start.x, half), Point(end.x, half), end]
      } else {
        let half = (start.x + end.x) / 2
        curve += [Point(half, start.y), Point(half, end.y), end]
      }
    }
    return curve
  }
}

/// Where edges begin and end along the sides of their nodes.
struct EdgeEnds {
  /// Where each edge begins, from the middle of its source.
  private(set) var leaving: [Double]
  /// Where each edge ends, from the middle of its target.
  private(set) var entering: [Double]

  /// The most room between neighbouring ends.
  private static let most = 14.0

  /// Spreads edges over the sides of boxes, in the order in which they come, and leaves them where they are at
  /// dots and at nodes inside of nodes.
  init(
    _ graph: LayeredGraph, _ plan: LayerPlan, _ middles: [Double], _ offset: (Int, Int?) -> Double
  ) {
    leaving = graph.edges.map { offset($0.source, $0.leaving) }
    entering = graph.edges.map { offset($0.target, $0.entering) }
    var begins = [[Int]](repeating: [], count: graph.nodes.count)
    var ends = begins
    for (number, edge) in graph.edges.enumerated() {
      if edge.leaving == nil { begins[edge.source].append(number) }
      if edge.entering == nil { ends[edge.target].append(number) }
    }
    for (node, content) in graph.nodes.enumerated() where !content.isDot {
      func spread(_ edges: [Int], by next: (Int) -> Int) -> [(edge: Int, offset: Double)] {
        let step = min(Self.most, plan.items[node].breadth / Double(edges.count + 1))
        return edges.sorted { (middles[next($0)], $0) < (middles[next($1)], $1) }
          .enumerated().map { ($1, (Double($0) - Double(edges.count - 1) / 2) * step) }
      }
      for (edge, offset) in spread(begins[node], by: { plan.routes[$0][1] }) {
        leaving[edge] = offset
      }
      for (edge, offset) in spread(ends[node], by: { plan.routes[$0].dropLast().last ?? 0 }) {
        entering[edge] = offset
      }
    }
  }
}
