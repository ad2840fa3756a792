public import Networks
public import Tensors

/// `1 / x`.
public struct Reciprocal: PointwiseOperator, ListedOperator {
  /// Creates a reciprocal.
  public init() {}

  /// `reciprocal`.
  public var name: String { "reciprocal" }
  /// None of those that are counted by their kind.
  public var kind: OperatorKind { .other }
  package static var examples: [OperatorExample] {
    OperatorExample.pointwise(Reciprocal(), domain: .positive)
  }

  /// The function at `x`.
  public func value(_ x: Double) -> Double { 1 / x }
  /// Its derivative at `x`.
  public func slope(_ x: Double) -> Double { -1 / (x * x) }
  /// Its second derivative at `x`.
  public func bend(_ x: Double) -> Double { 2 / (x * x * x) }

  /// Its attributes, its code in PyTorch and its nodes in ONNX.
  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    ExportedOperation(
      pyTorch: .function { "torch.reciprocal(\($0[0]))" }, onnx: .node("Reciprocal"))
  }
}
