internal import Tensors

/// Places of two values of one rank that lie at regular distances along each axis.
struct IndexBox {
  /// Indices along an axis: `start`, `start + step`, and so on.
  struct Side: Hashable {
    var start: Int
    var step: Int

    init(_ start: Int = 0, step: Int = 1) {
      self.start = start
      self.step = step
    }
  }

  /// Places along each axis.
  var extents: [Int]
  /// Where they lie in the value that is read.
  var source: [Side]
  /// Where they lie in the value that is written.
  var target: [Side]

  init(_ extents: [Int], from source: [Side]? = nil, to target: [Side]? = nil) {
    let whole = [Side](repeating: Side(), count: extents.count)
    self.extents = extents
    self.source = source ?? whole
    self.target = target ?? whole
  }

  /// The places in memory.
  ///
  /// In blocks of channels the steps along the channels must be 1.
  func stored(from x: StoredShape, to y: StoredShape) -> [StridedBox] {
    guard x.block > 1 || y.block > 1 else {
      return [
        StridedBox(
          extents, [Self.operand(source, x.shape.extents), Self.operand(target, y.shape.extents)])
      ]
    }
    precondition(source[0].step == 1 && target[0].step == 1, "steps along blocks of channels")
    let (from, to) = (source[0].start, target[0].start)
    guard x.block != y.block || from % x.block != 0 || to % y.block != 0 else {
      let whole = extents[0] / x.block * x.block
      return [
        run(0, whole / x.block, lanes: x.block, x, y),
        run(whole, 1, lanes: extents[0] - whole, x, y),
      ].filter { $0.count > 0 }
    }
    // Channels as far as they lie side by side in both.
    var boxes: [StridedBox] = []
    var channel = 0
    while channel < extents[0] {
      let lanes = min(
        extents[0] - channel, x.block - (from + channel) % x.block,
        y.block - (to + channel) % y.block)
      boxes.append(run(channel, 1, lanes: lanes, x, y))
      channel += lanes
    }
    return boxes
  }

  /// Some blocks of channels from a channel of the box on.
  private func run(
    _ channel: Int, _ blocks: Int, lanes: Int, _ x: StoredShape, _ y: StoredShape
  ) -> StridedBox {
    StridedBox(
      [blocks, extents[1], extents[2], lanes],
      [(x, source), (y, target)].map { stored, sides in
        let (row, block) = (stored.shape.width * stored.block, stored.block)
        let first = sides[0].start + channel
        return StridedBox.Operand(
          first: first / block * stored.shape.area * block + first % block
            + sides[1].start * row + sides[2].start * block,
          steps: [stored.shape.area * block, sides[1].step * row, sides[2].step * block, 1])
      })
  }

  private static func operand(_ sides: [Side], _ extents: [Int]) -> StridedBox.Operand {
    let steps = StridedBox.rowMajor(extents)
    return StridedBox.Operand(
      first: zip(sides, steps).reduce(0) { $0 + $1.0.start * $1.1 },
      steps: zip(sides, steps).map { $0.step * $1 })
  }
}
