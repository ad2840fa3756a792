import Tensors
import Testing

@Suite("Channel readout")
struct ChannelReadoutTests {
  @Test("a channel is copied out of every image", arguments: Layout.all)
  func copyChannel(layout: Layout) {
    var random = TestGenerator(seed: 1)
    let shape = TensorShape(batch: 3, channels: 21, height: 4, width: 3)
    let values = random.values(shape.count)
    let x = layout.tensor(shape, values)
    let plane = Tensor(
      TensorShape(batch: 3, channels: 1, height: 4, width: 3), precision: layout.precision)
    for channel in 0..<shape.channels {
      x.copyChannel(channel, into: plane)
      #expect(plane.values() == PlainLoops.channel(channel, shape, values), "channel \(channel)")
    }
  }

  @Test("a shifted plane is zero outside", arguments: Precision.allCases)
  func shiftPlane(precision: Precision) {
    for seed in 1...200 as ClosedRange<UInt64> {
      var random = TestGenerator(seed: seed)
      func pick(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
      let (height, width) = (pick(1...7), pick(1...7))
      let (outHeight, outWidth) = (pick(1...7), pick(1...7))
      let (stride, row, column) = (pick(1...3), pick(-8...8), pick(-8...8))
      let values = random.values(height * width)
      let plane = Tensor(
        TensorShape(channels: 1, height: height, width: width), precision: precision)
      plane.write(values)
      let target = Tensor(
        TensorShape(channels: 1, height: outHeight, width: outWidth), precision: precision)
      target.write([Double](repeating: 1e6, count: outHeight * outWidth))
      plane.shiftPlane(stride: stride, row: row, column: column, into: target)
      #expect(
        target.values()
          == PlainLoops.shift(
            values, height: height, width: width, outHeight: outHeight, outWidth: outWidth,
            stride: stride, row: row, column: column),
        "seed \(seed): \(height)x\(width) to \(outHeight)x\(outWidth), \(stride) \(row) \(column)")
    }
  }

  @Test("one tap of a convolution is a product of a shifted plane and a cotangent")
  func tapOfConvolution() {
    var random = TestGenerator(seed: 3)
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
        x.shiftPlane(stride: 2, row: a - 1, column: b - 1, into: window)
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
      var random = TestGenerator(seed: UInt64(seed))
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

  @Test("moments add up over images", arguments: Layout.all)
  func moments(layout: Layout) {
    var random = TestGenerator(seed: 8)
    let shape = TensorShape(batch: 2, channels: 21, height: 5, width: 7)
    let values = random.values(shape.count)
    let x = layout.tensor(shape, values)
    let lanes = x.blocks * x.block
    for image in 0..<2 {
      var sums = [Double](repeating: 0.5, count: 2 * lanes)
      x.addMoments(image: image, to: &sums)
      for power in 1...2 {
        let expected = PlainLoops.moments(image: image, power: power, shape, values)
        let start = (power - 1) * lanes
        expectClose(
          sums[start..<start + shape.channels].map { $0 - 0.5 }, expected,
          magnitudes: PlainLoops.moments(image: image, power: power, shape, magnitudes(values))
            .map { $0 + 1 },
          terms: shape.area, .double, "power \(power), \(layout)")
        #expect(sums[start + shape.channels..<start + lanes].allSatisfy { $0 == 0.5 })
      }
    }
  }
}
