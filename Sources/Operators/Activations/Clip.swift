public import Networks
public import Tensors

/// The nearest number between two limits; 0 and 6 make ReLU6.
///
/// The derivative at a limit is 0.
public struct Clip: PointwiseOperator, ListedOperator {
  /// The lower limit, which may be infinite.
  public var minimum: Double
  /// The upper limit, which may be infinite.
  public var maximum: Double

  /// Creates a clip.
  public init(minimum: Double, maximum: Double) {
    self.minimum = minimum
    self.maximum = maximum
  }

  /// `clip`.
  public var name: String { "clip" }
  /// Its kernel in float.
  public var vectorFunction: VectorFunction? {
    .clippedLine(slope: 1, shift: 0, minimum: minimum, maximum: maximum)
  }
  package static var examples: [OperatorExample] {
    OperatorExample.pointwise(Clip(minimum: 0, maximum: 1.5))
      + [
        OperatorExample(Clip(minimum: -0.5, maximum: .infinity), [6, 2, 2]),
        OperatorExample(Clip(minimum: -.infinity, maximum: 0.5), [6]),
      ]
  }

  /// The shape of the input.
  public func outputShape(_ inputs: [Shape]) throws(ShapeProblem) -> Shape {
    guard minimum <= maximum else { throw ShapeProblem("clips to \(minimum)...\(maximum)") }
    return try Arity.one(inputs)
  }

  /// The function at `x`.
  public func value(_ x: Double) -> Double {
    x < minimum ? minimum : x > maximum ? maximum : x
  }
  /// Its derivative at `x`.
  public func slope(_ x: Double) -> Double { x > minimum && x < maximum ? 1 : 0 }
  /// Its second derivative at `x`.
  public func bend(_ x: Double) -> Double { 0 }

  /// Its attributes, its code in PyTorch and its nodes in ONNX.
  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    func text(_ limit: Double) -> String {
      limit.isFinite ? "\(limit)" : "float(\"\(limit < 0 ? "-" : "")inf\")"
    }
    let limits = [minimum, maximum].map(text).joined(separator: ", ")
    return ExportedOperation(
      // JSON has no infinity.
      [("minimum", minimum), ("maximum", maximum)].filter { $0.1.isFinite }
        .map { ($0.0, .number($0.1)) },
      pyTorch: .function { "functional.hardtanh(\($0[0]), \(limits))" },
      onnx: ONNXCode { [minimum, maximum] names in
        var code = ONNXFormula(names)
        let lower = minimum.isFinite ? code.number(Float(minimum)) : ""
        let upper = maximum.isFinite ? code.number(Float(maximum)) : ""
        return code.finished(code.node("Clip", [names.inputs[0], lower, upper]))
      })
  }
}
