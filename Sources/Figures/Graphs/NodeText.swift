/// The text of nodes and edges, and the room that it takes.
enum NodeText {
  /// The font of details and labels.
  static let small = 11.0
  /// The widest a line may be.
  private static let widest = 340.0
  private static let line = 15.0
  private static let padding = 9.0
  private static let dot = 7.0

  /// A label with paper around it.
  static func labelSize(_ text: String) -> (width: Double, height: Double) {
    (TextWidth.of(shortened(text), size: small) + 8, line + 3)
  }

  /// A line no wider than it may be.
  static func shortened(_ text: String, isBold: Bool = false) -> String {
    TextWidth.shortened(
      text, size: isBold ? Label.small : small, width: widest, isBold: isBold)
  }

  private static func lines(of node: LayeredGraph.Node) -> Int {
    (node.title.isEmpty ? 0 : 1) + node.details.count
  }

  private static func textWidth(of node: LayeredGraph.Node) -> Double {
    max(
      TextWidth.of(shortened(node.title, isBold: true), size: Label.small, isBold: true),
      node.details.map { TextWidth.of(shortened($0), size: small) }.max() ?? 0)
  }

  /// The height of the text above what is inside of a node.
  static func headHeight(of node: LayeredGraph.Node) -> Double {
    Double(lines(of: node)) * line + padding + 2
  }

  /// The room of a node.
  static func size(
    of node: LayeredGraph.Node, around inside: GraphPlacement?
  ) -> (width: Double, height: Double) {
    if node.isDot { return (dot, dot) }
    let width = textWidth(of: node) + 2 * padding
    guard let inside else {
      return (max(width, 36), Double(lines(of: node)) * line + 2 * padding - 4)
    }
    return (
      max(width, inside.width + 2 * padding), headHeight(of: node) + inside.height + padding
    )
  }

  /// The lines of a node: in the middle of a box, at the left of a frame.
  static func marks(of node: LayeredGraph.Node, in box: Rectangle) -> [Mark] {
    let isFrame = node.inside != nil
    let x = isFrame ? box.x + padding : box.x + box.width / 2
    let anchor = isFrame ? Label.Anchor.start : .middle
    var base = box.y + padding + 9
    var marks: [Mark] = []
    if !node.title.isEmpty {
      marks.append(
        .label(
          Label(
            shortened(node.title, isBold: true), at: Point(x, base), size: Label.small,
            anchor: anchor, isBold: true)))
      base += line
    }
    for detail in node.details {
      marks.append(
        .label(
          Label(shortened(detail), at: Point(x, base), size: small, anchor: anchor, ink: .soft)))
      base += line
    }
    return marks
  }
}
