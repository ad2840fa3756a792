public import Networks
public import Tensors

/// `1 / x`.
public struct Reciprocal: PointwiseOperator, ListedOperator {
  /// Creates a reciprocal.
  public init() {}

  public var name: String { "reciprocal" }
  public var kind: OperatorKind { .other }
  package static var examples: [OperatorExample] {
    OperatorExample.pointwise(Reciprocal(), domain: .positive)
  }

  public func value(_ x: Double) -> Double { 1 / x }
  public func slope(_ x: Double) -> Double { -1 / (x * x) }
  public func bend(_ x: Double) -> Double { 2 / (x * x * x) }

  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    ExportedOperation(
      pyTorch: .function { "torch.reciprocal(\($0[0]))" }, onnx: .node("Reciprocal"))
  }
}
