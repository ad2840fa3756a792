public import Networks
internal import RealModule
public import Tensors

/// The Gaussian error linear unit `x P(x)` with the normal distribution function `P`.
///
/// It can be approximated by a hyperbolic tangent. D. Hendrycks and K. Gimpel, *Gaussian Error Linear
/// Units*, arXiv 1606.08415.
public struct GELU: PointwiseOperator, ListedOperator {
  /// Whether `P(x)` is approximated by `(1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2`.
  public var isApproximate: Bool

  /// Creates a GELU.
  public init(approximate: Bool = false) { isApproximate = approximate }

  /// `gelu`.
  public var name: String { "gelu" }
  /// Its kernel in float.
  public var vectorFunction: VectorFunction? { isApproximate ? .tanhGELU : .gelu }
  package static var examples: [OperatorExample] {
    OperatorExample.pointwise(GELU()) + OperatorExample.pointwise(GELU(approximate: true))
  }

  /// The function at `x`.
  public func value(_ x: Double) -> Double {
    isApproximate ? x * Logistic(inner(x).value).value : x * distribution(x)
  }

  /// Its derivative at `x`.
  public func slope(_ x: Double) -> Double {
    guard isApproximate else { return distribution(x) + x * density(x) }
    let z = inner(x)
    let s = Logistic(z.value)
    return s.value + x * s.slope * z.slope
  }

  /// Its second derivative at `x`.
  public func bend(_ x: Double) -> Double {
    guard isApproximate else { return density(x) * (2 - x * x) }
    let z = inner(x)
    let s = Logistic(z.value)
    return 2 * s.slope * z.slope + x * (s.bend * z.slope * z.slope + s.slope * z.bend)
  }

  /// `P(x)`, without cancellation where it is small.
  private func distribution(_ x: Double) -> Double { 0.5 * .erfc(-x * 0.5.squareRoot()) }

  private func density(_ x: Double) -> Double {
    .exp(-0.5 * x * x) / (2 * Double.pi).squareRoot()
  }

  /// Twice the argument of the hyperbolic tangent: `(1 + tanh(z / 2)) / 2` is the logistic function of `z`.
  private func inner(_ x: Double) -> (value: Double, slope: Double, bend: Double) {
    let factor = 2 * (2 / Double.pi).squareRoot()
    return (
      factor * (x + 0.044715 * x * x * x), factor * (1 + 3 * 0.044715 * x * x),
      factor * 6 * 0.044715 * x
    )
  }

  /// Its attributes, its code in PyTorch and its nodes in ONNX.
  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    ExportedOperation(
      ["approximate": .flag(isApproximate)],
      pyTorch: .function { [isApproximate] in
        isApproximate
          ? "functional.gelu(\($0[0]), approximate=\"tanh\")" : "functional.gelu(\($0[0]))"
      }, onnx: isApproximate ? approximateONNX : exactONNX)
  }

  /// `x / 2 (1 + erf(x / sqrt 2))`.
  private var exactONNX: ONNXCode {
    ONNXCode { names in
      var code = ONNXFormula(names)
      let x = names.inputs[0]
      let root = code.multiply(x, code.number(Float(0.5.squareRoot())))
      let sum = code.add(code.node("Erf", [root]), code.number(1))
      return code.finished(code.multiply(code.multiply(x, sum), code.number(0.5)))
    }
  }

  private var approximateONNX: ONNXCode {
    ONNXCode { names in
      var code = ONNXFormula(names)
      let x = names.inputs[0]
      let cube = code.multiply(code.multiply(x, x), x)
      let sum = code.add(x, code.multiply(cube, code.number(0.044715)))
      let inner = code.multiply(sum, code.number(Float((2 / Double.pi).squareRoot())))
      let outer = code.add(code.node("Tanh", [inner]), code.number(1))
      return code.finished(code.multiply(code.multiply(x, outer), code.number(0.5)))
    }
  }
}
