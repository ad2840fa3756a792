public import Networks
internal import RealModule
public import Tensors

/// The exponential function.
public struct Exponential: PointwiseOperator, ListedOperator {
  /// Creates an exponential function.
  public init() {}

  /// `exponential`.
  public var name: String { "exponential" }
  /// None of those that are counted by their kind.
  public var kind: OperatorKind { .other }
  /// Its kernel in float.
  public var vectorFunction: VectorFunction? { .exponential }
  package static var examples: [OperatorExample] {
    OperatorExample.pointwise(Exponential(), domain: .bounded)
  }

  /// The function at `x`.
  public func value(_ x: Double) -> Double { .exp(x) }
  /// Its derivative at `x`.
  public func slope(_ x: Double) -> Double { .exp(x) }
  /// Its second derivative at `x`.
  public func bend(_ x: Double) -> Double { .exp(x) }

  /// Its attributes, its code in PyTorch and its nodes in ONNX.
  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    ExportedOperation(pyTorch: .function { "torch.exp(\($0[0]))" }, onnx: .node("Exp"))
  }
}
