public import Networks
public import Tensors

/// Zero times the input: the `none` operation of a cell.
public struct Zero: Operator, ListedOperator {
  /// Creates a zero.
  public init() {}

  /// `zero`.
  public var name: String { "zero" }
  /// None of those that are counted by their kind.
  public var kind: OperatorKind { .other }
  package static var examples: [OperatorExample] { OperatorExample.pointwise(Zero()) }

  /// The shape of the input.
  public func outputShape(_ inputs: [Shape]) throws(ShapeProblem) -> Shape {
    try Arity.one(inputs)
  }

  /// Zero.
  public var derivative: Derivative { Derivative(reads: [], zero: .always) }

  /// Any.
  public func layouts(given: [Layout], inputs: [Shape], output: Shape) -> OperatorLayouts {
    .same(given: given, inputs: inputs, output: output)
  }

  /// Cheap to compute.
  public var isRecomputed: Bool { true }

  /// Its attributes, its code in PyTorch and its nodes in ONNX.
  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    ExportedOperation(
      pyTorch: .function { "torch.zeros_like(\($0[0]))" },
      onnx: ONNXCode { names in
        // A product keeps what is not a number; a difference of equal numbers would too.
        [
          .constant([0], shape: [], output: names.output + "/zero"),
          ONNXCode.Node("Mul", [names.inputs[0], names.output + "/zero"], output: names.output),
        ]
      })
  }

  /// Needs no numbers.
  public func bound(in context: BindingContext) -> any BoundOperator { BoundZero() }
}

private final class BoundZero: BoundLinearOperator {
  func apply(_ inputs: [Tensor], into output: Tensor) { output.clear() }
  func pushforward(_ tangent: Tensor, into output: Tensor) { output.clear() }
  func pullback(_ cotangent: Tensor, into input: Tensor) { input.clear() }
}
