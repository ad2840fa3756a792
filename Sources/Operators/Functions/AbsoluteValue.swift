public import Networks
public import Tensors

/// The absolute value, whose derivative at 0 is 0.
public struct AbsoluteValue: PointwiseOperator, ListedOperator {
  /// Creates an absolute value.
  public init() {}

  /// `absolute-value`.
  public var name: String { "absolute-value" }
  /// None of those that are counted by their kind.
  public var kind: OperatorKind { .other }
  package static var examples: [OperatorExample] { OperatorExample.pointwise(AbsoluteValue()) }

  /// The function at `x`.
  public func value(_ x: Double) -> Double { abs(x) }
  /// Its derivative at `x`.
  public func slope(_ x: Double) -> Double { x > 0 ? 1 : x < 0 ? -1 : 0 }
  /// Its second derivative at `x`.
  public func bend(_ x: Double) -> Double { 0 }

  /// Its attributes, its code in PyTorch and its nodes in ONNX.
  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    ExportedOperation(pyTorch: .function { "torch.abs(\($0[0]))" }, onnx: .node("Abs"))
  }
}
