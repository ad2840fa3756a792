public import Networks
public import Tensors

/// A ReLU with a slope for negative numbers: `x` or `slope x`.
public struct LeakyReLU: PointwiseOperator, ListedOperator {
  /// The slope for negative numbers and at 0.
  public var negativeSlope: Double

  /// Creates a leaky ReLU; the default slope is PyTorch's.
  public init(negativeSlope: Double = 0.01) { self.negativeSlope = negativeSlope }

  /// `leaky-relu`.
  public var name: String { "leaky-relu" }
  /// Its kernel in float.
  public var vectorFunction: VectorFunction? { .leaky(slope: negativeSlope) }
  package static var examples: [OperatorExample] {
    OperatorExample.pointwise(LeakyReLU(negativeSlope: 0.2))
  }

  /// The function at `x`.
  public func value(_ x: Double) -> Double { x > 0 ? x : negativeSlope * x }
  /// Its derivative at `x`.
  public func slope(_ x: Double) -> Double { x > 0 ? 1 : negativeSlope }
  /// Its second derivative at `x`.
  public func bend(_ x: Double) -> Double { 0 }

  /// Its attributes, its code in PyTorch and its nodes in ONNX.
  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    ExportedOperation(
      ["negativeSlope": .number(negativeSlope)],
      pyTorch: .function { [negativeSlope] in
        "functional.leaky_relu(\($0[0]), \(negativeSlope))"
      },
      onnx: .node("LeakyRelu", [ONNXCode.Attribute("alpha", .number(Float(negativeSlope)))]))
  }
}
