public import Networks
internal import RealModule
public import Tensors

/// The natural logarithm.
public struct Logarithm: PointwiseOperator, ListedOperator {
  /// Creates a logarithm.
  public init() {}

  public var name: String { "logarithm" }
  public var kind: OperatorKind { .other }
  package static var examples: [OperatorExample] {
    OperatorExample.pointwise(Logarithm(), domain: .positive)
  }

  public func value(_ x: Double) -> Double { .log(x) }
  public func slope(_ x: Double) -> Double { 1 / x }
  public func bend(_ x: Double) -> Double { -1 / (x * x) }

  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    ExportedOperation(pyTorch: .function { "torch.log(\($0[0]))" }, onnx: .node("Log"))
  }
}
