public import Networks
internal import RealModule
public import Tensors

/// The hyperbolic tangent.
public struct Tanh: PointwiseOperator, ListedOperator {
  /// Creates a hyperbolic tangent.
  public init() {}

  /// `tanh`.
  public var name: String { "tanh" }
  /// Its kernel in float.
  public var vectorFunction: VectorFunction? { .tanh }
  package static var examples: [OperatorExample] { OperatorExample.pointwise(Tanh()) }

  /// The function at `x`.
  public func value(_ x: Double) -> Double { .tanh(x) }

  /// `1 - tanh(x)^2`, without cancellation.
  public func slope(_ x: Double) -> Double { 4 * Logistic(2 * x).slope }

  /// Its second derivative at `x`.
  public func bend(_ x: Double) -> Double { -2 * value(x) * slope(x) }

  /// Its attributes, its code in PyTorch and its nodes in ONNX.
  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    ExportedOperation(pyTorch: .function { "torch.tanh(\($0[0]))" }, onnx: .node("Tanh"))
  }
}
