public import Networks
public import Tensors

/// Elements at regular distances along one axis; a negative step goes backwards.
public struct Slice: Operator, CopyOperator, ListedOperator {
  /// The axis, counted back from the last where it is negative.
  public var axis: Int
  /// The first element.
  public var start: Int
  /// How many elements.
  public var count: Int
  /// From one element to the next.
  public var step: Int

  /// Creates a slice.
  public init(axis: Int, from start: Int, count: Int, step: Int = 1) {
    self.axis = axis
    self.start = start
    self.count = count
    self.step = step
  }

  /// The slices that cut an axis into parts: what a split is.
  public static func parts(_ extents: [Int], along axis: Int) -> [Slice] {
    var start = 0
    return extents.map { extent in
      defer { start += extent }
      return Slice(axis: axis, from: start, count: extent)
    }
  }

  /// `slice`.
  public var name: String { "slice" }
  package static var examples: [OperatorExample] {
    [
      OperatorExample(Slice(axis: 0, from: 16, count: 16), [40, 3, 4]),
      OperatorExample(Slice(axis: 0, from: 5, count: 20), [40, 3, 4]),
      OperatorExample(Slice(axis: 0, from: 17, count: 4, step: -3), [18, 3, 4]),
      OperatorExample(Slice(axis: 1, from: 1, count: 3, step: 2), [18, 6, 4]),
      OperatorExample(Slice(axis: -1, from: 4, count: 3, step: -1), [18, 2, 6]),
      OperatorExample(Slice(axis: 0, from: 1, count: 2, step: 3), [6, 5]),
      OperatorExample(Slice(axis: 0, from: 3, count: 1), [5]),
    ]
  }

  /// The shape with another extent along the axis.
  public func outputShape(_ inputs: [Shape]) throws(ShapeProblem) -> Shape {
    let shape = try Arity.one(inputs)
    let axis = try Axes.position(axis, rank: shape.rank)
    let inside = 0..<shape[axis]
    // Bounds of the numbers first, so that the last index cannot overflow.
    guard inside.contains(start), count > 0, count <= shape[axis], step != 0,
      abs(step) <= shape[axis] || count == 1,
      count == 1 || inside.contains(start + (count - 1) * step)
    else {
      throw ShapeProblem(
        "takes \(count) from \(start) by \(step) along axis \(self.axis) of \(shape)")
    }
    return shape.with(count, along: axis)
  }

  /// Any, but for steps along the channels.
  public func layouts(given: [Layout], inputs: [Shape], output: Shape) -> OperatorLayouts {
    Axes.known(axis, rank: inputs[0].rank) == 0 && step != 1
      ? .plain(1) : .same(given: given, inputs: inputs, output: output)
  }

  func copies(_ inputs: [StoredShape], to output: StoredShape) -> [Copy] {
    let extents = output.shape.extents
    var source = [IndexBox.Side](repeating: .init(), count: extents.count)
    source[Axes.known(axis, rank: extents.count)] = .init(start, step: count == 1 ? 1 : step)
    return IndexBox(extents, from: source).stored(from: inputs[0], to: output).map { Copy($0) }
  }

  /// Its attributes, its code in PyTorch and its nodes in ONNX.
  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    let axis = Axes.known(axis, rank: inputs[0].rank) + 1
    let (first, last) = (start, start + (count == 1 ? 0 : (count - 1) * step))
    let end = step > 0 ? last + 1 : last - 1
    let places = [String](repeating: ":, ", count: axis).joined()
    return ExportedOperation(
      [
        "axis": .integer(axis - 1), "start": .integer(start), "count": .integer(count),
        "step": .integer(step),
      ],
      pyTorch: .function { [step] in
        step > 0
          ? "\($0[0])[\(places)\(first):\(end)\(step == 1 ? "" : ":\(step)")]"
          : "\($0[0]).index_select(\(axis), torch.arange(\(first), \(end), \(step), device=\($0[0]).device))"
      },
      onnx: ONNXCode { [step] names in
        var code = ONNXFormula(names)
        // An end before the first element is written as one that is far below it.
        let numbers = [[first], [end < 0 ? -1 << 31 : end], [axis], [step]]
        let lists = numbers.map { code.integers($0) }
        return code.finished(code.node("Slice", [names.inputs[0]] + lists))
      })
  }
}
