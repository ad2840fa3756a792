public import Networks
internal import RealModule
public import Tensors

/// The error function.
public struct Erf: PointwiseOperator, ListedOperator {
  /// Creates an error function.
  public init() {}

  /// `erf`.
  public var name: String { "erf" }
  package static var examples: [OperatorExample] { OperatorExample.pointwise(Erf()) }

  /// The function at `x`.
  public func value(_ x: Double) -> Double { .erf(x) }
  /// Its derivative at `x`.
  public func slope(_ x: Double) -> Double { 2 / Double.pi.squareRoot() * .exp(-x * x) }
  /// Its second derivative at `x`.
  public func bend(_ x: Double) -> Double { -2 * x * slope(x) }

  /// Its attributes, its code in PyTorch and its nodes in ONNX.
  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    ExportedOperation(pyTorch: .function { "torch.erf(\($0[0]))" }, onnx: .node("Erf"))
  }
}
