/// What a primitive is called outside: in a graph that other programs read, and in PyTorch.
///
/// A primitive says it in its own file, so that a network of any primitives can be exported.
public struct ExportedOperation: Sendable {
  /// A number or a flag that the operation depends on.
  public struct Attribute: Hashable, Sendable {
    /// The name.
    public let name: String
    /// The value.
    public let value: Value
  }

  /// The value of an attribute.
  public enum Value: Hashable, Sendable {
    /// A whole number.
    case integer(Int)
    /// A finite number.
    case number(Double)
    /// A flag.
    case flag(Bool)
  }

  /// The name of the operation, in lower case with hyphens.
  public var name: String
  /// Everything besides shapes and parameters that the operation depends on.
  public var attributes: [Attribute]
  /// The same operation in PyTorch.
  public var pyTorch: PyTorchCode

  /// Creates a description.
  public init(
    _ name: String, _ attributes: KeyValuePairs<String, Value> = [:], pyTorch: PyTorchCode
  ) {
    self.name = name
    self.attributes = attributes.map { Attribute(name: $0.key, value: $0.value) }
    self.pyTorch = pyTorch
  }
}
