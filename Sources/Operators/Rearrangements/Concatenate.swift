public import Networks
public import Tensors

/// Values one behind the other along an axis.
public struct Concatenate: Operator, CopyOperator, ListedOperator {
  /// The axis, counted back from the last where it is negative.
  public var axis: Int

  /// Creates a concatenation; axis 0 is that of the channels.
  public init(axis: Int = 0) { self.axis = axis }

  /// `concatenate`.
  public var name: String { "concatenate" }
  package static var examples: [OperatorExample] {
    [
      OperatorExample(Concatenate(), [16, 3, 4], [32, 3, 4]),
      OperatorExample(Concatenate(), [5, 3, 4], [18, 3, 4], [20, 3, 4]),
      OperatorExample(Concatenate(axis: 1), [18, 3, 4], [18, 1, 4]),
      OperatorExample(Concatenate(axis: -1), [3, 2], [3, 5]),
      OperatorExample(Concatenate(), [3], [4]),
      OperatorExample(Concatenate(), [1, 6], [5, 6]), OperatorExample(Concatenate(), [4]),
    ]
  }

  /// The shape with the sum of the extents along the axis.
  public func outputShape(_ inputs: [Shape]) throws(ShapeProblem) -> Shape {
    guard let first = inputs.first else { throw ShapeProblem("joins nothing") }
    let axis = try Axes.position(axis, rank: first.rank)
    for input in inputs.dropFirst() {
      guard input.rank == first.rank, input.with(1, along: axis) == first.with(1, along: axis)
      else {
        throw ShapeProblem(
          "cannot join \(inputs.map(\.description).joined(separator: " and ")) along axis \(self.axis)"
        )
      }
    }
    return try Axes.shape(
      first.with(inputs.reduce(0) { $0 + $1[axis] }, along: axis).extents)
  }

  /// Any.
  public func layouts(given: [Layout], inputs: [Shape], output: Shape) -> OperatorLayouts {
    .same(given: given, inputs: inputs, output: output)
  }

  func copies(_ inputs: [StoredShape], to output: StoredShape) -> [Copy] {
    let axis = Axes.known(axis, rank: output.shape.rank)
    var start = 0
    return inputs.enumerated().flatMap { place, input in
      var target = [IndexBox.Side](repeating: .init(), count: output.shape.rank)
      target[axis] = .init(start)
      start += input.shape[axis]
      return IndexBox(input.shape.extents, to: target).stored(from: input, to: output)
        .map { Copy(input: place, $0) }
    }
  }

  /// Its attributes, its code in PyTorch and its nodes in ONNX.
  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    let axis = Axes.known(axis, rank: output.rank) + 1
    return ExportedOperation(
      ["axis": .integer(axis - 1)],
      pyTorch: .function { "torch.cat((\($0.joined(separator: ", ")),), \(axis))" },
      onnx: .node("Concat", [ONNXCode.Attribute("axis", .integer(axis))]))
  }
}
