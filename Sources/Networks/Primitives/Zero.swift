public import Tensors

/// Zero times the input: the `none` operation of a cell.
public struct Zero: Primitive {
  /// Creates a zero.
  public init() {}

  /// The shape of the input.
  public func outputShape(_ inputs: [TensorShape]) -> Result<TensorShape, ShapeProblem> {
    .success(inputs[0])
  }

  /// Zero.
  public var derivative: DerivativeForm { .zero }

  /// Cheap to compute.
  public var isRecomputed: Bool { true }

  /// `zero`.
  public var exported: ExportedOperation {
    ExportedOperation("zero", pyTorch: .function { "torch.zeros_like(\($0[0]))" })
  }

  /// Needs no numbers.
  public func bound(in context: BindingContext) -> any BoundPrimitive { BoundZero() }
}

private final class BoundZero: BoundPrimitive {
  func apply(_ inputs: [Tensor], into output: Tensor) { output.clear() }
}
