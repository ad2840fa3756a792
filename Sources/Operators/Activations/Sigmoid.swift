public import Networks
internal import RealModule
public import Tensors

/// The logistic function `s(x) = 1 / (1 + exp(-x))`, whose derivative is `s (1 - s)`.
public struct Sigmoid: PointwiseOperator, ListedOperator {
  /// Creates a sigmoid.
  public init() {}

  /// `sigmoid`.
  public var name: String { "sigmoid" }
  /// Its kernel in float.
  public var vectorFunction: VectorFunction? { .sigmoid }
  package static var examples: [OperatorExample] { OperatorExample.pointwise(Sigmoid()) }

  /// The function at `x`.
  public func value(_ x: Double) -> Double { Logistic(x).value }
  /// Its derivative at `x`.
  public func slope(_ x: Double) -> Double { Logistic(x).slope }
  /// Its second derivative at `x`.
  public func bend(_ x: Double) -> Double { Logistic(x).bend }

  /// Its attributes, its code in PyTorch and its nodes in ONNX.
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
