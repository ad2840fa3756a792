public import Networks
public import Tensors

/// The rectified linear unit `max(x, 0)`, whose derivative at 0 is 0.
public struct ReLU: Operator, ListedOperator {
  /// Creates a ReLU.
  public init() {}

  /// `relu`.
  public var name: String { "relu" }
  /// An activation.
  public var kind: OperatorKind { .activation }
  package static var examples: [OperatorExample] { OperatorExample.pointwise(ReLU()) }

  /// The shape of the input.
  public func outputShape(_ inputs: [Shape]) throws(ShapeProblem) -> Shape {
    try Arity.one(inputs)
  }

  /// A gate that is open where the output is positive.
  public var derivative: Derivative {
    Derivative(reads: .output, zero: .ifAllInputsAre, shortcut: .gate)
  }

  /// Any.
  public func layouts(given: [Layout], inputs: [Shape], output: Shape) -> OperatorLayouts {
    .same(given: given, inputs: inputs, output: output)
  }

  /// Cheap to compute.
  public var isRecomputed: Bool { true }

  /// Its attributes, its code in PyTorch and its nodes in ONNX.
  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    ExportedOperation(
      pyTorch: .function { "functional.relu(\($0[0]))" }, onnx: .node("Relu"))
  }

  /// Needs no numbers.
  public func bound(in context: BindingContext) -> any BoundOperator { BoundReLU() }
}

private final class BoundReLU: BoundOperator {
  func apply(_ inputs: [Tensor], into output: Tensor) { inputs[0].rectify(into: output) }

  func pushforward(_ tangents: [Tensor?], at point: OperatorPoint, into output: Tensor)
    throws(BackendError)
  {
    guard let tangent = tangents[0] else { return output.clear() }
    output.set(tangent, gatedBy: try point.output())
  }

  func pullback(
    _ cotangent: Tensor, at point: OperatorPoint, toInput place: Int, into input: Tensor
  ) throws(BackendError) {
    input.set(cotangent, gatedBy: try point.output())
  }

  /// Nothing: between two kinks the slope does not change.
  func addPullbackChange(
    of cotangent: Tensor, at point: OperatorPoint, along change: OperatorChange,
    toInput place: Int, to input: Tensor
  ) {}
}
