public import Networks
public import Tensors

/// `x / (1 + |x|)`.
public struct Softsign: PointwiseOperator, ListedOperator {
  /// Creates a softsign.
  public init() {}

  /// `softsign`.
  public var name: String { "softsign" }
  package static var examples: [OperatorExample] { OperatorExample.pointwise(Softsign()) }

  /// The function at `x`.
  public func value(_ x: Double) -> Double { x / (1 + abs(x)) }

  /// Its derivative at `x`.
  public func slope(_ x: Double) -> Double {
    let d = 1 / (1 + abs(x))
    return d * d
  }

  /// Its second derivative at `x`.
  public func bend(_ x: Double) -> Double {
    let d = 1 / (1 + abs(x))
    return x == 0 ? 0 : (x < 0 ? 2 : -2) * d * d * d
  }

  /// Its attributes, its code in PyTorch and its nodes in ONNX.
  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    ExportedOperation(
      pyTorch: .function { "functional.softsign(\($0[0]))" }, onnx: .node("Softsign"))
  }
}
