public import Networks
public import Tensors

/// The axes in another order.
public struct Transpose: Operator, CopyOperator, ListedOperator {
  /// For each axis of the output the axis of the input.
  public var permutation: [Int]

  /// Creates a transposition.
  public init(_ permutation: [Int]) { self.permutation = permutation }

  /// `transpose`.
  public var name: String { "transpose" }
  package static var examples: [OperatorExample] {
    [
      OperatorExample(Transpose([1, 0]), [20, 33]),
      OperatorExample(Transpose([2, 0, 1]), [18, 3, 4]),
      OperatorExample(Transpose([2, 1, 0]), [3, 4, 17]), OperatorExample(Transpose([0]), [5]),
      OperatorExample(Transpose([1, 0, 2, 3]), [3, 4, 2, 5]),
      OperatorExample(Transpose([3, 1, 2, 0]), [3, 4, 2, 5]),
    ]
  }

  /// The permuted shape.
  public func outputShape(_ inputs: [Shape]) throws(ShapeProblem) -> Shape {
    let shape = try Arity.one(inputs)
    guard permutation.sorted() == Array(0..<shape.rank) else {
      throw ShapeProblem("cannot order the axes of \(shape) as \(permutation)")
    }
    return Shape(permutation.map { shape[$0] })
  }

  func copies(_ inputs: [StoredShape], to output: StoredShape) -> [Copy] {
    let steps = inputs[0].steps
    return [
      Copy(
        StridedBox(
          output.extents,
          [.init(steps: permutation.map { steps[$0] }), .init(steps: output.steps)]))
    ]
  }

  /// Its attributes, its code in PyTorch and its nodes in ONNX.
  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    let axes = [0] + permutation.map { $0 + 1 }
    let list = axes.map(String.init).joined(separator: ", ")
    return ExportedOperation(
      ["permutation": .integers(permutation)],
      pyTorch: .function { "\($0[0]).permute(\(list))" },
      onnx: .node("Transpose", [ONNXCode.Attribute("perm", .integers(axes))]))
  }
}
