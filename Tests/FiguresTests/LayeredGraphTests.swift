import Figures
import Testing

/// Graphs in layers: nothing overlaps, edges lead on, and nothing is lost.
@Suite struct LayeredGraphTests {
  private static let hostile = "<a> & \"b\" \u{1} ]]> zürich \u{FFFF}"

  /// A graph of random size and density, with labels and frames in some.
  private static func graph(seed: UInt64) -> LayeredGraph {
    var numbers = Numbers(seed: seed)
    let count = 1 + Int(numbers.next() * 14)
    let density = numbers.next() * 0.6
    let isLabelled = numbers.next() < 0.4
    let hasFrames = numbers.next() < 0.4
    let direction: LayeredGraph.Direction = numbers.next() < 0.5 ? .down : .right
    let inner = LayeredGraph(
      nodes: [.dot, .init("one"), .init("two", details: ["a detail"]), .dot],
      edges: [.init(0, 1), .init(0, 3), .init(1, 2), .init(2, 3)], direction: direction)
    let nodes = (0..<count).map { number in
      let isFrame = hasFrames && numbers.next() < 0.3
      return LayeredGraph.Node(
        "node \(number)", details: number % 3 == 0 ? [hostile, "second"] : [],
        ink: .series(number), inside: isFrame ? inner : nil)
    }
    var edges: [LayeredGraph.Edge] = []
    for source in 0..<count {
      for target in source + 1..<max(count, source + 1) where numbers.next() < density {
        edges.append(
          .init(
            source, target, label: isLabelled ? "from \(source) to \(target)" : nil,
            leaving: nodes[source].inside == nil ? nil : 3,
            entering: nodes[target].inside == nil ? nil : 0))
      }
    }
    return LayeredGraph(nodes: nodes, edges: edges, direction: direction)
  }

  private func overlap(_ one: Rectangle, _ other: Rectangle) -> Bool {
    one.x < other.maxX - 0.01 && other.x < one.maxX - 0.01 && one.y < other.maxY - 0.01
      && other.y < one.maxY - 0.01
  }

  @Test(arguments: 0..<UInt64(60))
  func drawingsAreSound(seed: UInt64) throws {
    let graph = Self.graph(seed: seed)
    let scene = graph.scene(title: "graph \(Self.hostile)")
    try check(scene)
    #expect(scene.svg == Self.graph(seed: seed).scene(title: scene.title).svg)
    for number in graph.nodes.indices {
      #expect(scene.labels.count { $0.text == "node \(number)" } == 1, "node \(number)")
    }
    #expect(
      scene.labels.count { $0.text.hasPrefix("from ") } == graph.edges.count { $0.label != nil })

    let placement = GraphPlacement(graph)
    let paper = Rectangle(
      x: -0.01, y: -0.01, width: placement.width + 0.02, height: placement.height + 0.02)
    let rooms = placement.boxes + placement.labels.compactMap(\.self)
    for (number, room) in rooms.enumerated() {
      #expect(paper.contains(room))
      for other in rooms[..<number] { #expect(!overlap(room, other), "\(room) and \(other)") }
    }
    for (place, inside) in placement.insides.enumerated() {
      guard let inside else { continue }
      let box = placement.boxes[place]
      for inner in inside.graph.boxes {
        let moved = Rectangle(
          x: box.x + inside.corner.x + inner.x, y: box.y + inside.corner.y + inner.y,
          width: inner.width, height: inner.height)
        #expect(box.contains(moved))
      }
    }
  }

  /// Every edge goes from the far side of its source to the near side of its target, never back, and through
  /// no box.
  @Test(arguments: 0..<UInt64(60))
  func edgesLeadOn(seed: UInt64) {
    let graph = Self.graph(seed: seed)
    let placement = GraphPlacement(graph)
    let isDown = graph.direction == .down
    func along(_ point: Point) -> Double { isDown ? point.y : point.x }
    for (edge, curve) in zip(graph.edges, placement.curves) {
      let (source, target) = (placement.boxes[edge.source], placement.boxes[edge.target])
      #expect(curve.count % 3 == 1 && curve.count > 1)
      #expect(abs(along(curve[0]) - (isDown ? source.maxY : source.maxX)) < 0.01)
      #expect(abs(along(curve[curve.count - 1]) - (isDown ? target.y : target.x)) < 0.01)
      for (start, end) in zip(curve, curve.dropFirst()) { #expect(along(start) <= along(end)) }
      let ends =
        isDown ? (curve[0].x, curve[curve.count - 1].x) : (curve[0].y, curve[curve.count - 1].y)
      let sides =
        isDown
        ? (source.x...source.maxX, target.x...target.maxX)
        : (source.y...source.maxY, target.y...target.maxY)
      #expect(sides.0.contains(ends.0) && sides.1.contains(ends.1))
      for place in stride(from: 0, to: curve.count - 1, by: 3) {
        for step in 0...20 {
          let point = Self.bezier(Array(curve[place...place + 3]), at: Double(step) / 20)
          for (number, box) in placement.boxes.enumerated() {
            let inner = Rectangle(
              x: box.x + 0.5, y: box.y + 0.5, width: box.width - 1, height: box.height - 1)
            let isInside =
              inner.x < point.x && point.x < inner.maxX && inner.y < point.y && point.y < inner.maxY
            #expect(!isInside, "edge \(edge.source) to \(edge.target) meets node \(number)")
          }
        }
      }
    }
  }

  private static func bezier(_ points: [Point], at t: Double) -> Point {
    let weights = [
      (1 - t) * (1 - t) * (1 - t), 3 * t * (1 - t) * (1 - t), 3 * t * t * (1 - t), t * t * t,
    ]
    return zip(points, weights).reduce(into: Point(0, 0)) { sum, part in
      sum.x += part.0.x * part.1
      sum.y += part.0.y * part.1
    }
  }

  @Test func edgesThatNeedNotCrossDoNot() {
    // Two pairs in the wrong order, and a ladder of three.
    let pairs = GraphPlacement(
      LayeredGraph(
        nodes: ["a", "b", "c", "d"].map { .init($0) }, edges: [.init(0, 3), .init(1, 2)]))
    #expect((pairs.boxes[0].x < pairs.boxes[1].x) == (pairs.boxes[3].x < pairs.boxes[2].x))
    let wide = GraphPlacement(
      LayeredGraph(
        nodes: (0..<9).map { .init("\($0)") },
        edges: [.init(0, 5), .init(1, 4), .init(2, 3), .init(3, 6), .init(4, 7), .init(5, 8)]))
    for (top, middle, bottom) in [(0, 5, 8), (1, 4, 7), (2, 3, 6)] {
      #expect(abs(wide.boxes[top].x - wide.boxes[middle].x) < 0.01)
      #expect(abs(wide.boxes[bottom].x - wide.boxes[middle].x) < 0.01)
    }
  }

  @Test func chainsAreStraight() {
    let chain = GraphPlacement(
      LayeredGraph(
        nodes: [.init("short"), .init("a much longer title"), .init("x", details: ["a detail"])],
        edges: [.init(0, 1), .init(1, 2)]))
    let middles = chain.boxes.map { $0.x + $0.width / 2 }
    for middle in middles { #expect(abs(middle - middles[0]) < 0.01) }
    #expect(chain.boxes[0].maxY < chain.boxes[1].y && chain.boxes[1].maxY < chain.boxes[2].y)
  }

  @Test func theDescriptionTellsTheGraph() {
    let graph = LayeredGraph(
      nodes: [.init("one"), .init("two", details: ["a detail"]), .init("three")],
      edges: [.init(0, 1, label: "skip"), .init(0, 2), .init(1, 2)])
    #expect(
      graph.description
        == "one; leads to two by skip, three.\ntwo, a detail; leads to three.\nthree.")
    #expect(graph.scene(title: "t").svg.contains("<desc>one; leads to two by skip"))
    // Other drawings have no description but their title.
    #expect(!BarChart(title: "t", valueTitle: "v", bars: []).scene().svg.contains("<desc>"))
  }
}
