public import Networks
internal import RealModule
public import Tensors

/// The logistic function `s(x) = 1 / (1 + exp(-x))`, whose derivative is `s (1 - s)`.
public struct Sigmoid: PointwiseOperator {
  /// Creates a sigmoid.
  public init() {}

  public var name: String { "sigmoid" }

  public func value<Element: TensorElement>(_ x: Element) -> Element { 1 / (1 + .exp(-x)) }

  public func slope<Element: TensorElement>(_ x: Element) -> Element {
    let s = value(x)
    return s * (1 - s)
  }

  public func bend<Element: TensorElement>(_ x: Element) -> Element {
    let s = value(x)
    return s * (1 - s) * (1 - 2 * s)
  }

  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    ExportedOperation(
      pyTorch: .function { "torch.sigmoid(\($0[0]))" }, onnx: .node("Sigmoid"))
  }
}
