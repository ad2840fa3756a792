import PlainTwins
import Tensors
import TestSupport
import Testing

private struct Example {
  let geometry: PoolingGeometry
  let shape: TensorShape
  let x, dy: [Double]

  var outShape: TensorShape {
    let (height, width) = geometry.output(height: shape.height, width: shape.width)
    return TensorShape(
      batch: shape.batch, channels: shape.channels, height: height, width: width)
  }

  init(_ geometry: PoolingGeometry, _ shape: TensorShape, random: inout SeededGenerator) {
    self.geometry = geometry
    self.shape = shape
    x = random.values(shape.count)
    let (height, width) = geometry.output(height: shape.height, width: shape.width)
    dy = random.values(shape.batch * shape.channels * height * width)
  }

  init(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let kernel = Int.random(in: 1...6, using: &random)
    let padding = Int.random(in: 0..<kernel, using: &random)
    let geometry = PoolingGeometry(
      kernel: kernel, stride: Int.random(in: 1...4, using: &random), padding: padding,
      countsPadding: seed % 2 == 0)
    let least = max(1, kernel - 2 * padding)
    let shape = TensorShape(
      batch: Int.random(in: 1...2, using: &random),
      channels: [1, 5, 16, 19, 32].randomElement(using: &random) ?? 1,
      height: least + Int.random(in: 0...7, using: &random),
      width: least + Int.random(in: 0...7, using: &random))
    self.init(geometry, shape, random: &random)
  }

  /// Windows of any kind: oblong, dilated, with padding that differs at both ends, rounded up.
  init(general seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    func pick(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
    while true {
      func side() -> WindowSide {
        WindowSide(
          kernel: pick(1...4), stride: pick(1...3), dilation: pick(1...3), before: pick(0...3),
          after: pick(0...3))
      }
      let geometry = PoolingGeometry(
        rows: side(), columns: side(), countsPadding: seed % 2 == 0, roundsUp: seed % 3 == 0)
      let (height, width) = (pick(1...9), pick(1...9))
      guard geometry.problem(height: height, width: width) == nil else { continue }
      let shape = TensorShape(
        batch: pick(1...2), channels: [1, 5, 16, 19].randomElement(using: &random) ?? 1,
        height: height, width: width)
      self.init(geometry, shape, random: &random)
      return
    }
  }
}

private let named: [(PoolingGeometry, Int, Int)] = [
  // The pooling of a cell, on a common map and on one that its window covers wholly.
  (PoolingGeometry(kernel: 3, stride: 1, padding: 1), 8, 8),
  (PoolingGeometry(kernel: 3, stride: 1, padding: 1, countsPadding: true), 8, 8),
  (PoolingGeometry(kernel: 3, stride: 1, padding: 1), 2, 2),
  (PoolingGeometry(kernel: 3, stride: 1, padding: 1), 1, 1),
  (PoolingGeometry(kernel: 3, stride: 1, padding: 1, countsPadding: true), 1, 3),
  // The pooling of a reduction, on even and odd maps.
  (PoolingGeometry(kernel: 2, stride: 2), 8, 8), (PoolingGeometry(kernel: 2, stride: 2), 7, 5),
  // A window larger than the map, tall and narrow maps, and rows that no window reads.
  (PoolingGeometry(kernel: 5, stride: 1, padding: 4), 8, 1),
  (PoolingGeometry(kernel: 5, stride: 2, padding: 2), 2, 3),
  (PoolingGeometry(kernel: 7, stride: 1, padding: 6, countsPadding: true), 1, 1),
  (PoolingGeometry(kernel: 2, stride: 5), 9, 13), (PoolingGeometry(kernel: 1, stride: 3), 8, 8),
  (PoolingGeometry(kernel: 4, stride: 3, padding: 3), 4, 1),
]

@Suite("Pooling")
struct PoolingTests {
  private func check(_ example: Example, _ layout: Layout, _ context: String) throws {
    let engine = try KernelEngine(precision: layout.precision)
    let (g, shape) = (example.geometry, example.shape)
    let terms = g.rows.kernel * g.columns.kernel
    let x = layout.tensor(shape, example.x)
    let y = layout.target(example.outShape)
    x.averagePool(g, into: y, on: engine)
    expectClose(
      y.values(), PlainLoops.averagePool(g, shape, example.x),
      magnitudes: PlainLoops.averagePool(g, shape, magnitudes(example.x)), terms: terms,
      layout.precision, context)

    let dy = layout.tensor(example.outShape, example.dy)
    let dx = layout.target(shape)
    dy.averagePoolTransposed(g, into: dx, on: engine)
    expectClose(
      dx.values(), PlainLoops.averagePoolTransposed(g, shape, example.dy),
      magnitudes: PlainLoops.averagePoolTransposed(g, shape, magnitudes(example.dy)), terms: terms,
      layout.precision, "transposed, " + context)
    #expect(y.paddingIsZero && dx.paddingIsZero, "\(context)")

    let scale = dot(
      PlainLoops.averagePool(g, shape, magnitudes(example.x)), magnitudes(example.dy))
    #expect(
      abs(dot(y.values(), example.dy) - dot(example.x, dx.values()))
        <= 4 * Double(terms + 4) * layout.precision.rounding * scale, "\(context)")

    let (firstY, firstX) = (y.values(), dx.values())
    x.averagePool(g, into: y, on: engine)
    dy.averagePoolTransposed(g, into: dx, on: engine)
    #expect(y.values() == firstY && dx.values() == firstX, "\(context)")
  }

  @Test("both directions agree with plain loops on random windows", arguments: Layout.all)
  func randomWindows(layout: Layout) throws {
    for seed in 1...60 as ClosedRange<UInt64> {
      let example = Example(seed: seed)
      try check(example, layout, "seed \(seed), \(layout), \(example.geometry), \(example.shape)")
    }
  }

  @Test("both directions agree with plain loops on windows of any kind", arguments: Layout.all)
  func generalWindows(layout: Layout) throws {
    for seed in 1...120 as ClosedRange<UInt64> {
      let example = Example(general: seed)
      try check(example, layout, "seed \(seed), \(layout), \(example.geometry), \(example.shape)")
    }
  }

  @Test(
    "maxima of windows are found, gathered and scattered as by plain loops", arguments: Layout.all)
  func maxima(layout: Layout) throws {
    for seed in 1...120 as ClosedRange<UInt64> {
      let example = Example(general: seed)
      let (g, shape) = (example.geometry, example.shape)
      // Few different numbers, so that many are equal.
      let values = example.x.map { ($0 * 2).rounded() }
      let x = layout.tensor(shape, values)
      let maxima = WindowMaxima(g)
      maxima.find(in: x)
      let places = PlainLoops.windowMaxima(g, shape, values)
      let y = layout.target(example.outShape)
      maxima.gather(x, into: y)
      #expect(y.values() == places.map { values[$0] }, "seed \(seed), \(g), \(shape)")
      #expect(y.paddingIsZero)
      var expected = [Double](repeating: 0, count: shape.count)
      for (window, place) in places.enumerated() { expected[place] += example.dy[window] }
      let dx = layout.target(shape)
      maxima.scatter(layout.tensor(example.outShape, example.dy), into: dx)
      expectClose(
        dx.values(), expected, magnitudes: expected.map { abs($0) + 4 }, terms: 16,
        layout.precision, "seed \(seed)")
      #expect(dx.paddingIsZero)

      // The places of one image serve any number of tangents.
      maxima.find(in: x.images(0..<1))
      let tangents = layout.tensor(shape, example.x)
      maxima.gather(tangents, into: y)
      let perImage = places.count / shape.batch
      let tangentValues = tangents.values()
      #expect(
        y.values()
          == (0..<places.count).map {
            tangentValues[places[$0 % perImage] + $0 / perImage * shape.imageCount]
          })
    }
  }

  @Test("a window that holds no number has none as its maximum")
  func maximumOfNaN() {
    let x = Tensor(TensorShape(channels: 1, height: 1, width: 4), precision: .float)
    x.write([1, Double.nan, 3, 2])
    let maxima = WindowMaxima(
      PoolingGeometry(rows: WindowSide(kernel: 1), columns: WindowSide(kernel: 2, stride: 2)))
    maxima.find(in: x)
    let y = Tensor(TensorShape(channels: 1, height: 1, width: 2), precision: .float)
    maxima.gather(x, into: y)
    #expect(y.values()[0].isNaN && y.values()[1] == 3)
  }

  @Test("rounding up adds a window that begins inside, and no other")
  func roundingUp() {
    func rows(_ size: Int, kernel: Int, stride: Int, padding: Int) -> Int {
      PoolingGeometry(
        rows: WindowSide(kernel: kernel, stride: stride, padding: padding),
        columns: WindowSide(kernel: 1), roundsUp: true
      ).output(height: size, width: 1).height
    }
    // What PyTorch gives for MaxPool2d with ceil_mode.
    #expect(rows(112, kernel: 3, stride: 2, padding: 0) == 56)
    #expect(rows(7, kernel: 2, stride: 2, padding: 0) == 4)
    #expect(rows(5, kernel: 1, stride: 2, padding: 0) == 3)
    #expect(rows(2, kernel: 2, stride: 3, padding: 1) == 1)
    #expect(rows(4, kernel: 2, stride: 5, padding: 1) == 1)
  }

  @Test("both directions agree with plain loops on the windows of networks", arguments: Layout.all)
  func namedWindows(layout: Layout) throws {
    var random = SeededGenerator(seed: 9)
    for (geometry, height, width) in named {
      let shape = TensorShape(batch: 2, channels: 18, height: height, width: width)
      let example = Example(geometry, shape, random: &random)
      try check(example, layout, "\(layout), \(geometry), \(shape)")
    }
  }

  @Test("pooling keeps a constant where padding does not count")
  func constant() throws {
    let shape = TensorShape(channels: 16, height: 5, width: 6)
    let geometry = PoolingGeometry(kernel: 3, stride: 1, padding: 1)
    for layout in Layout.all {
      let engine = try KernelEngine(precision: layout.precision)
      let x = layout.tensor(shape, [Double](repeating: 3, count: shape.count))
      let y = layout.target(shape)
      x.averagePool(geometry, into: y, on: engine)
      for value in y.values() { #expect(abs(value - 3) <= 16 * layout.precision.rounding) }
    }
  }

  @Test("global pooling and its transpose agree with plain loops", arguments: Layout.all)
  func global(layout: Layout) {
    for seed in 1...20 as ClosedRange<UInt64> {
      var random = SeededGenerator(seed: seed)
      let shape = TensorShape(
        batch: Int.random(in: 1...3, using: &random),
        channels: Int.random(in: 1...40, using: &random),
        height: Int.random(in: 1...6, using: &random), width: Int.random(in: 1...6, using: &random))
      let vectors = TensorShape(batch: shape.batch, channels: shape.channels)
      let (values, cotangents) = (random.values(shape.count), random.values(vectors.count))
      let context = "seed \(seed), \(layout), \(shape)"

      let x = layout.tensor(shape, values)
      let y = Tensor(vectors, precision: layout.precision)
      x.globalAveragePool(into: y)
      expectClose(
        y.values(), PlainLoops.globalAveragePool(shape, values),
        magnitudes: PlainLoops.globalAveragePool(shape, magnitudes(values)), terms: shape.area,
        layout.precision, context)

      let dy = Tensor(vectors, precision: layout.precision)
      dy.write(cotangents)
      let dx = layout.target(shape)
      dy.globalAveragePoolTransposed(into: dx)
      expectClose(
        dx.values(), PlainLoops.globalAveragePoolTransposed(shape, cotangents),
        magnitudes: PlainLoops.globalAveragePoolTransposed(shape, magnitudes(cotangents)),
        terms: 1, layout.precision, "transposed, " + context)
      #expect(dx.paddingIsZero, "\(context)")

      // Vectors in blocks.
      let blocked = layout.target(vectors)
      x.globalAveragePool(into: blocked)
      #expect(blocked.values() == y.values() && blocked.paddingIsZero, "\(context)")
      let again = layout.target(shape)
      layout.tensor(vectors, cotangents).globalAveragePoolTransposed(into: again)
      #expect(again.values() == dx.values() && again.paddingIsZero, "\(context)")

      let scale = dot(
        PlainLoops.globalAveragePool(shape, magnitudes(values)), magnitudes(cotangents))
      #expect(
        abs(dot(y.values(), cotangents) - dot(values, dx.values()))
          <= 4 * Double(shape.area + 4) * layout.precision.rounding * scale, "\(context)")
    }
  }
}
