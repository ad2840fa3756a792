public import Networks
public import Tensors

/// The smaller of two elements with broadcasting; where both are equal each has half of the derivative.
public struct Minimum: BinaryOperator, ListedOperator {
  /// Creates a minimum.
  public init() {}

  /// `minimum`.
  public var name: String { "minimum" }
  package static var examples: [OperatorExample] { OperatorExample.broadcasting(Minimum()) }

  /// The function at `a` and `b`.
  public func value(_ a: Double, _ b: Double) -> Double {
    a.isNaN || b.isNaN ? .nan : min(a, b)
  }
  /// Its derivatives at `a` and `b`.
  public func slopes(_ a: Double, _ b: Double) -> (a: Double, b: Double) {
    a == b ? (0.5, 0.5) : a < b ? (1, 0) : (0, 1)
  }
  /// Its second derivatives at `a` and `b`.
  public func bends(_ a: Double, _ b: Double) -> (aa: Double, ab: Double, bb: Double) {
    (0, 0, 0)
  }

  /// Its attributes, its code in PyTorch and its nodes in ONNX.
  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    .broadcast("Min", inputs: inputs, output: output) { "torch.minimum(\($0), \($1))" }
  }
}
