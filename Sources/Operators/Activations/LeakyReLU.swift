public import Networks
public import Tensors

/// A ReLU with a slope for negative numbers: `x` or `slope x`.
public struct LeakyReLU: PointwiseOperator, ListedOperator {
  /// The slope for negative numbers and at 0.
  public var negativeSlope: Double

  /// Creates a leaky ReLU; the default slope is PyTorch's.
  public init(negativeSlope: Double = 0.01) { self.negativeSlope = negativeSlope }

  public var name: String { "leaky-relu" }
  public var vectorFunction: VectorFunction? { .leaky(slope: negativeSlope) }
  package static var examples: [OperatorExample] {
    OperatorExample.pointwise(LeakyReLU(negativeSlope: 0.2))
  }

  public func value(_ x: Double) -> Double { x > 0 ? x : negativeSlope * x }
  public func slope(_ x: Double) -> Double { x > 0 ? 1 : negativeSlope }
  public func bend(_ x: Double) -> Double { 0 }

  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    ExportedOperation(
      ["negativeSlope": .number(negativeSlope)],
      pyTorch: .function { [negativeSlope] in
        "functional.leaky_relu(\($0[0]), \(negativeSlope))"
      },
      onnx: .node("LeakyRelu", [ONNXCode.Attribute("alpha", .number(Float(negativeSlope)))]))
  }
}
