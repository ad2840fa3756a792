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

  /// `sum`.
  public var exported: ExportedOperation {
    ExportedOperation("sum", pyTorch: .function { $0.joined(separator: " + ") })
  }

  /// Needs no numbers.
  public func bound(in context: BindingContext) -> any BoundPrimitive { BoundSum() }
}

private final class BoundSum: BoundPrimitive {
  func apply(_ inputs: [Tensor], into output: Tensor) { output.combine(plain: inputs) }
}
