/// A directed graph without cycles, drawn in layers: every edge leads from a layer to a later one.
///
/// The method is that of K. Sugiyama, S. Tagawa and M. Toda, *Methods for Visual Understanding of
/// Hierarchical System Structures*, IEEE Transactions on Systems, Man, and Cybernetics, 1981: layers by the
/// longest path, the order in a layer by barycentres, places by least squares. The same graph gives the same
/// drawing.
public struct LayeredGraph: Hashable, Sendable {
  /// Where the edges lead.
  public enum Direction: Sendable {
    /// From top to bottom.
    case down
    /// From left to right.
    case right
  }

  /// A box with text, a frame around another graph, or a dot.
  public struct Node: Hashable, Sendable {
    /// The first line.
    public var title: String
    /// The lines below it.
    public var details: [String]
    /// The colour of its outline.
    public var ink: Ink
    /// What is drawn inside of it.
    public var inside: LayeredGraph?

    /// Creates a node.
    ///
    /// - Parameters:
    ///   - title: the first line; may be empty.
    ///   - details: the lines below it.
    ///   - ink: the colour of its outline.
    ///   - inside: what is drawn inside of it, in the direction of the graph around it.
    public init(
      _ title: String, details: [String] = [], ink: Ink = .soft, inside: LayeredGraph? = nil
    ) {
      self.title = title
      self.details = details
      self.ink = ink
      self.inside = inside
    }

    /// A point where edges meet.
    public static let dot = Node("")

    /// Whether there is nothing to read in it.
    var isDot: Bool { title.isEmpty && details.isEmpty && inside == nil }
  }

  /// A way from a node to another.
  public struct Edge: Hashable, Sendable {
    /// The position of the node where it begins.
    public var source: Int
    /// The position of the node where it ends, which is larger.
    public var target: Int
    /// What stands on it.
    public var label: String?
    /// Which parts of its line are drawn.
    public var dash: Stroke.Dash
    /// The node inside of the source below which it begins.
    public var leaving: Int?
    /// The node inside of the target above which it ends.
    public var entering: Int?

    /// Creates an edge.
    ///
    /// - Parameters:
    ///   - source: the position of the node where it begins.
    ///   - target: the position of the node where it ends; larger than `source`.
    ///   - label: what stands on it.
    ///   - dash: which parts of its line are drawn.
    ///   - leaving: the node inside of the source below which it begins, `nil` for the middle.
    ///   - entering: the node inside of the target above which it ends, `nil` for the middle.
    public init(
      _ source: Int, _ target: Int, label: String? = nil, dash: Stroke.Dash = .solid,
      leaving: Int? = nil, entering: Int? = nil
    ) {
      precondition(source < target, "an edge from node \(source) to node \(target)")
      self.source = source
      self.target = target
      self.label = label
      self.dash = dash
      self.leaving = leaving
      self.entering = entering
    }
  }

  /// The nodes in a topological order.
  public let nodes: [Node]
  /// The edges between them.
  public let edges: [Edge]
  /// Where the edges lead.
  public let direction: Direction

  /// Creates a graph.
  ///
  /// - Parameters:
  ///   - nodes: the nodes in a topological order.
  ///   - edges: the edges, between positions of nodes.
  ///   - direction: where they lead.
  public init(nodes: [Node], edges: [Edge], direction: Direction = .down) {
    precondition(
      edges.allSatisfy { nodes.indices.contains($0.source) && nodes.indices.contains($0.target) },
      "edges between \(nodes.count) nodes")
    self.nodes = nodes
    self.edges = edges
    self.direction = direction
  }

  /// The graph in words: a line for each node with those that it leads to.
  public var description: String { lines(indent: "").joined(separator: "\n") }

  private func lines(indent: String) -> [String] {
    var lines: [String] = []
    for (position, node) in nodes.enumerated() {
      let targets = edges.filter { $0.source == position }.map { edge in
        name(edge.target) + (edge.label.map { " by \($0)" } ?? "")
      }
      lines.append(
        indent + ([name(position)] + node.details).joined(separator: ", ")
          + (targets.isEmpty ? "" : "; leads to " + targets.joined(separator: ", ")) + ".")
      if let inside = node.inside { lines += inside.lines(indent: indent + "  ") }
    }
    return lines
  }

  private func name(_ position: Int) -> String {
    guard nodes[position].isDot else { return nodes[position].title }
    return edges.contains { $0.target == position } ? "the output" : "the input"
  }
}
