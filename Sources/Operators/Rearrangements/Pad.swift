public import Networks
public import Tensors

/// Further places at both ends of each axis.
public struct Pad: Operator, ListedOperator {
  /// What stands at the new places.
  public enum Mode: Hashable, Sendable {
    /// A number.
    case constant(Float)
    /// The nearest element.
    case edge
    /// The elements mirrored at the outermost one, which is not repeated.
    case reflect
  }

  /// New places in front of each axis.
  public var before: [Int]
  /// New places behind each axis.
  public var after: [Int]
  /// What stands there.
  public var mode: Mode

  /// Creates a padding.
  public init(before: [Int], after: [Int], mode: Mode = .constant(0)) {
    self.before = before
    self.after = after
    self.mode = mode
  }

  /// `pad`.
  public var name: String { "pad" }
  /// None of those that are counted by their kind.
  public var kind: OperatorKind { .other }
  package static var examples: [OperatorExample] {
    [
      OperatorExample(Pad(before: [0, 1, 2], after: [0, 3, 0]), [18, 2, 3]),
      OperatorExample(
        Pad(before: [0, 1, 2], after: [0, 3, 0], mode: .constant(-1.5)), [18, 2, 3]),
      OperatorExample(Pad(before: [3, 0, 0], after: [4, 0, 0], mode: .constant(2)), [18, 2, 3]),
      OperatorExample(Pad(before: [0, 1, 2], after: [0, 3, 0], mode: .edge), [18, 2, 3]),
      OperatorExample(Pad(before: [0, 1, 2], after: [0, 2, 0], mode: .reflect), [18, 3, 4]),
      OperatorExample(Pad(before: [2, 0], after: [1, 0], mode: .reflect), [4, 3]),
      OperatorExample(Pad(before: [2], after: [1]), [4]),
    ]
  }

  /// The larger shape.
  public func outputShape(_ inputs: [Shape]) throws(ShapeProblem) -> Shape {
    let shape = try Arity.one(inputs)
    guard before.count == shape.rank, after.count == shape.rank,
      (before + after).allSatisfy({ (0...1 << 24).contains($0) })
    else { throw ShapeProblem("pads \(shape) by \(before) and \(after)") }
    if mode == .reflect {
      for axis in 0..<shape.rank where max(before[axis], after[axis]) >= shape[axis] {
        throw ShapeProblem("reflects more than there is: \(before) and \(after) of \(shape)")
      }
    }
    return try Axes.shape((0..<shape.rank).map { before[$0] + shape[$0] + after[$0] })
  }

  /// Linear, apart from a constant.
  public var derivative: Derivative { background == 0 ? .linear : .affine }
  /// A copy.
  public var isRecomputed: Bool { true }

  private var background: Double {
    if case .constant(let number) = mode { Double(number) } else { 0 }
  }

  /// Any, but for tables along the channels.
  public func layouts(given: [Layout], inputs: [Shape], output: Shape) -> OperatorLayouts {
    let isTable = if case .constant = mode { false } else { true }
    return isTable && before[0] + after[0] > 0
      ? .plain(1) : .same(given: given, inputs: inputs, output: output)
  }

  /// Compiles copies or tables.
  public func bound(in context: BindingContext) -> any BoundOperator {
    guard case .constant = mode else {
      return BoundTables(tables(context.inputs[0]), context: context)
    }
    let target = before.map { IndexBox.Side($0) }
    let boxes = IndexBox(context.inputs[0].extents, to: target)
      .stored(from: context.storedInputs[0], to: context.storedOutput)
    return BoundCopies(boxes.map { Copy($0) }, background: background, context: context)
  }

  private func tables(_ input: Shape) -> [(axis: Int, table: AxisTable)] {
    (0..<input.rank).compactMap { axis in
      guard before[axis] > 0 || after[axis] > 0 else { return nil }
      let places = places(axis, extent: input[axis]).map { [$0] }
      return (axis, AxisTable(inExtent: input[axis], index: places))
    }
  }

  /// The element that stands at each place.
  private func places(_ axis: Int, extent: Int) -> [Int] {
    (-before[axis]..<extent + after[axis]).map { place in
      guard mode == .reflect else { return min(max(place, 0), extent - 1) }
      return place < 0 ? -place : place < extent ? place : 2 * (extent - 1) - place
    }
  }

  /// Its attributes, its code in PyTorch and its nodes in ONNX.
  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    let (mode, number) =
      switch mode {
      case .constant(let number): ("constant", number)
      case .edge: ("edge", 0)
      case .reflect: ("reflect", 0)
      }
    return ExportedOperation(
      [
        "before": .integers(before), "after": .integers(after), "mode": .text(mode),
        "value": .number(Double(number)),
      ],
      pyTorch: pyTorch(inputs[0]),
      onnx: ONNXCode { [before, after] names in
        var code = ONNXFormula(names)
        let pads = code.integers([0] + before + [0] + after)
        var read = [names.inputs[0], pads]
        if mode == "constant" { read.append(code.number(number)) }
        return code.finished(
          code.node("Pad", read, [ONNXCode.Attribute("mode", .text(mode))]))
      })
  }

  private func pyTorch(_ input: Shape) -> PyTorchCode {
    guard case .constant(let number) = mode else {
      // PyTorch mirrors the last axes of few ranks only; indices do it for all.
      let places = (0..<input.rank).filter { before[$0] > 0 || after[$0] > 0 }
        .map { ($0, self.places($0, extent: input[$0])) }
      return .function { inputs in
        places.reduce(inputs[0]) { PyTorchText.select($1.1, axis: $1.0, of: $0) }
      }
    }
    let list = zip(before, after).reversed().map { "\($0), \($1)" }.joined(separator: ", ")
    return .function { "functional.pad(\($0[0]), (\(list)), value=\(number))" }
  }
}
