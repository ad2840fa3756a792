public import Networks
public import Tensors

/// The shape with further axes of extent 1.
public struct Unsqueeze: Operator, CopyOperator, ListedOperator {
  /// Where the new axes stand in the output, negative ones counted back from its last.
  public var axes: [Int]

  /// Creates an unsqueeze.
  public init(axes: [Int]) { self.axes = axes }

  /// `unsqueeze`.
  public var name: String { "unsqueeze" }
  /// Yes.
  public var isView: Bool { true }
  package static var examples: [OperatorExample] {
    [
      OperatorExample(Unsqueeze(axes: [1, 2]), [18]),
      OperatorExample(Unsqueeze(axes: [0, -2]), [3, 5]),
      OperatorExample(Unsqueeze(axes: [0]), [17, 2, 2]),
    ]
  }

  /// The larger shape.
  public func outputShape(_ inputs: [Shape]) throws(ShapeProblem) -> Shape {
    let shape = try Arity.one(inputs)
    let rank = shape.rank + axes.count
    let axes = try Axes.positions(axes, rank: rank)
    var rest = shape.extents[...]
    return Shape((0..<rank).map { axes.contains($0) ? 1 : rest.popFirst() ?? 1 })
  }

  func copies(_ inputs: [StoredShape], to output: StoredShape) -> [Copy] {
    .inOrder(output.shape.count)
  }

  /// Its attributes, its code in PyTorch and its nodes in ONNX.
  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation { .reshape(to: output) }
}
