public import Tensors

/// The elementwise sum of inputs of one shape, in their order.
public struct Sum: Primitive {
  /// Creates a sum.
  public init() {}

  /// The common shape of the inputs.
  public func outputShape(_ inputs: [TensorShape]) -> Result<TensorShape, ShapeProblem> {
    guard inputs.allSatisfy({ $0 == inputs[0] }) else {
      return .failure(ShapeProblem("cannot add \(inputs.map(\.description))"))
    }
    return .success(inputs[0])
  }

  /// The identity on each input.
  public var derivative: DerivativeForm { .sum }

  /// Needs no numbers.
  public func bound(in context: BindingContext) -> any BoundPrimitive { BoundSum() }
}

private final class BoundSum: BoundPrimitive {
  func apply(_ inputs: [Tensor], into output: Tensor) { output.combine(plain: inputs) }

  func pushforward(_ tangent: NodeTangent, at point: LinearizationPoint, into output: Tensor) {
    let terms = tangent.inputs.compactMap { $0 }
    if terms.isEmpty { output.clear() } else { output.combine(plain: terms) }
  }
  func pullback(
    _ cotangent: Tensor, at point: LinearizationPoint, into inputs: [Tensor?],
    parameters: inout [[Double]]?
  ) {
    for case let input? in inputs { input.copy(cotangent) }
  }
}
