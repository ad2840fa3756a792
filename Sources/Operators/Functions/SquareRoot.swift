public import Networks
public import Tensors

/// The square root; the derivative at 0 is infinite.
public struct SquareRoot: PointwiseOperator, ListedOperator {
  /// Creates a square root.
  public init() {}

  public var name: String { "square-root" }
  public var kind: OperatorKind { .other }
  package static var examples: [OperatorExample] {
    OperatorExample.pointwise(SquareRoot(), domain: .positive)
  }

  public func value(_ x: Double) -> Double { x.squareRoot() }
  public func slope(_ x: Double) -> Double { 0.5 / x.squareRoot() }
  public func bend(_ x: Double) -> Double { -0.25 / (x * x.squareRoot()) }

  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    ExportedOperation(pyTorch: .function { "torch.sqrt(\($0[0]))" }, onnx: .node("Sqrt"))
  }
}
