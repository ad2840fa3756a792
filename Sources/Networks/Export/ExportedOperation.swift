/// What an operator is outside: in a graph that other programs read, in PyTorch, and in ONNX.
///
/// An operator says it in its own file, so that a network of any operators can be exported.
public struct ExportedOperation: Sendable {
  /// A number, a flag or a list that the operation depends on.
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
    /// Whole numbers.
    case integers([Int])
    /// A word.
    case text(String)
  }

  /// Everything besides shapes and parameters that the operation depends on.
  public var attributes: [Attribute]
  /// The same operation in PyTorch.
  public var pyTorch: PyTorchCode
  /// The same operation in ONNX.
  public var onnx: ONNXCode

  /// Creates a description.
  public init(
    _ attributes: KeyValuePairs<String, Value> = [:], pyTorch: PyTorchCode, onnx: ONNXCode
  ) {
    self.attributes = attributes.map { Attribute(name: $0.key, value: $0.value) }
    self.pyTorch = pyTorch
    self.onnx = onnx
  }

  /// Creates a description from a list of attributes.
  public init(_ attributes: [(String, Value)], pyTorch: PyTorchCode, onnx: ONNXCode) {
    self.attributes = attributes.map { Attribute(name: $0.0, value: $0.1) }
    self.pyTorch = pyTorch
    self.onnx = onnx
  }

  /// The input itself.
  static let identity = ExportedOperation(
    pyTorch: .function { $0[0] }, onnx: .node("Identity"))
}
