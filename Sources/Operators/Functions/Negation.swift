public import Networks
public import Tensors

/// `-x`.
public struct Negation: Operator, ListedOperator {
  /// Creates a negation.
  public init() {}

  /// `negation`.
  public var name: String { "negation" }
  /// None of those that are counted by their kind.
  public var kind: OperatorKind { .other }
  package static var examples: [OperatorExample] { OperatorExample.pointwise(Negation()) }

  /// The shape of the input.
  public func outputShape(_ inputs: [Shape]) throws(ShapeProblem) -> Shape {
    try Arity.one(inputs)
  }

  /// Linear.
  public var derivative: Derivative { .linear }

  /// Any.
  public func layouts(given: [Layout], inputs: [Shape], output: Shape) -> OperatorLayouts {
    .same(given: given, inputs: inputs, output: output)
  }

  /// Cheap to compute.
  public var isRecomputed: Bool { true }

  /// Its attributes, its code in PyTorch and its nodes in ONNX.
  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    ExportedOperation(pyTorch: .function { "-\($0[0])" }, onnx: .node("Neg"))
  }

  /// Needs no numbers.
  public func bound(in context: BindingContext) -> any BoundOperator { BoundNegation() }
}

private final class BoundNegation: BoundLinearOperator {
  func apply(_ inputs: [Tensor], into output: Tensor) { negate(inputs[0], into: output) }
  func pushforward(_ tangent: Tensor, into output: Tensor) { negate(tangent, into: output) }
  func pullback(_ cotangent: Tensor, into input: Tensor) { negate(cotangent, into: input) }

  private func negate(_ x: Tensor, into y: Tensor) {
    let line = StridedBox.Operand(steps: [1])
    y.copy(x, StridedBox([x.imageStride], [line, line]), times: -1)
  }
}
