public import Networks
internal import RealModule
public import Tensors

/// The sigmoid linear unit, or swish, `x / (1 + exp(-x))`.
///
/// S. Elfwing, E. Uchibe and K. Doya, *Sigmoid-weighted linear units for neural network
/// function approximation in reinforcement learning*, 2017.
public struct SiLU: PointwiseOperator, ListedOperator {
  /// Creates a SiLU.
  public init() {}

  /// `silu`.
  public var name: String { "silu" }
  /// Its kernel in float.
  public var vectorFunction: VectorFunction? { .silu }
  package static var examples: [OperatorExample] { OperatorExample.pointwise(SiLU()) }

  /// The function at `x`.
  public func value(_ x: Double) -> Double { x * Logistic(x).value }

  /// Its derivative at `x`.
  public func slope(_ x: Double) -> Double {
    let s = Logistic(x)
    return s.value + x * s.slope
  }

  /// Its second derivative at `x`.
  public func bend(_ x: Double) -> Double {
    let s = Logistic(x)
    return 2 * s.slope + x * s.bend
  }

  /// Its attributes, its code in PyTorch and its nodes in ONNX.
  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    ExportedOperation(
      pyTorch: .function { "functional.silu(\($0[0]))" },
      onnx: ONNXCode { names in
        [
          ONNXCode.Node("Sigmoid", names.inputs, output: names.output + "/sigmoid"),
          ONNXCode.Node(
            "Mul", [names.inputs[0], names.output + "/sigmoid"], output: names.output),
        ]
      })
  }
}
