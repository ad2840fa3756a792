public import Networks
internal import RealModule
public import Tensors

/// The natural logarithm.
public struct Logarithm: PointwiseOperator, ListedOperator {
  /// Creates a logarithm.
  public init() {}

  /// `logarithm`.
  public var name: String { "logarithm" }
  /// None of those that are counted by their kind.
  public var kind: OperatorKind { .other }
  package static var examples: [OperatorExample] {
    OperatorExample.pointwise(Logarithm(), domain: .positive)
  }

  /// The function at `x`.
  public func value(_ x: Double) -> Double { .log(x) }
  /// Its derivative at `x`.
  public func slope(_ x: Double) -> Double { 1 / x }
  /// Its second derivative at `x`.
  public func bend(_ x: Double) -> Double { -1 / (x * x) }

  /// Its attributes, its code in PyTorch and its nodes in ONNX.
  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    ExportedOperation(pyTorch: .function { "torch.log(\($0[0]))" }, onnx: .node("Log"))
  }
}
