public import Networks
public import Tensors

/// Exponentials over one axis, divided by their sum.
public struct Softmax: Operator, ListedOperator {
  /// The axis, counted back from the last where it is negative.
  public var axis: Int

  /// Creates a softmax.
  public init(axis: Int = -1) { self.axis = axis }

  /// `softmax`.
  public var name: String { "softmax" }
  /// An activation.
  public var kind: OperatorKind { .other }
  package static var examples: [OperatorExample] {
    [
      OperatorExample(Softmax(), [5, 21]), OperatorExample(Softmax(), [7]),
      OperatorExample(Softmax(axis: 0), [18, 3, 4]),
      OperatorExample(Softmax(axis: 1), [2, 5, 3, 4]),
    ]
  }

  /// The shape of the input.
  public func outputShape(_ inputs: [Shape]) throws(ShapeProblem) -> Shape {
    let shape = try Arity.one(inputs)
    _ = try Axes.position(axis, rank: shape.rank)
    return shape
  }

  /// A symmetric matrix for each row, which the output tells.
  public var derivative: Derivative { Derivative(reads: .output, zero: .never) }

  /// Its attributes, its code in PyTorch and its nodes in ONNX.
  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    let axis = Axes.known(axis, rank: output.rank) + 1
    return ExportedOperation(
      ["axis": .integer(axis - 1)], pyTorch: .function { "torch.softmax(\($0[0]), \(axis))" },
      onnx: .node("Softmax", [ONNXCode.Attribute("axis", .integer(axis))]))
  }

  /// Needs no numbers.
  public func bound(in context: BindingContext) -> any BoundOperator {
    let axis = Axes.known(axis, rank: context.output.rank)
    return BoundSoftmax(RowView(axis..<axis + 1, of: context.output))
  }
}

private final class BoundSoftmax: BoundOperator {
  private let view: RowView

  init(_ view: RowView) { self.view = view }

  func apply(_ inputs: [Tensor], into output: Tensor) { inputs[0].softmax(view, into: output) }

  func pushforward(_ tangents: [Tensor?], at point: OperatorPoint, into output: Tensor)
    throws(BackendError)
  {
    guard let tangent = tangents[0] else { return output.clear() }
    tangent.softmaxDerivative(view, at: try point.output(), into: output)
  }

  func pullback(
    _ cotangent: Tensor, at point: OperatorPoint, toInput place: Int, into input: Tensor
  ) throws(BackendError) {
    cotangent.softmaxDerivative(view, at: try point.output(), into: input)
  }

  /// The change of `y (dy - sum of dy y)`.
  func addPullbackChange(
    of cotangent: Tensor, at point: OperatorPoint, along change: OperatorChange,
    toInput place: Int, to input: Tensor
  ) throws(BackendError) {
    guard let tangent = change.output else { return }
    input.addSoftmaxChange(
      view, of: cotangent, at: try point.output(), along: tangent)
  }
}

extension Tensor {
  /// Adds the change of the derivative of softmax, `y' (u - sum of u y) - y sum of u y'`.
  ///
  /// - Parameters:
  ///   - view: the rows.
  ///   - u: what the derivative is applied to, which stays.
  ///   - y: the values of the softmax.
  ///   - change: how they change.
  func addSoftmaxChange(
    _ view: RowView, of u: Tensor, at y: Tensor, along change: Tensor
  ) {
    let zeros = [Double](repeating: 0, count: shape.batch * view.rows)
    let means = u.rowSums(view, with: y, about: zeros).product
    let changes = u.rowSums(view, with: change, about: zeros).product
    set(productOf: change, and: u, adding: true)
    set(
      rows: view,
      sumOf: [
        RowTerm(change, factor: means.map { -$0 }), RowTerm(y, factor: changes.map { -$0 }),
      ], adding: true)
  }
}
