public import Networks
public import Tensors

/// A value several times side by side along each axis.
public struct Tile: Operator, CopyOperator, ListedOperator {
  /// How often along each axis.
  public var repeats: [Int]

  /// Creates a tiling.
  public init(repeats: [Int]) { self.repeats = repeats }

  /// `tile`.
  public var name: String { "tile" }
  package static var examples: [OperatorExample] {
    [
      OperatorExample(Tile(repeats: [2, 3]), [5, 4]),
      OperatorExample(Tile(repeats: [1, 1, 2]), [18, 2, 3]),
      OperatorExample(Tile(repeats: [3]), [4]),
    ]
  }

  /// The larger shape.
  public func outputShape(_ inputs: [Shape]) throws(ShapeProblem) -> Shape {
    let shape = try Arity.one(inputs)
    guard repeats.count == shape.rank, repeats.allSatisfy({ (1...1 << 24).contains($0) }) else {
      throw ShapeProblem("tiles \(shape) by \(repeats)")
    }
    return try Axes.shape(zip(shape.extents, repeats).map(*))
  }

  func copies(_ inputs: [StoredShape], to output: StoredShape) -> [Copy] {
    let (extents, from, to) = (inputs[0].extents, inputs[0].steps, output.steps)
    let axes = extents.indices
    return [
      Copy(
        StridedBox(
          axes.flatMap { [repeats[$0], extents[$0]] },
          [
            .init(steps: axes.flatMap { [0, from[$0]] }),
            .init(steps: axes.flatMap { [extents[$0] * to[$0], to[$0]] }),
          ]))
    ]
  }

  /// Its attributes, its code in PyTorch and its nodes in ONNX.
  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    let list = ([1] + repeats).map(String.init).joined(separator: ", ")
    return ExportedOperation(
      ["repeats": .integers(repeats)], pyTorch: .function { "\($0[0]).repeat(\(list))" },
      onnx: ONNXCode { [repeats] names in
        var code = ONNXFormula(names)
        let counts = code.integers([1] + repeats)
        return code.finished(code.node("Tile", [names.inputs[0], counts]))
      })
  }
}
