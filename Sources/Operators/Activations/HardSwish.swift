public import Networks
public import Tensors

/// A SiLU of straight lines and a parabola, `x clip(x + 3, 0, 6) / 6`.
///
/// A. Howard et al., *Searching for MobileNetV3*, ICCV 2019.
public struct HardSwish: PointwiseOperator, ListedOperator {
  /// Creates a hard swish.
  public init() {}

  /// `hard-swish`.
  public var name: String { "hard-swish" }
  /// Its kernel in float.
  public var vectorFunction: VectorFunction? { .hardSwish }
  package static var examples: [OperatorExample] { OperatorExample.pointwise(HardSwish()) }

  /// The function at `x`.
  public func value(_ x: Double) -> Double { x <= -3 ? 0 : x >= 3 ? x : x * (x + 3) / 6 }
  /// Its derivative at `x`.
  public func slope(_ x: Double) -> Double { x <= -3 ? 0 : x >= 3 ? 1 : x / 3 + 0.5 }
  /// Its second derivative at `x`.
  public func bend(_ x: Double) -> Double { x <= -3 || x >= 3 ? 0 : 1.0 / 3 }

  /// Its attributes, its code in PyTorch and its nodes in ONNX.
  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    ExportedOperation(
      pyTorch: .function { "functional.hardswish(\($0[0]))" }, onnx: .node("HardSwish"))
  }
}
