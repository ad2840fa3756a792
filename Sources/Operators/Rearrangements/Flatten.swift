public import Networks
public import Tensors

/// The axes from one on as a single axis: all of them make a vector.
public struct Flatten: Operator, CopyOperator, ListedOperator {
  /// The first axis that is joined, counted back from the last where it is negative.
  public var axis: Int

  /// Creates a flattening.
  public init(from axis: Int = 0) { self.axis = axis }

  /// `flatten`.
  public var name: String { "flatten" }
  /// Yes.
  public var isView: Bool { true }
  package static var examples: [OperatorExample] {
    [
      OperatorExample(Flatten(), [18, 2, 4]), OperatorExample(Flatten(), [7]),
      OperatorExample(Flatten(from: 1), [18, 2, 4]),
      OperatorExample(Flatten(from: -2), [2, 3, 2, 4]),
    ]
  }

  /// The joined shape.
  public func outputShape(_ inputs: [Shape]) throws(ShapeProblem) -> Shape {
    let shape = try Arity.one(inputs)
    let axis = try Axes.position(axis, rank: shape.rank)
    return Shape(shape.extents[..<axis] + [shape.extents[axis...].reduce(1, *)])
  }

  func copies(_ inputs: [StoredShape], to output: StoredShape) -> [Copy] {
    .inOrder(output.shape.count)
  }

  /// Its attributes, its code in PyTorch and its nodes in ONNX.
  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    var exported = ExportedOperation.reshape(to: output)
    let axis = Axes.known(axis, rank: inputs[0].rank) + 1
    exported.pyTorch = .function { "torch.flatten(\($0[0]), \(axis))" }
    return exported
  }
}
