/// An operator as nodes of an ONNX graph, opset 17, on values whose first axis is the batch.
public struct ONNXCode: Sendable {
  /// A node.
  public struct Node: Hashable, Sendable {
    /// The operator, such as `Conv`.
    public var type: String
    /// The names of the values that it reads; an empty name is an input that is left out.
    public var inputs: [String]
    /// The name of the value that it gives.
    public var output: String
    /// Its attributes by name.
    public var attributes: [Attribute]

    /// Creates a node.
    public init(
      _ type: String, _ inputs: [String], output: String, _ attributes: [Attribute] = []
    ) {
      self.type = type
      self.inputs = inputs
      self.output = output
      self.attributes = attributes
    }

    /// A node that gives whole numbers, such as the shape that `Reshape` wants.
    public static func constant(_ values: [Int], output: String) -> Node {
      Node("Constant", [], output: output, [Attribute("value", .integerTensor(values))])
    }

    /// A node that gives numbers in 32 bits.
    public static func constant(_ values: [Float], shape: [Int], output: String) -> Node {
      Node("Constant", [], output: output, [Attribute("value", .tensor(values, shape: shape))])
    }
  }

  /// A named attribute.
  public struct Attribute: Hashable, Sendable {
    /// The name.
    public var name: String
    /// The value.
    public var value: Value

    /// Creates an attribute.
    public init(_ name: String, _ value: Value) {
      self.name = name
      self.value = value
    }
  }

  /// The value of an attribute.
  public enum Value: Hashable, Sendable {
    /// A whole number.
    case integer(Int)
    /// A number in 32 bits.
    case number(Float)
    /// Whole numbers.
    case integers([Int])
    /// A word.
    case text(String)
    /// A vector of whole numbers.
    case integerTensor([Int])
    /// A tensor of numbers in 32 bits, row-major.
    case tensor([Float], shape: [Int])
  }

  /// What a node's values are called.
  public struct Names: Sendable {
    /// The values that it reads; for a source, which reads nothing, the network's input.
    public var inputs: [String]
    /// Its parameters, and behind them its buffers.
    public var parameters: [String]
    /// The value that it gives; other values of its nodes begin with this name.
    public var output: String

    /// Names the values.
    public init(inputs: [String], parameters: [String], output: String) {
      self.inputs = inputs
      self.parameters = parameters
      self.output = output
    }
  }

  /// The nodes, the last of which gives the output.
  public var nodes: @Sendable (Names) -> [Node]

  /// Creates code.
  public init(_ nodes: @escaping @Sendable (Names) -> [Node]) { self.nodes = nodes }

  /// One node that reads the inputs and then the parameters.
  public static func node(_ type: String, _ attributes: [Attribute] = []) -> ONNXCode {
    ONNXCode { names in
      [Node(type, names.inputs + names.parameters, output: names.output, attributes)]
    }
  }
}
