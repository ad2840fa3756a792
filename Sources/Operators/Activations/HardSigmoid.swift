public import Networks
public import Tensors

/// A sigmoid of straight lines, `clip(alpha x + beta, 0, 1)`, whose derivative at a kink is 0.
public struct HardSigmoid: PointwiseOperator, ListedOperator {
  /// The slope.
  public var alpha: Double
  /// The value at 0.
  public var beta: Double

  /// Creates a hard sigmoid; the defaults are PyTorch's.
  public init(alpha: Double = 1.0 / 6, beta: Double = 0.5) {
    self.alpha = alpha
    self.beta = beta
  }

  /// `hard-sigmoid`.
  public var name: String { "hard-sigmoid" }
  /// Its kernel in float.
  public var vectorFunction: VectorFunction? {
    .clippedLine(slope: alpha, shift: beta, minimum: 0, maximum: 1)
  }
  package static var examples: [OperatorExample] {
    OperatorExample.pointwise(HardSigmoid())
      + [OperatorExample(HardSigmoid(alpha: 0.5, beta: 0.25), [8, 2, 2])]
  }

  private func line(_ x: Double) -> Double { alpha * x + beta }

  /// The function at `x`.
  public func value(_ x: Double) -> Double { min(max(line(x), 0), 1) }
  /// Its derivative at `x`.
  public func slope(_ x: Double) -> Double { line(x) > 0 && line(x) < 1 ? alpha : 0 }
  /// Its second derivative at `x`.
  public func bend(_ x: Double) -> Double { 0 }

  /// Its attributes, its code in PyTorch and its nodes in ONNX.
  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    ExportedOperation(
      ["alpha": .number(alpha), "beta": .number(beta)],
      pyTorch: .function { [alpha, beta] in
        alpha == 1.0 / 6 && beta == 0.5
          ? "functional.hardsigmoid(\($0[0]))"
          : "functional.hardtanh(\(alpha) * \($0[0]) + \(beta), 0.0, 1.0)"
      },
      onnx: .node(
        "HardSigmoid",
        [
          ONNXCode.Attribute("alpha", .number(Float(alpha))),
          ONNXCode.Attribute("beta", .number(Float(beta))),
        ]))
  }
}
