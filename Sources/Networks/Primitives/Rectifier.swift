public import Tensors

/// The rectifier `max(x, 0)`, whose derivative at 0 is 0.
public struct Rectifier: Primitive {
  /// Creates a rectifier.
  public init() {}

  /// The shape of the input.
  public func outputShape(_ inputs: [TensorShape]) -> Result<TensorShape, ShapeProblem> {
    .success(inputs[0])
  }

  /// A gate that is open where the output is positive.
  public var derivative: DerivativeForm { .gate }

  /// Cheap to compute.
  public var isRecomputed: Bool { true }

  /// `rectifier`.
  public var exported: ExportedOperation {
    ExportedOperation("rectifier", pyTorch: .function { "functional.relu(\($0[0]))" })
  }

  /// Needs no numbers.
  public func bound(in context: BindingContext) -> any BoundPrimitive { BoundRectifier() }
}

private final class BoundRectifier: BoundPrimitive {
  func apply(_ inputs: [Tensor], into output: Tensor) { inputs[0].rectify(into: output) }
}
