public import Networks
public import Tensors

/// A SiLU of straight lines and a parabola, `x clip(x + 3, 0, 6) / 6`: A. Howard et al., *Searching for
/// MobileNetV3*, ICCV 2019.
public struct HardSwish: PointwiseOperator, ListedOperator {
  /// Creates a hard swish.
  public init() {}

  public var name: String { "hard-swish" }
  public var vectorFunction: VectorFunction? { .hardSwish }
  package static var examples: [OperatorExample] { OperatorExample.pointwise(HardSwish()) }

  public func value(_ x: Double) -> Double { x <= -3 ? 0 : x >= 3 ? x : x * (x + 3) / 6 }
  public func slope(_ x: Double) -> Double { x <= -3 ? 0 : x >= 3 ? 1 : x / 3 + 0.5 }
  public func bend(_ x: Double) -> Double { x <= -3 || x >= 3 ? 0 : 1.0 / 3 }

  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    ExportedOperation(
      pyTorch: .function { "functional.hardswish(\($0[0]))" }, onnx: .node("HardSwish"))
  }
}
