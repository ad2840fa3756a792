public import Networks
public import Tensors

/// Squares of places of feature maps moved to channels: `[C, b H, b W]` becomes `[b^2 C, H, W]`.
public struct SpaceToDepth: Operator, CopyOperator, ListedOperator {
  /// The side of a square.
  public var block: Int
  /// The order of the channels.
  public var order: DepthToSpace.Order

  /// Creates a rearrangement.
  public init(block: Int, order: DepthToSpace.Order = .depthFirst) {
    self.block = block
    self.order = order
  }

  /// `space-to-depth`.
  public var name: String { "space-to-depth" }
  package static var examples: [OperatorExample] {
    [
      OperatorExample(SpaceToDepth(block: 2), [5, 6, 4]),
      OperatorExample(SpaceToDepth(block: 2, order: .depthLast), [18, 2, 4]),
    ]
  }

  /// The smaller maps.
  public func outputShape(_ inputs: [Shape]) throws(ShapeProblem) -> Shape {
    let maps = try Arity.maps(inputs)
    guard (1...1 << 12).contains(block), maps.height % block == 0, maps.width % block == 0 else {
      throw ShapeProblem("cannot cut \(maps) into \(block)x\(block) squares")
    }
    return [maps.channels * block * block, maps.height / block, maps.width / block]
  }

  func copies(_ inputs: [StoredShape], to output: StoredShape) -> [Copy] {
    let box = DepthToSpace.box(
      deep: output.shape, wide: inputs[0].shape, block: block, order: order)
    return [Copy(box.operands([1, 0]))]
  }

  /// Its attributes, its code in PyTorch and its nodes in ONNX.
  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    let (b, c) = (block, inputs[0].channels)
    let (h, w) = (output.height, output.width)
    // Axes: batch, channel, row, row in the square, column, column in the square.
    let axes = order == .depthFirst ? [0, 1, 3, 5, 2, 4] : [0, 3, 5, 1, 2, 4]
    return ExportedOperation(
      ["block": .integer(block), "order": .text(order.rawValue)],
      pyTorch: .function { [order] in
        order == .depthFirst
          ? "functional.pixel_unshuffle(\($0[0]), \(b))"
          : "\($0[0]).reshape(-1, \(c), \(h), \(b), \(w), \(b)).permute(0, 3, 5, 1, 2, 4).reshape(-1, \(b * b * c), \(h), \(w))"
      },
      onnx: ONNXCode { names in
        var code = ONNXFormula(names)
        let split = code.reshape(names.inputs[0], to: [-1, c, h, b, w, b])
        let moved = code.node("Transpose", [split], [ONNXCode.Attribute("perm", .integers(axes))])
        return code.finished(code.reshape(moved, to: [-1, b * b * c, h, w]))
      })
  }
}
