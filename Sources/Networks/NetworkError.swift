/// Shapes that do not fit together when a network is built.
public struct NetworkError: Error, Hashable, CustomStringConvertible {
  /// The name of the node that could not be added.
  public var node: String
  /// What does not fit.
  public var problem: String

  /// Creates an error.
  public init(node: String, problem: String) {
    self.node = node
    self.problem = problem
  }

  /// One line that names the node.
  public var description: String { "\(node): \(problem)" }
}
