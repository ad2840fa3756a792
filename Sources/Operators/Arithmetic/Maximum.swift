public import Networks
public import Tensors

/// The larger of two elements with broadcasting; where both are equal each has half of the derivative.
public struct Maximum: BinaryOperator, ListedOperator {
  /// Creates a maximum.
  public init() {}

  /// `maximum`.
  public var name: String { "maximum" }
  package static var examples: [OperatorExample] { OperatorExample.broadcasting(Maximum()) }

  /// The function at `a` and `b`.
  public func value(_ a: Double, _ b: Double) -> Double {
    a.isNaN || b.isNaN ? .nan : max(a, b)
  }
  /// Its derivatives at `a` and `b`.
  public func slopes(_ a: Double, _ b: Double) -> (a: Double, b: Double) {
    a == b ? (0.5, 0.5) : a > b ? (1, 0) : (0, 1)
  }
  /// Its second derivatives at `a` and `b`.
  public func bends(_ a: Double, _ b: Double) -> (aa: Double, ab: Double, bb: Double) {
    (0, 0, 0)
  }

  /// Its attributes, its code in PyTorch and its nodes in ONNX.
  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    .broadcast("Max", inputs: inputs, output: output) { "torch.maximum(\($0), \($1))" }
  }
}
