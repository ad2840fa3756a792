extension LayeredGraph {
  /// The drawing.
  ///
  /// - Parameter title: the line above.
  /// - Returns: boxes, edges and labels, with the graph in words as its description.
  public func scene(title: String) -> Scene {
    let margin = 10.0
    let placement = GraphPlacement(self)
    let width = max(placement.width, 300) + 2 * margin
    let lines = TextWidth.lines(
      title, size: Label.normal, width: width - 2 * margin, isBold: true)
    let top = margin + 17 * Double(lines.count) + 10
    var marks = lines.enumerated().map { number, line in
      Mark.label(
        Label(line, at: Point(margin, margin + 17 * Double(number + 1) - 4), isBold: true))
    }
    let corner = Point((width - placement.width) / 2, top)
    marks += self.marks(placement).map { $0.moved(by: corner) }
    return Scene(
      width: width, height: top + placement.height + margin, title: title,
      description: description, marks: marks)
  }

  /// Edges below, then the nodes, then the labels.
  private func marks(_ placement: GraphPlacement) -> [Mark] {
    var marks: [Mark] = []
    for (edge, curve) in zip(edges, placement.curves) {
      marks.append(.curve(curve, Stroke(.soft, width: 1.25, dash: edge.dash)))
      if !nodes[edge.target].isDot, let tip = curve.last { marks.append(head(at: tip)) }
    }
    for (position, node) in nodes.enumerated() {
      let box = placement.boxes[position]
      if node.isDot {
        let middle = Point(box.x + box.width / 2, box.y + box.height / 2)
        marks.append(.markers([middle], .disc, size: box.width, .soft))
        continue
      }
      marks.append(
        .rectangle(
          box, fill: .paper,
          stroke: Stroke(node.ink, width: node.inside == nil ? 1.25 : 1)))
      marks += NodeText.marks(of: node, in: box)
      if let inside = node.inside, let place = placement.insides[position] {
        let corner = Point(box.x + place.corner.x, box.y + place.corner.y)
        marks += inside.marks(place.graph).map { $0.moved(by: corner) }
      }
    }
    for (edge, room) in zip(edges, placement.labels) {
      guard let label = edge.label, let room else { continue }
      marks.append(.rectangle(room, fill: .paper, stroke: nil))
      marks.append(
        .label(
          Label(
            NodeText.shortened(label),
            at: Point(room.x + room.width / 2, room.y + room.height / 2 + 4), size: NodeText.small,
            anchor: .middle)))
    }
    return marks
  }

  private func head(at tip: Point) -> Mark {
    let (length, half) = (GraphPlacement.head, 3.5)
    return switch direction {
    case .down:
      .polygon(
        [tip, Point(tip.x - half, tip.y - length), Point(tip.x + half, tip.y - length)], .soft)
    case .right:
      .polygon(
        [tip, Point(tip.x - length, tip.y - half), Point(tip.x - length, tip.y + half)], .soft)
    }
  }
}
