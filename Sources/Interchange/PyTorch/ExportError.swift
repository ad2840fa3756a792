/// Why a network cannot be a PyTorch module whose parameters have the same names.
public struct ExportError: Error, Hashable, CustomStringConvertible {
  /// The name of the node at fault.
  public var node: String
  /// What is wrong with it.
  public var problem: String

  /// One line that names the node.
  public var description: String { "\(node): \(problem)" }
}
