public import Networks
public import Tensors

/// Channels of feature maps moved to squares of places: `[b^2 C, H, W]` becomes `[C, b H, b W]`.
public struct DepthToSpace: Operator, CopyOperator, ListedOperator {
  /// In which order channels stand for places.
  public enum Order: String, Hashable, Sendable {
    /// Channel `(i b + j) C + c`: those of one place together, as in TensorFlow.
    case depthLast
    /// Channel `(c b + i) b + j`: those of one channel together, as in PyTorch's pixel shuffle.
    case depthFirst
  }

  /// The side of a square.
  public var block: Int
  /// The order of the channels.
  public var order: Order

  /// Creates a rearrangement.
  public init(block: Int, order: Order = .depthFirst) {
    self.block = block
    self.order = order
  }

  /// `depth-to-space`.
  public var name: String { "depth-to-space" }
  package static var examples: [OperatorExample] {
    [
      OperatorExample(DepthToSpace(block: 2), [20, 3, 2]),
      OperatorExample(DepthToSpace(block: 3, order: .depthLast), [18, 1, 2]),
    ]
  }

  /// The larger maps.
  public func outputShape(_ inputs: [Shape]) throws(ShapeProblem) -> Shape {
    let maps = try Arity.maps(inputs)
    guard (1...1 << 12).contains(block), maps.channels % (block * block) == 0 else {
      throw ShapeProblem("cannot make \(block)x\(block) squares of \(maps)")
    }
    return [maps.channels / (block * block), maps.height * block, maps.width * block]
  }

  func copies(_ inputs: [StoredShape], to output: StoredShape) -> [Copy] {
    [Copy(Self.box(deep: inputs[0].shape, wide: output.shape, block: block, order: order))]
  }

  /// The places of maps with many channels, and of those with many places.
  static func box(deep: Shape, wide: Shape, block: Int, order: Order) -> StridedBox {
    let (area, channels) = (deep.area, wide.channels)
    // By channel, row, row in the square, column, column in the square.
    let (ofChannel, ofRow, ofColumn) =
      order == .depthLast
      ? (area, block * channels * area, channels * area)
      : (block * block * area, block * area, area)
    return StridedBox(
      [channels, deep.height, block, deep.width, block],
      [
        .init(steps: [ofChannel, deep.width, ofRow, 1, ofColumn]),
        .init(steps: [wide.area, block * wide.width, wide.width, block, 1]),
      ])
  }

  /// Its attributes, its code in PyTorch and its nodes in ONNX.
  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    let (b, c) = (block, output.channels)
    let (h, w) = (inputs[0].height, inputs[0].width)
    return ExportedOperation(
      ["block": .integer(block), "order": .text(order.rawValue)],
      pyTorch: .function { [order] in
        order == .depthFirst
          ? "functional.pixel_shuffle(\($0[0]), \(b))"
          : "\($0[0]).reshape(-1, \(b), \(b), \(c), \(h), \(w)).permute(0, 3, 4, 1, 5, 2).reshape(-1, \(c), \(h * b), \(w * b))"
      },
      onnx: .node(
        "DepthToSpace",
        [
          ONNXCode.Attribute("blocksize", .integer(block)),
          ONNXCode.Attribute("mode", .text(order == .depthFirst ? "CRD" : "DCR")),
        ]))
  }
}
