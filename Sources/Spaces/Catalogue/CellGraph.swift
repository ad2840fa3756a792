/// A cell as the paper of its space draws it: nodes, and edges that may have an operation.
public struct CellGraph: Hashable, Sendable {
  /// A way from a node to another.
  public struct Edge: Hashable, Sendable {
    /// The position of the node where it begins.
    public let source: Int
    /// The position of the node where it ends, which is larger.
    public let target: Int
    /// The operation on it, `nil` where operations are those of the nodes.
    public let operation: String?
    /// Whether the operation gives zero for everything.
    public let isZero: Bool

    /// Creates an edge.
    public init(_ source: Int, _ target: Int, operation: String? = nil, isZero: Bool = false) {
      self.source = source
      self.target = target
      self.operation = operation
      self.isZero = isZero
    }
  }

  /// What the cell is called, such as `cell` or `reduction cell`.
  public let name: String
  /// The nodes in a topological order; the last one is the output.
  public let nodes: [String]
  /// The edges between them.
  public let edges: [Edge]

  /// Creates a cell.
  ///
  /// - Parameters:
  ///   - name: what it is called.
  ///   - nodes: the nodes in a topological order.
  ///   - edges: the edges, between positions of nodes.
  public init(name: String, nodes: [String], edges: [Edge]) {
    self.name = name
    self.nodes = nodes
    self.edges = edges
  }
}
