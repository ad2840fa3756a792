public import Tensors

/// The mean of each channel over the image: feature maps become vectors.
public struct GlobalAveragePool: Primitive {
  /// Creates a global average pooling.
  public init() {}

  /// One number for each channel.
  public func outputShape(_ inputs: [TensorShape]) -> Result<TensorShape, ShapeProblem> {
    .success(TensorShape(channels: inputs[0].channels))
  }

  /// Linear.
  public var derivative: DerivativeForm { .linear }

  /// `global-average-pool`.
  public var exported: ExportedOperation {
    ExportedOperation(
      "global-average-pool", pyTorch: .function { "\($0[0]).mean((2, 3), keepdim=True)" })
  }

  /// Needs no numbers.
  public func bound(in context: BindingContext) -> any BoundPrimitive { BoundGlobalAveragePool() }
}

private final class BoundGlobalAveragePool: BoundPrimitive {
  func apply(_ inputs: [Tensor], into output: Tensor) { inputs[0].globalAveragePool(into: output) }
  func pushforward(_ tangent: Tensor, into output: Tensor) {
    tangent.globalAveragePool(into: output)
  }
  func pullback(_ cotangent: Tensor, into input: Tensor) {
    cotangent.globalAveragePoolTransposed(into: input)
  }
}
