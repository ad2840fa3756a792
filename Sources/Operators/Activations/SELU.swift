public import Networks
internal import RealModule
public import Tensors

/// The scaled ELU, which keeps mean 0 and variance 1: `lambda x`, or `lambda alpha (exp(x) - 1)` below.
///
/// G. Klambauer et al., *Self-Normalizing Neural Networks*, NeurIPS 2017.
public struct SELU: PointwiseOperator, ListedOperator {
  private static let alpha = 1.6732632423543772848170429916717
  private static let lambda = 1.0507009873554804934193349852946

  /// Creates a SELU.
  public init() {}

  /// `selu`.
  public var name: String { "selu" }
  /// Its kernel in float.
  public var vectorFunction: VectorFunction? {
    .elu(slope: Self.lambda, factor: Self.lambda * Self.alpha, rate: 1)
  }
  package static var examples: [OperatorExample] { OperatorExample.pointwise(SELU()) }

  /// The function at `x`.
  public func value(_ x: Double) -> Double {
    Self.lambda * (x > 0 ? x : Self.alpha * .expMinusOne(x))
  }
  /// Its derivative at `x`.
  public func slope(_ x: Double) -> Double { Self.lambda * (x > 0 ? 1 : Self.alpha * .exp(x)) }
  /// Its second derivative at `x`.
  public func bend(_ x: Double) -> Double { x > 0 ? 0 : Self.lambda * Self.alpha * .exp(x) }

  /// Its attributes, its code in PyTorch and its nodes in ONNX.
  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    ExportedOperation(pyTorch: .function { "functional.selu(\($0[0]))" }, onnx: .node("Selu"))
  }
}
