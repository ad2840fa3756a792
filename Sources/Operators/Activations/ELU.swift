public import Networks
internal import RealModule
public import Tensors

/// The exponential linear unit: `x`, or `alpha (exp(x) - 1)` for negative numbers.
///
/// D. Clevert, T. Unterthiner and S. Hochreiter, *Fast and Accurate Deep Network Learning by
/// Exponential Linear Units*, ICLR 2016.
public struct ELU: PointwiseOperator, ListedOperator {
  /// What negative numbers tend to, but for the sign.
  public var alpha: Double

  /// Creates an ELU; the default is PyTorch's.
  public init(alpha: Double = 1) { self.alpha = alpha }

  /// `elu`.
  public var name: String { "elu" }
  /// Its kernel in float.
  public var vectorFunction: VectorFunction? { .elu(slope: 1, factor: alpha, rate: 1) }
  package static var examples: [OperatorExample] {
    OperatorExample.pointwise(ELU()) + [OperatorExample(ELU(alpha: 1.5), [9, 2, 2])]
  }

  /// The function at `x`.
  public func value(_ x: Double) -> Double { x > 0 ? x : alpha * .expMinusOne(x) }
  /// Its derivative at `x`.
  public func slope(_ x: Double) -> Double { x > 0 ? 1 : alpha * .exp(x) }
  /// Its second derivative at `x`.
  public func bend(_ x: Double) -> Double { x > 0 ? 0 : alpha * .exp(x) }

  /// Its attributes, its code in PyTorch and its nodes in ONNX.
  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    ExportedOperation(
      ["alpha": .number(alpha)],
      pyTorch: .function { [alpha] in "functional.elu(\($0[0]), \(alpha))" },
      onnx: .node("Elu", [ONNXCode.Attribute("alpha", .number(Float(alpha)))]))
  }
}
