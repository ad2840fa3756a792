public import Networks
internal import RealModule
public import Tensors

/// A smooth activation with a dip below zero, `x tanh(log(1 + exp(x)))`.
///
/// D. Misra, *Mish: A Self Regularized Non-Monotonic Activation Function*, BMVC 2020.
public struct Mish: PointwiseOperator, ListedOperator {
  /// Creates a Mish.
  public init() {}

  /// `mish`.
  public var name: String { "mish" }
  package static var examples: [OperatorExample] { OperatorExample.pointwise(Mish()) }

  /// `w = tanh(log(1 + exp(x)))` and `1 - w^2`, as fractions in which nothing cancels.
  private func gate(_ x: Double) -> (value: Double, rest: Double) {
    let e = Double.exp(-abs(x))
    let divisor = x > 0 ? 1 + 2 * e * (1 + e) : 2 + e * (2 + e)
    let value = (x > 0 ? 1 + 2 * e : e * (2 + e)) / divisor
    let root = 2 * (1 + e) * (x > 0 ? e : 1) / divisor
    return (value, root * root)
  }

  /// The function at `x`.
  public func value(_ x: Double) -> Double { x * gate(x).value }

  /// Its derivative at `x`, `w + x w'` with `w' = (1 - w^2) s` and the sigmoid `s`.
  public func slope(_ x: Double) -> Double {
    let w = gate(x)
    return w.value + x * w.rest * Logistic(x).value
  }

  /// Its second derivative at `x`, `2 w' + x w''`.
  public func bend(_ x: Double) -> Double {
    let (w, s) = (gate(x), Logistic(x))
    let first = w.rest * s.value
    return 2 * first + x * (w.rest * s.slope - 2 * w.value * first * s.value)
  }

  /// Its attributes, its code in PyTorch and its nodes in ONNX.
  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    ExportedOperation(
      pyTorch: .function { "functional.mish(\($0[0]))" },
      onnx: ONNXCode { names in
        var code = ONNXFormula(names)
        let gate = code.node("Tanh", [code.node("Softplus", names.inputs)])
        return code.finished(code.multiply(names.inputs[0], gate))
      })
  }
}
