public import Networks
public import Tensors

/// The logarithm of a softmax over one axis.
public struct LogSoftmax: Operator, ListedOperator {
  /// The axis, counted back from the last where it is negative.
  public var axis: Int

  /// Creates a log-softmax.
  public init(axis: Int = -1) { self.axis = axis }

  /// `log-softmax`.
  public var name: String { "log-softmax" }
  /// An activation.
  public var kind: OperatorKind { .other }
  package static var examples: [OperatorExample] {
    [
      OperatorExample(LogSoftmax(), [5, 21]), OperatorExample(LogSoftmax(), [7]),
      OperatorExample(LogSoftmax(axis: 0), [18, 3, 4]),
      OperatorExample(LogSoftmax(axis: 1), [2, 5, 3, 4]),
    ]
  }

  /// The shape of the input.
  public func outputShape(_ inputs: [Shape]) throws(ShapeProblem) -> Shape {
    let shape = try Arity.one(inputs)
    _ = try Axes.position(axis, rank: shape.rank)
    return shape
  }

  /// The output tells the softmax.
  public var derivative: Derivative { Derivative(reads: .output, zero: .never) }

  /// Its attributes, its code in PyTorch and its nodes in ONNX.
  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    let axis = Axes.known(axis, rank: output.rank) + 1
    return ExportedOperation(
      ["axis": .integer(axis - 1)],
      pyTorch: .function { "torch.log_softmax(\($0[0]), \(axis))" },
      onnx: .node("LogSoftmax", [ONNXCode.Attribute("axis", .integer(axis))]))
  }

  /// Joins it with memory for the softmax.
  public func bound(in context: BindingContext) -> any BoundOperator {
    let axis = Axes.known(axis, rank: context.output.rank)
    return BoundLogSoftmax(RowView(axis..<axis + 1, of: context.output), pool: context.pool)
  }
}

private final class BoundLogSoftmax: BoundOperator {
  private let view: RowView
  private let pool: TensorPool

  init(_ view: RowView, pool: TensorPool) {
    self.view = view
    self.pool = pool
  }

  func apply(_ inputs: [Tensor], into output: Tensor) {
    inputs[0].softmax(view, logarithm: true, into: output)
  }

  /// The softmax, to be given back.
  private func softmax(_ output: Tensor) -> Tensor {
    let y = pool.take(like: output)
    output.softmax(view, into: y)
    return y
  }

  private func zeros(_ u: Tensor) -> [Double] {
    [Double](repeating: 0, count: u.shape.batch * view.rows)
  }

  /// `y' = x' - sum of x' p`, with the softmax `p`.
  func pushforward(_ tangents: [Tensor?], at point: OperatorPoint, into output: Tensor)
    throws(BackendError)
  {
    guard let tangent = tangents[0] else { return output.clear() }
    let p = softmax(try point.output())
    let centres = [Double](repeating: 0, count: p.shape.batch * view.rows)
    let means = tangent.rowSums(view, with: p, about: centres).product
    output.set(rows: view, sumOf: [RowTerm(tangent)], offset: means.map { -$0 })
    pool.give(p)
  }

  /// `dx = dy - p sum of dy`.
  func pullback(
    _ cotangent: Tensor, at point: OperatorPoint, toInput place: Int, into input: Tensor
  ) throws(BackendError) {
    let p = softmax(try point.output())
    let centres = [Double](repeating: 0, count: p.shape.batch * view.rows)
    let sums = cotangent.rowSums(view, with: p, about: centres).sum
    input.set(
      rows: view, sumOf: [RowTerm(cotangent), RowTerm(p, factor: sums.map { -$0 })])
    pool.give(p)
  }

  /// `-p' sum of dy`, where `p' = p y'`.
  func addPullbackChange(
    of cotangent: Tensor, at point: OperatorPoint, along change: OperatorChange,
    toInput place: Int, to input: Tensor
  ) throws(BackendError) {
    guard let tangent = change.output else { return }
    let p = softmax(try point.output())
    let sums = cotangent.rowSums(view, with: p, about: zeros(p)).sum
    p.set(productOf: p, and: tangent)
    input.set(rows: view, sumOf: [RowTerm(p, factor: sums.map { -$0 })], adding: true)
    pool.give(p)
  }
}
