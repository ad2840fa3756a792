public import Tensors

/// The same feature maps in another layout; `NetworkBuilder.build` puts it where a layout changes.
public struct Reorder: Operator {
  /// The layout of the output.
  public let layout: Layout

  init(to layout: Layout) { self.layout = layout }

  /// `reorder`.
  public var name: String { "reorder" }
  /// None of those that are counted by their kind.
  public var kind: OperatorKind { .other }

  /// The shape of the input.
  public func outputShape(_ inputs: [Shape]) throws(ShapeProblem) -> Shape { inputs[0] }

  /// The identity but for the order.
  public var derivative: Derivative { .linear }

  /// A copy.
  public var isRecomputed: Bool { true }

  /// From the other layout to this one.
  public func layouts(given: [Layout], inputs: [Shape], output: Shape) -> OperatorLayouts {
    OperatorLayouts(inputs: [layout == .plain ? .blocked : .plain], output: layout)
  }

  /// The identity.
  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation { .identity }

  /// Needs no numbers.
  public func bound(in context: BindingContext) -> any BoundOperator { BoundReorder() }
}

private final class BoundReorder: BoundLinearOperator {
  func apply(_ inputs: [Tensor], into output: Tensor) { inputs[0].reorder(into: output) }
  func pushforward(_ tangent: Tensor, into output: Tensor) { tangent.reorder(into: output) }
  func pullback(_ cotangent: Tensor, into input: Tensor) { cotangent.reorder(into: input) }
}
