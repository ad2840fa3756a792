public import Networks
internal import RealModule
public import Tensors

/// The elementwise power `a^b` of two values with broadcasting; negative `a` have powers with whole `b`
/// alone.
public struct Power: BinaryOperator, ListedOperator {
  /// Creates a power.
  public init() {}

  /// `power`.
  public var name: String { "power" }
  package static var examples: [OperatorExample] {
    OperatorExample.broadcasting(Power(), domain: .positive)
  }

  /// Nothing to the power of nothing is 1.
  public var derivative: Derivative { Derivative(reads: .inputs, zero: .never) }

  /// The function at `a` and `b`.
  public func value(_ a: Double, _ b: Double) -> Double { exactPower(a, b) }
  /// Its derivatives at `a` and `b`.
  public func slopes(_ a: Double, _ b: Double) -> (a: Double, b: Double) {
    (
      b == 0 ? 0 : b * exactPower(a, b - 1),
      a == 0 && b >= 0 ? 0 : exactPower(a, b) * .log(a)
    )
  }
  /// Its second derivatives at `a` and `b`.
  public func bends(_ a: Double, _ b: Double) -> (aa: Double, ab: Double, bb: Double) {
    let logarithm = Double.log(a)
    return (
      b == 0 || b == 1 ? 0 : b * (b - 1) * exactPower(a, b - 2),
      exactPower(a, b - 1) * (1 + b * logarithm), exactPower(a, b) * logarithm * logarithm
    )
  }

  /// Its attributes, its code in PyTorch and its nodes in ONNX.
  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    .broadcast("Pow", inputs: inputs, output: output) { "torch.pow(\($0), \($1))" }
  }
}
