public import Networks
internal import RealModule
public import Tensors

/// The exponential function.
public struct Exponential: PointwiseOperator, ListedOperator {
  /// Creates an exponential function.
  public init() {}

  public var name: String { "exponential" }
  public var kind: OperatorKind { .other }
  public var vectorFunction: VectorFunction? { .exponential }
  package static var examples: [OperatorExample] {
    OperatorExample.pointwise(Exponential(), domain: .bounded)
  }

  public func value(_ x: Double) -> Double { .exp(x) }
  public func slope(_ x: Double) -> Double { .exp(x) }
  public func bend(_ x: Double) -> Double { .exp(x) }

  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    ExportedOperation(pyTorch: .function { "torch.exp(\($0[0]))" }, onnx: .node("Exp"))
  }
}
