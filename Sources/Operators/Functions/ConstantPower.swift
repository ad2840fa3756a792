public import Networks
internal import RealModule
public import Tensors

/// A power with a constant exponent; negative numbers have powers with whole exponents alone.
public struct ConstantPower: PointwiseOperator, ListedOperator {
  /// The exponent.
  public var exponent: Double

  /// Creates a power.
  public init(exponent: Double) { self.exponent = exponent }

  /// `constant-power`.
  public var name: String { "constant-power" }
  /// None of those that are counted by their kind.
  public var kind: OperatorKind { .other }
  package static var examples: [OperatorExample] {
    OperatorExample.pointwise(ConstantPower(exponent: 2))
      + [
        OperatorExample(ConstantPower(exponent: 3), [6, 2, 2]),
        OperatorExample(ConstantPower(exponent: 1), [6]),
        OperatorExample(ConstantPower(exponent: 0), [6]),
        OperatorExample(ConstantPower(exponent: -1.5), [18, 2, 2], domain: .positive),
        OperatorExample(ConstantPower(exponent: 0.5), [6], domain: .positive),
      ]
  }

  /// The function at `x`.
  public func value(_ x: Double) -> Double { exactPower(x, exponent) }
  /// Its derivative at `x`.
  public func slope(_ x: Double) -> Double {
    exponent == 0 ? 0 : exponent * exactPower(x, exponent - 1)
  }
  /// Its second derivative at `x`.
  public func bend(_ x: Double) -> Double {
    let factor = exponent * (exponent - 1)
    return factor == 0 ? 0 : factor * exactPower(x, exponent - 2)
  }

  /// Its attributes, its code in PyTorch and its nodes in ONNX.
  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    ExportedOperation(
      ["exponent": .number(exponent)],
      pyTorch: .function { [exponent] in "torch.pow(\($0[0]), \(exponent))" },
      onnx: ONNXCode { [exponent] names in
        var code = ONNXFormula(names)
        let power = code.number(Float(exponent))
        return code.finished(code.node("Pow", [names.inputs[0], power]))
      })
  }
}

/// A power that exists for negative numbers too where the exponent is whole.
func exactPower(_ x: Double, _ exponent: Double) -> Double {
  let isWhole = exponent.rounded() == exponent && abs(exponent) <= 0x1p30
  return isWhole ? Double.pow(x, Int(exponent)) : Double.pow(x, exponent)
}
