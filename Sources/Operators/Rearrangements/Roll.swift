public import Networks
public import Tensors

/// Elements moved along axes, where what leaves at one end comes in at the other: shifted windows.
public struct Roll: Operator, CopyOperator, ListedOperator {
  /// The axes, negative ones counted back from the last.
  public var axes: [Int]
  /// How far elements move along each of them, to larger indices where it is positive.
  public var shifts: [Int]

  /// Creates a roll.
  public init(axes: [Int], shifts: [Int]) {
    self.axes = axes
    self.shifts = shifts
  }

  /// `roll`.
  public var name: String { "roll" }
  package static var examples: [OperatorExample] {
    [
      OperatorExample(Roll(axes: [1, 2], shifts: [-1, 2]), [18, 3, 4]),
      OperatorExample(Roll(axes: [0], shifts: [5]), [18, 3, 4]),
      OperatorExample(Roll(axes: [-1], shifts: [9]), [3, 4]),
      OperatorExample(Roll(axes: [0], shifts: [0]), [4]),
    ]
  }

  /// The shape of the input.
  public func outputShape(_ inputs: [Shape]) throws(ShapeProblem) -> Shape {
    let shape = try Arity.one(inputs)
    _ = try Axes.positions(axes, rank: shape.rank)
    guard axes.count == shifts.count else {
      throw ShapeProblem("has \(shifts.count) shifts for \(axes.count) axes")
    }
    return shape
  }

  /// Any.
  public func layouts(given: [Layout], inputs: [Shape], output: Shape) -> OperatorLayouts {
    .same(given: given, inputs: inputs, output: output)
  }

  func copies(_ inputs: [StoredShape], to output: StoredShape) -> [Copy] {
    let shape = output.shape
    let whole = IndexBox(shape.extents)
    var boxes = [whole]
    for (axis, shift) in zip(Axes.known(axes, rank: shape.rank), shifts) {
      let extent = shape[axis]
      let split = (shift % extent + extent) % extent
      boxes = boxes.flatMap { box in
        // What stays in order, and what comes in at the front.
        [(0, split, extent - split), (extent - split, 0, split)].compactMap { from, to, count in
          guard count > 0 else { return nil }
          var part = box
          part.extents[axis] = count
          part.source[axis] = .init(from)
          part.target[axis] = .init(to)
          return part
        }
      }
    }
    return boxes.flatMap { $0.stored(from: inputs[0], to: output) }.map { Copy($0) }
  }

  /// Its attributes, its code in PyTorch and its nodes in ONNX.
  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    let places = Axes.known(axes, rank: output.rank)
    func list(_ numbers: [Int]) -> String {
      "(\(numbers.map { "\($0)," }.joined(separator: " ")))"
    }
    let (moves, dims) = (list(shifts), list(places.map { $0 + 1 }))
    return ExportedOperation(
      ["axes": .integers(places), "shifts": .integers(shifts)],
      pyTorch: .function { places.isEmpty ? $0[0] : "torch.roll(\($0[0]), \(moves), \(dims))" },
      onnx: ONNXCode { [shifts] names in
        var code = ONNXFormula(names)
        var value = names.inputs[0]
        for (axis, shift) in zip(places, shifts) {
          let extent = output[axis]
          let order = (0..<extent).map { ((($0 - shift) % extent) + extent) % extent }
          let indices = code.integers(order)
          value = code.node(
            "Gather", [value, indices], [ONNXCode.Attribute("axis", .integer(axis + 1))])
        }
        return code.finished(value)
      })
  }
}
