/// An operator as Python code for PyTorch: the module that holds its parameters, and its value.
///
/// Values are tensors whose first axis is the batch and whose others are those of the node's shape. A
/// source, which reads nothing, is given the network's input, for the extent of the batch. The code may
/// use `torch`, `torch.nn` as `nn` and `torch.nn.functional` as `functional`.
public struct PyTorchCode: Sendable {
  /// The call that makes a module.
  public struct Module: Hashable, Sendable {
    /// What is called, such as `nn.Linear`.
    public var constructor: String
    /// The arguments as they are written.
    public var arguments: [String]
    /// Whole numbers that the module keeps besides its parameters and buffers, 0 at first.
    public var counters: [String]

    /// Creates a call.
    public init(_ constructor: String, _ arguments: [String], counters: [String] = []) {
      self.constructor = constructor
      self.arguments = arguments
      self.counters = counters
    }

    /// The call.
    public var text: String { "\(constructor)(\(arguments.joined(separator: ", ")))" }
  }

  /// The module that holds the parameters, `nil` where there are none.
  public var module: Module?
  /// The value, from the expression of the module and the variables of the inputs.
  public var value: @Sendable (_ module: String, _ inputs: [String]) -> String
  /// The argument that keeps the module of the same name in front of this operator from doing its
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
    _ constructor: String, _ arguments: [String], counters: [String] = []
  ) -> PyTorchCode {
    PyTorchCode(module: Module(constructor, arguments, counters: counters)) { "\($0)(\($1[0]))" }
  }

  /// Numbers as a list in Python.
  ///
  /// They are written as the doubles that they are: the shortest decimal of a float is another number where a module
  /// computes in double.
  package static func list(_ numbers: [Float]) -> String {
    let texts = numbers.map { $0.isFinite ? "\(Double($0))" : "float('\($0)')" }
    return "[\(texts.joined(separator: ", "))]"
  }

  /// Creates code.
  public init(
    module: Module?, lifted: String? = nil,
    value: @escaping @Sendable (_ module: String, _ inputs: [String]) -> String
  ) {
    self.module = module
    self.lifted = lifted
    self.value = value
  }
}
