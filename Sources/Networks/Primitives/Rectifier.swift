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

  /// Needs no numbers.
  public func bound(in context: BindingContext) -> any BoundPrimitive { BoundRectifier() }
}

private final class BoundRectifier: BoundPrimitive {
  func apply(_ inputs: [Tensor], into output: Tensor) { inputs[0].rectify(into: output) }

  func pushforward(_ tangent: NodeTangent, at point: LinearizationPoint, into output: Tensor) {
    guard let input = tangent.inputs[0] else { return output.clear() }
    gate(input, by: point.output, into: output)
  }
  func pullback(
    _ cotangent: Tensor, at point: LinearizationPoint, into inputs: [Tensor?],
    parameters: inout [[Double]]?
  ) {
    if let input = inputs[0] { gate(cotangent, by: point.output, into: input) }
  }

  private func gate(_ x: Tensor, by gate: Tensor, into y: Tensor) {
    y.joinedImages.combine(plain: [], gated: [x.joinedImages], gate: gate.joinedImages)
  }
}
