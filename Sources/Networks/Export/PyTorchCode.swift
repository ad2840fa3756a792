/// A primitive as Python code for PyTorch: the module that holds its parameters, and its value.
///
/// Values are `[batch, channels, height, width]` throughout, vectors with height and width 1. The code
/// may use `torch`, `torch.nn` as `nn` and `torch.nn.functional` as `functional`.
public struct PyTorchCode: Sendable {
  /// The call that makes a module.
  public struct Module: Hashable, Sendable {
    /// What is called, such as `nn.Linear`.
    public var constructor: String
    /// The arguments as they are written.
    public var arguments: [String]
    /// What the module keeps besides its parameters, in its order.
    public var buffers: [Buffer]

    /// Creates a call.
    public init(_ constructor: String, _ arguments: [String], buffers: [Buffer] = []) {
      self.constructor = constructor
      self.arguments = arguments
      self.buffers = buffers
    }

    /// The call.
    public var text: String { "\(constructor)(\(arguments.joined(separator: ", ")))" }
  }

  /// A tensor of a state dictionary that is no parameter, with the value that it begins with.
  public enum Buffer: Hashable, Sendable {
    /// Equal numbers, one for each channel.
    case channels(String, count: Int, value: Float)
    /// A whole number.
    case counter(String, value: Int)
  }

  /// The module that holds the parameters, `nil` where there are none.
  public var module: Module?
  /// The value, from the expression of the module and the variables of the inputs.
  public var value: @Sendable (_ module: String, _ inputs: [String]) -> String
  /// Whether the value lacks height and width.
  public var isVector = false
  /// The argument that keeps the module of the same name in front of this primitive from doing its
  /// work as well: without the argument, that module stands for both.
  public var lifted: String?

  /// A function of the inputs.
  public static func function(
    _ value: @escaping @Sendable (_ inputs: [String]) -> String
  ) -> PyTorchCode {
    PyTorchCode(module: nil) { value($1) }
  }

  /// A module that is called with the single input.
  public static func module(
    _ constructor: String, _ arguments: [String], buffers: [Buffer] = []
  ) -> PyTorchCode {
    PyTorchCode(module: Module(constructor, arguments, buffers: buffers)) { "\($0)(\($1[0]))" }
  }

  /// Creates code.
  public init(
    module: Module?, isVector: Bool = false, lifted: String? = nil,
    value: @escaping @Sendable (_ module: String, _ inputs: [String]) -> String
  ) {
    self.module = module
    self.isVector = isVector
    self.lifted = lifted
    self.value = value
  }
}
