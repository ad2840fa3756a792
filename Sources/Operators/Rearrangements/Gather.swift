public import Networks
public import Tensors

/// Elements along one axis by constant indices, in any order and any number of times.
public struct Gather: Operator, TableOperator, ListedOperator {
  /// The axis, counted back from the last where it is negative.
  public var axis: Int
  /// The indices, negative ones counted back from the last element.
  public var indices: [Int]

  /// Creates a choice of elements.
  public init(axis: Int, indices: [Int]) {
    self.axis = axis
    self.indices = indices
  }

  /// `gather`.
  public var name: String { "gather" }
  /// None of those that are counted by their kind.
  public var kind: OperatorKind { .other }
  package static var examples: [OperatorExample] {
    [
      OperatorExample(Gather(axis: 0, indices: [2, 0, 2, -1]), [18, 3, 4]),
      OperatorExample(Gather(axis: 1, indices: [1, 1]), [18, 3, 4]),
      OperatorExample(Gather(axis: -1, indices: [4, 0, 3]), [18, 2, 5]),
      OperatorExample(Gather(axis: 0, indices: [6]), [7]),
      OperatorExample(Gather(axis: 1, indices: [3, 0, 1, 2, 2]), [3, 4]),
    ]
  }

  /// The shape with as many elements along the axis as there are indices.
  public func outputShape(_ inputs: [Shape]) throws(ShapeProblem) -> Shape {
    let shape = try Arity.one(inputs)
    let axis = try Axes.position(axis, rank: shape.rank)
    guard !indices.isEmpty, indices.allSatisfy({ $0 >= -shape[axis] && $0 < shape[axis] }) else {
      throw ShapeProblem("gathers \(indices) along axis \(self.axis) of \(shape)")
    }
    return try Axes.shape(shape.with(indices.count, along: axis).extents)
  }

  /// Linear.
  public var derivative: Derivative { .linear }
  /// A copy.
  public var isRecomputed: Bool { true }

  /// Any, but for the channels.
  public func layouts(given: [Layout], inputs: [Shape], output: Shape) -> OperatorLayouts {
    Axes.known(axis, rank: inputs[0].rank) == 0
      ? .plain(1) : .same(given: given, inputs: inputs, output: output)
  }

  func tables(_ input: Shape) -> [(axis: Int, table: AxisTable)] {
    let axis = Axes.known(axis, rank: input.rank)
    let places = indices.map { [$0 < 0 ? $0 + input[axis] : $0] }
    return [(axis, AxisTable(inExtent: input[axis], index: places))]
  }

  /// Its attributes, its code in PyTorch and its nodes in ONNX.
  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    let axis = Axes.known(axis, rank: inputs[0].rank)
    let places = indices.map { $0 < 0 ? $0 + inputs[0][axis] : $0 }
    return ExportedOperation(
      ["axis": .integer(axis), "indices": .integers(places)],
      pyTorch: .function { PyTorchText.select(places, axis: axis, of: $0[0]) },
      onnx: ONNXCode { names in
        var code = ONNXFormula(names)
        let list = code.integers(places)
        return code.finished(
          code.node(
            "Gather", [names.inputs[0], list], [ONNXCode.Attribute("axis", .integer(axis + 1))]))
      })
  }

  /// Compiles the table.
  public func bound(in context: BindingContext) -> any BoundOperator { boundTables(in: context) }
}

/// Expressions of PyTorch.
enum PyTorchText {
  /// The elements of a value along an axis of one image.
  static func select(_ indices: [Int], axis: Int, of value: String) -> String {
    let list = indices.map(String.init).joined(separator: ", ")
    return
      "\(value).index_select(\(axis + 1), torch.tensor([\(list)], device=\(value).device))"
  }
}
