import PlainTwins
import Tensors
import TestSupport
import Testing

@Suite("Channel readout")
struct ChannelReadoutTests {
  @Test("a channel is copied out of every image", arguments: Layout.all)
  func copyChannel(layout: Layout) {
    var random = SeededGenerator(seed: 1)
    let shape = TensorShape(batch: 3, channels: 21, height: 4, width: 3)
    let values = random.values(shape.count)
    let x = layout.tensor(shape, values)
    let plane = Tensor(
      TensorShape(batch: 3, channels: 1, height: 4, width: 3), precision: layout.precision)
    for channel in 0..<shape.channels {
      x.copy(x.box(ofChannel: channel), into: plane)
      #expect(plane.values() == PlainLoops.channel(channel, shape, values), "channel \(channel)")
    }
  }

  @Test("what a tap reads of a channel is zero outside", arguments: Layout.all)
  func tap(layout: Layout) {
    for seed in 1...200 as ClosedRange<UInt64> {
      var random = SeededGenerator(seed: seed)
      func pick(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
      let (height, width) = (pick(1...7), pick(1...7))
      let (outHeight, outWidth) = (pick(1...7), pick(1...7))
      let (stride, row, column) = (pick(1...3), pick(-8...8), pick(-8...8))
      let columnStride = pick(1...3)
      let shape = TensorShape(channels: pick(1...19), height: height, width: width)
      let channel = pick(0...shape.channels - 1)
      let values = random.values(shape.count)
      let x = layout.tensor(shape, values)
      let target = Tensor(
        TensorShape(channels: 1, height: outHeight, width: outWidth), precision: layout.precision)
      target.write([Double](repeating: 1e6, count: outHeight * outWidth))
      x.copyTap(
        ofChannel: channel, rowStride: stride, columnStride: columnStride, row: row,
        column: column, into: target)
      #expect(
        target.values()
          == PlainLoops.shift(
            PlainLoops.channel(channel, shape, values), height: height, width: width,
            outHeight: outHeight, outWidth: outWidth, rowStride: stride,
            columnStride: columnStride, row: row, column: column),
        "seed \(seed): \(height)x\(width) to \(outHeight)x\(outWidth), \(stride) \(row) \(column)")
    }
  }

  @Test("one tap of a convolution is a product of a shifted plane and a cotangent")
  func tapOfConvolution() {
    var random = SeededGenerator(seed: 3)
    let g = ConvolutionGeometry(
      inChannels: 1, outChannels: 1, inHeight: 6, inWidth: 5, kernel: 3, stride: 2, padding: 1)
    let (values, cotangents) = (random.values(30), random.values(g.outHeight * g.outWidth))
    let x = Tensor(g.inShape(batch: 1), precision: .double)
    x.write(values)
    let dy = Tensor(g.outShape(batch: 1), precision: .double)
    dy.write(cotangents)
    let window = Tensor(g.outShape(batch: 1), precision: .double)
    var taps: [Double] = []
    for a in 0..<3 {
      for b in 0..<3 {
        x.copyTap(
          ofChannel: 0, rowStride: 2, columnStride: 2, row: a - 1, column: b - 1, into: window)
        var result = [0.0]
        dy.dotRows(window, into: &result)
        taps += result
      }
    }
    let expected = PlainLoops.convolutionBackwardWeights(g, batch: 1, values, cotangents)
    #expect(relativeDistance(taps, expected) < 1e-15)
  }

  @Test("inner products of rows are taken in double", arguments: Layout.all)
  func dotRows(layout: Layout) {
    for (seed, area) in [1, 3, 15, 16, 17, 64, 100].enumerated() {
      var random = SeededGenerator(seed: UInt64(seed))
      let shape = TensorShape(batch: 4, channels: 5, height: area, width: 1)
      let (rows, other) = (random.values(shape.count), random.values(shape.imageCount))
      let x = layout.tensor(shape, rows)
      let y = layout.tensor(shape.with(batch: 1), other)
      // Products of floats are exact in double, so the bound is that of double sums.
      for factor in [other, nil] {
        var result = [Double](repeating: 1e6, count: 5)
        x.dotRows(factor == nil ? nil : y, into: &result)
        expectClose(
          Array(result.prefix(4)), PlainLoops.dotRows(rows, count: shape.imageCount, factor),
          magnitudes: PlainLoops.dotRows(
            magnitudes(rows), count: shape.imageCount, factor.map(magnitudes)),
          terms: shape.imageCount, .double, "area \(area), seed \(seed), \(layout)")
        #expect(result[4] == 1e6)
        var again = [Double](repeating: 0, count: 4)
        x.dotRows(factor == nil ? nil : y, into: &again)
        #expect(again == Array(result.prefix(4)))
      }
    }
  }

  @Test("a box is read and added to, element by element", arguments: Layout.all)
  func boxes(layout: Layout) {
    for seed in 1...60 as ClosedRange<UInt64> {
      var random = SeededGenerator(seed: seed)
      func pick(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
      let shape = TensorShape(
        batch: pick(1...3), channels: pick(1...20), height: pick(2...6), width: pick(2...6))
      let values = random.values(shape.count)
      let x = layout.tensor(shape, values)
      let channel = pick(0...shape.channels - 1)
      let (firstRow, rowStride) = (pick(0...1), pick(1...2))
      let (firstColumn, columnStride) = (pick(0...1), pick(1...2))
      let rows = (shape.height - firstRow + rowStride - 1) / rowStride
      let columns = (shape.width - firstColumn + columnStride - 1) / columnStride
      let box = x.box(
        ofChannel: channel, rows: (firstRow, rowStride, rows),
        columns: (firstColumn, columnStride, columns))
      let places = (0..<shape.batch).map { image in
        (0..<rows).flatMap { u in
          (0..<columns).map { v in
            ((image * shape.channels + channel) * shape.height + firstRow + u * rowStride)
              * shape.width + firstColumn + v * columnStride
          }
        }
      }
      let plane = Tensor(
        TensorShape(batch: shape.batch, channels: 1, height: rows, width: columns),
        precision: layout.precision)
      x.copy(box, into: plane)
      #expect(plane.values() == places.flatMap { $0.map { values[$0] } }, "seed \(seed)")

      let added = random.values(rows * columns)
      let term = Tensor(
        TensorShape(channels: 1, height: rows, width: columns), precision: layout.precision)
      term.write(added)
      x.add(plane: term, times: 2, plus: 0.5, to: box)
      x.add(plane: nil, times: 9, plus: 1, to: box)
      var expected = values
      for image in places {
        for (i, place) in image.enumerated() { expected[place] += 2 * added[i] + 1.5 }
      }
      expectClose(
        x.values(), expected, magnitudes: expected.map { abs($0) + 4 }, terms: 3, layout.precision,
        "seed \(seed)")
      #expect(x.paddingIsZero)
    }
  }

  @Test("a feature and an element are boxes of row-major values", arguments: Precision.allCases)
  func features(precision: Precision) {
    let x = Tensor(TensorShape(batch: 2, channels: 3, height: 2, width: 4), precision: precision)
    x.write((0..<48).map(Double.init))
    let column = Tensor(
      TensorShape(batch: 2, channels: 1, height: 6, width: 1), precision: precision)
    x.copy(x.box(ofFeature: 3, among: 4), into: column)
    #expect(column.values() == [3, 7, 11, 15, 19, 23, 27, 31, 35, 39, 43, 47])
    let one = Tensor(TensorShape(batch: 2, channels: 1), precision: precision)
    x.copy(x.box(ofElement: 13), into: one)
    #expect(one.values() == [13, 37])
  }
}
