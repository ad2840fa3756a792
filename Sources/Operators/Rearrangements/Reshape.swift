public import Networks
public import Tensors

/// The same elements, in row-major order, in another shape.
public struct Reshape: Operator, CopyOperator, ListedOperator {
  /// The extents of one image; one of them may be -1 and is what is left.
  public var extents: [Int]

  /// Creates a change of shape.
  public init(to extents: [Int]) { self.extents = extents }

  /// `reshape`.
  public var name: String { "reshape" }
  /// Yes.
  public var isView: Bool { true }
  package static var examples: [OperatorExample] {
    [
      OperatorExample(Reshape(to: [6, -1]), [18, 2, 4]),
      OperatorExample(Reshape(to: [4, 3, 5]), [12, 5]), OperatorExample(Reshape(to: []), [1]),
      OperatorExample(Reshape(to: [2, 1, 3, 2]), [12]),
    ]
  }

  /// The new shape.
  public func outputShape(_ inputs: [Shape]) throws(ShapeProblem) -> Shape {
    let shape = try Arity.one(inputs)
    var extents = self.extents
    let free = self.extents.indices.filter { self.extents[$0] == -1 }
    let known = try Axes.shape(extents.filter { $0 != -1 }).count
    if free.count == 1, shape.count % known == 0 { extents[free[0]] = shape.count / known }
    guard free.count <= 1, extents.reduce(1, *) == shape.count else {
      throw ShapeProblem("cannot give \(shape) the shape \(self.extents)")
    }
    return Shape(extents)
  }

  func copies(_ inputs: [StoredShape], to output: StoredShape) -> [Copy] {
    .inOrder(output.shape.count)
  }

  /// Its attributes, its code in PyTorch and its nodes in ONNX.
  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation { .reshape(to: output) }
}

extension [Copy] {
  /// All elements in their order.
  static func inOrder(_ count: Int) -> [Copy] {
    let line = StridedBox.Operand(steps: [1])
    return [Copy(StridedBox([count], [line, line]))]
  }
}

extension ExportedOperation {
  /// A change of shape that keeps the batch.
  static func reshape(to output: Shape) -> ExportedOperation {
    let list = output.extents.map { ", \($0)" }.joined()
    return ExportedOperation(
      ["shape": .integers(output.extents)],
      pyTorch: .function { "\($0[0]).reshape(\($0[0]).shape[0]\(list))" },
      onnx: ONNXCode { names in
        var code = ONNXFormula(names)
        return code.finished(code.reshape(names.inputs[0], to: [-1] + output.extents))
      })
  }
}
