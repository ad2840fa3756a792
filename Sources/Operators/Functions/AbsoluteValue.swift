public import Networks
public import Tensors

/// The absolute value, whose derivative at 0 is 0.
public struct AbsoluteValue: PointwiseOperator, ListedOperator {
  /// Creates an absolute value.
  public init() {}

  public var name: String { "absolute-value" }
  public var kind: OperatorKind { .other }
  package static var examples: [OperatorExample] { OperatorExample.pointwise(AbsoluteValue()) }

  public func value(_ x: Double) -> Double { abs(x) }
  public func slope(_ x: Double) -> Double { x > 0 ? 1 : x < 0 ? -1 : 0 }
  public func bend(_ x: Double) -> Double { 0 }

  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    ExportedOperation(pyTorch: .function { "torch.abs(\($0[0]))" }, onnx: .node("Abs"))
  }
}
