public import Tensors

/// The logistic function `s(x) = 1 / (1 + exp(-x))`, whose derivative is `s (1 - s)`.
public struct Sigmoid: Primitive {
  /// Creates a sigmoid.
  public init() {}

  /// The shape of the input.
  public func outputShape(_ inputs: [TensorShape]) -> Result<TensorShape, ShapeProblem> {
    .success(inputs[0])
  }

  /// A factor for each element that the output tells.
  public var derivative: DerivativeForm { .elementwise }

  /// `sigmoid`.
  public var exported: ExportedOperation {
    ExportedOperation("sigmoid", pyTorch: .function { "torch.sigmoid(\($0[0]))" })
  }

  /// Needs no numbers.
  public func bound(in context: BindingContext) -> any BoundPrimitive { BoundSigmoid() }
}

private final class BoundSigmoid: BoundPrimitive {
  func apply(_ inputs: [Tensor], into output: Tensor) { inputs[0].sigmoid(into: output) }

  func pushforward(_ tangents: [Tensor?], at point: NodeValues, into output: Tensor) {
    guard let tangent = tangents[0] else { return output.clear() }
    tangent.sigmoidSlope(at: point.output, into: output)
  }

  func pullback(_ cotangent: Tensor, at point: NodeValues, toInput: Int, into input: Tensor) {
    cotangent.sigmoidSlope(at: point.output, into: input)
  }

  /// `(s (1 - s))' = (1 - 2 s) s'`.
  func addPullbackChange(
    of cotangent: Tensor, at point: NodeValues, along change: NodeChange, toInput: Int,
    to input: Tensor, memory: LinearizationMemory
  ) {
    guard let tangent = change.output else { return }
    cotangent.addSigmoidBend(at: point.output, along: tangent, to: input)
  }
}
