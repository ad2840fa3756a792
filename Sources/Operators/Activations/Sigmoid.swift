public import Networks
internal import RealModule
public import Tensors

/// The logistic function `s(x) = 1 / (1 + exp(-x))`, whose derivative is `s (1 - s)`.
public struct Sigmoid: PointwiseOperator, ListedOperator {
  /// Creates a sigmoid.
  public init() {}

  public var name: String { "sigmoid" }
  public var vectorFunction: VectorFunction? { .sigmoid }
  package static var examples: [OperatorExample] { OperatorExample.pointwise(Sigmoid()) }

  public func value(_ x: Double) -> Double { Logistic(x).value }
  public func slope(_ x: Double) -> Double { Logistic(x).slope }
  public func bend(_ x: Double) -> Double { Logistic(x).bend }

  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    ExportedOperation(
      pyTorch: .function { "torch.sigmoid(\($0[0]))" }, onnx: .node("Sigmoid"))
  }
}

/// The logistic function and its derivatives, without cancellation on either side.
struct Logistic {
  /// `s`.
  let value: Double
  /// `s (1 - s)`.
  let slope: Double

  init(_ x: Double) {
    let e = Double.exp(-abs(x))
    let share = 1 / (1 + e)
    value = x < 0 ? e * share : share
    slope = e * share * share
  }

  /// `s (1 - s) (1 - 2 s)`.
  var bend: Double { slope * (1 - 2 * value) }
}
