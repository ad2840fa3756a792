import Tensors
import Testing

@Suite("Products with channels")
struct ChannelScaleTests {
  /// Widths with and without lanes to spare, areas that are no multiple of a vector, and vectors.
  private static let shapes = [
    TensorShape(batch: 3, channels: 19, height: 5, width: 3),
    TensorShape(batch: 2, channels: 32, height: 4, width: 4),
    TensorShape(batch: 2, channels: 1, height: 7, width: 5),
    TensorShape(batch: 3, channels: 21),
    TensorShape(batch: 1, channels: 40, height: 2, width: 9),
  ]

  /// A tensor in the layout, and for vectors a plain one besides.
  private func vectors(_ layout: Layout, _ shape: TensorShape, _ values: [Double]) -> [Tensor] {
    let plain = Tensor(shape, precision: layout.precision)
    plain.write(values)
    return [layout.tensor(shape, values), plain]
  }

  @Test("products of maps and vectors agree with plain loops", arguments: Layout.all)
  func scaling(layout: Layout) {
    for (seed, shape) in Self.shapes.enumerated() {
      var random = TestGenerator(seed: UInt64(seed))
      let row = TensorShape(batch: shape.batch, channels: shape.channels)
      let (maps, factors) = (random.values(shape.count), random.values(row.count))
      let start = random.values(shape.count)
      // One map and one vector may serve all images.
      for (mapCount, vectorCount) in [
        (shape.batch, shape.batch), (1, shape.batch), (shape.batch, 1),
      ] {
        let x = layout.tensor(shape, maps).images(0..<mapCount)
        for whole in vectors(layout, row, factors) {
          let vector = whole.images(0..<vectorCount)
          let context =
            "\(mapCount) maps, \(vectorCount) vectors in blocks of \(vector.block), \(layout), \(shape)"
          let expected = PlainLoops.scaleChannels(shape, x.values(), by: vector.values())
          let y = layout.target(shape)
          x.scaleChannels(by: vector, into: y)
          expectClose(
            y.values(), expected, magnitudes: magnitudes(expected), terms: 1, layout.precision,
            context)
          #expect(y.paddingIsZero, "\(context)")
          let sum = layout.tensor(shape, start)
          x.scaleChannels(by: vector, adding: true, into: sum)
          expectClose(
            sum.values(), zip(start, expected).map { $0 + $1 },
            magnitudes: zip(start, expected).map { abs($0) + abs($1) }, terms: 2, layout.precision,
            context)
          #expect(sum.paddingIsZero, "\(context)")
          if mapCount == shape.batch {
            let own = layout.tensor(shape, maps)
            own.scaleChannels(by: vector, into: own)
            #expect(own.values() == y.values(), "\(context)")
          }
        }
      }
    }
  }

  @Test("products of the channels of two maps agree with plain loops", arguments: Layout.all)
  func dots(layout: Layout) {
    for (seed, shape) in Self.shapes.enumerated() {
      var random = TestGenerator(seed: UInt64(seed))
      let row = TensorShape(batch: shape.batch, channels: shape.channels)
      let (a, b) = (random.values(shape.count), random.values(shape.count))
      for count in Set([1, shape.batch]) {
        let x = layout.tensor(shape, b).images(0..<count)
        for y in vectors(layout, row, [Double](repeating: 1e6, count: row.count)) {
          let context = "\(count) maps into blocks of \(y.block), \(layout), \(shape)"
          layout.tensor(shape, a).channelDots(x, into: y)
          expectClose(
            y.values(), PlainLoops.channelDots(shape, a, x.values()),
            magnitudes: PlainLoops.channelDots(shape, magnitudes(a), magnitudes(x.values())),
            terms: shape.area, layout.precision, context)
          #expect(y.paddingIsZero, "\(context)")
        }
      }
    }
  }
}
