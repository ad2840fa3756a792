public import Networks
public import Tensors

/// The square root; the derivative at 0 is infinite.
public struct SquareRoot: PointwiseOperator, ListedOperator {
  /// Creates a square root.
  public init() {}

  /// `square-root`.
  public var name: String { "square-root" }
  /// None of those that are counted by their kind.
  public var kind: OperatorKind { .other }
  package static var examples: [OperatorExample] {
    OperatorExample.pointwise(SquareRoot(), domain: .positive)
  }

  /// The function at `x`.
  public func value(_ x: Double) -> Double { x.squareRoot() }
  /// Its derivative at `x`.
  public func slope(_ x: Double) -> Double { 0.5 / x.squareRoot() }
  /// Its second derivative at `x`.
  public func bend(_ x: Double) -> Double { -0.25 / (x * x.squareRoot()) }

  /// Its attributes, its code in PyTorch and its nodes in ONNX.
  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    ExportedOperation(pyTorch: .function { "torch.sqrt(\($0[0]))" }, onnx: .node("Sqrt"))
  }
}
