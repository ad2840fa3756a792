public import Networks
internal import RealModule
public import Tensors

/// A smooth ReLU, `log(1 + exp(beta x)) / beta`, and `x` itself where `beta x` is above a threshold.
public struct Softplus: PointwiseOperator, ListedOperator {
  /// How sharp the bend is.
  public var beta: Double
  /// Where the function becomes `x`.
  public var threshold: Double

  /// Creates a softplus; the defaults are PyTorch's.
  public init(beta: Double = 1, threshold: Double = 20) {
    self.beta = beta
    self.threshold = threshold
  }

  /// `softplus`.
  public var name: String { "softplus" }
  package static var examples: [OperatorExample] {
    OperatorExample.pointwise(Softplus()) + [OperatorExample(Softplus(beta: 2.5), [8, 2, 2])]
  }

  /// The shape of the input.
  public func outputShape(_ inputs: [Shape]) throws(ShapeProblem) -> Shape {
    guard beta > 0 else { throw ShapeProblem("divides by a beta of \(beta)") }
    return try Arity.one(inputs)
  }

  /// The function at `x`.
  public func value(_ x: Double) -> Double {
    let z = beta * x
    return z > threshold ? x : (max(z, 0) + .log(onePlus: .exp(-abs(z)))) / beta
  }
  /// Its derivative at `x`.
  public func slope(_ x: Double) -> Double {
    beta * x > threshold ? 1 : Logistic(beta * x).value
  }
  /// Its second derivative at `x`.
  public func bend(_ x: Double) -> Double {
    beta * x > threshold ? 0 : beta * Logistic(beta * x).slope
  }

  /// Its attributes, its code in PyTorch and its nodes in ONNX.
  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    ExportedOperation(
      ["beta": .number(beta), "threshold": .number(threshold)],
      pyTorch: .function { [beta, threshold] in
        "functional.softplus(\($0[0]), \(beta), \(threshold))"
      },
      onnx: ONNXCode { [beta] names in
        var code = ONNXFormula(names)
        if beta == 1 { return code.finished(code.node("Softplus", names.inputs)) }
        let scaled = code.multiply(names.inputs[0], code.number(Float(beta)))
        let value = code.node("Softplus", [scaled])
        return code.finished(code.multiply(value, code.number(Float(1 / beta))))
      })
  }
}
