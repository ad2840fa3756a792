public import Networks
public import Tensors

/// The shape without some axes of extent 1.
public struct Squeeze: Operator, CopyOperator, ListedOperator {
  /// The axes that vanish, negative ones counted back from the last.
  public var axes: [Int]

  /// Creates a squeeze.
  public init(axes: [Int]) { self.axes = axes }

  /// `squeeze`.
  public var name: String { "squeeze" }
  /// Yes.
  public var isView: Bool { true }
  package static var examples: [OperatorExample] {
    [
      OperatorExample(Squeeze(axes: [1, 2]), [18, 1, 1]),
      OperatorExample(Squeeze(axes: [-2]), [3, 1, 5]),
    ]
  }

  /// The smaller shape.
  public func outputShape(_ inputs: [Shape]) throws(ShapeProblem) -> Shape {
    let shape = try Arity.one(inputs)
    let axes = try Axes.positions(axes, rank: shape.rank)
    guard axes.allSatisfy({ shape[$0] == 1 }) else {
      throw ShapeProblem("cannot squeeze axes \(self.axes) of \(shape)")
    }
    return Shape(shape.extents.indices.filter { !axes.contains($0) }.map { shape[$0] })
  }

  func copies(_ inputs: [StoredShape], to output: StoredShape) -> [Copy] {
    .inOrder(output.shape.count)
  }

  /// Its attributes, its code in PyTorch and its nodes in ONNX.
  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation { .reshape(to: output) }
}
