public import Networks
public import Tensors

/// The elementwise quotient of two values with broadcasting.
public struct Divide: BinaryOperator, ListedOperator {
  /// Creates a quotient.
  public init() {}

  /// `divide`.
  public var name: String { "divide" }
  package static var examples: [OperatorExample] {
    OperatorExample.broadcasting(Divide(), domain: .positive)
  }

  /// What is divided by nothing is no number.
  public var derivative: Derivative { Derivative(reads: .inputs, zero: .never) }

  /// The function at `a` and `b`.
  public func value(_ a: Double, _ b: Double) -> Double { a / b }
  /// Its derivatives at `a` and `b`.
  public func slopes(_ a: Double, _ b: Double) -> (a: Double, b: Double) {
    (1 / b, -a / (b * b))
  }
  /// Its second derivatives at `a` and `b`.
  public func bends(_ a: Double, _ b: Double) -> (aa: Double, ab: Double, bb: Double) {
    (0, -1 / (b * b), 2 * a / (b * b * b))
  }

  /// Its attributes, its code in PyTorch and its nodes in ONNX.
  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    .broadcast("Div", inputs: inputs, output: output) { "\($0) / \($1)" }
  }
}
