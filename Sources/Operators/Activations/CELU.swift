public import Networks
internal import RealModule
public import Tensors

/// The continuously differentiable ELU: `x`, or `alpha (exp(x / alpha) - 1)` for negative numbers.
///
/// J. T. Barron, *Continuously Differentiable Exponential Linear Units*, arXiv 1704.07483.
public struct CELU: PointwiseOperator, ListedOperator {
  /// What negative numbers tend to, but for the sign; not 0.
  public var alpha: Double

  /// Creates a CELU; the default is PyTorch's.
  public init(alpha: Double = 1) { self.alpha = alpha }

  /// `celu`.
  public var name: String { "celu" }
  /// Its kernel in float.
  public var vectorFunction: VectorFunction? {
    .elu(slope: 1, factor: alpha, rate: 1 / alpha)
  }
  package static var examples: [OperatorExample] {
    OperatorExample.pointwise(CELU(alpha: 0.5))
  }

  /// The shape of the input.
  public func outputShape(_ inputs: [Shape]) throws(ShapeProblem) -> Shape {
    guard alpha != 0 else { throw ShapeProblem("divides by an alpha of 0") }
    return try Arity.one(inputs)
  }

  /// The function at `x`.
  public func value(_ x: Double) -> Double { x > 0 ? x : alpha * .expMinusOne(x / alpha) }
  /// Its derivative at `x`.
  public func slope(_ x: Double) -> Double { x > 0 ? 1 : .exp(x / alpha) }
  /// Its second derivative at `x`.
  public func bend(_ x: Double) -> Double { x > 0 ? 0 : .exp(x / alpha) / alpha }

  /// Its attributes, its code in PyTorch and its nodes in ONNX.
  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    ExportedOperation(
      ["alpha": .number(alpha)],
      pyTorch: .function { [alpha] in "functional.celu(\($0[0]), \(alpha))" },
      onnx: .node("Celu", [ONNXCode.Attribute("alpha", .number(Float(alpha)))]))
  }
}
