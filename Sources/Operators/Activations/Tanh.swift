public import Networks
internal import RealModule
public import Tensors

/// The hyperbolic tangent.
public struct Tanh: PointwiseOperator, ListedOperator {
  /// Creates a hyperbolic tangent.
  public init() {}

  public var name: String { "tanh" }
  public var vectorFunction: VectorFunction? { .tanh }
  package static var examples: [OperatorExample] { OperatorExample.pointwise(Tanh()) }

  public func value(_ x: Double) -> Double { .tanh(x) }

  /// `1 - tanh(x)^2`, without cancellation.
  public func slope(_ x: Double) -> Double { 4 * Logistic(2 * x).slope }

  public func bend(_ x: Double) -> Double { -2 * value(x) * slope(x) }

  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    ExportedOperation(pyTorch: .function { "torch.tanh(\($0[0]))" }, onnx: .node("Tanh"))
  }
}
