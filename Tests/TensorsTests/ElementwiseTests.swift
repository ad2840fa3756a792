import PlainTwins
import Tensors
import TestSupport
import Testing

@Suite("Elementwise kernels")
struct ElementwiseTests {
  /// One with lanes to spare in every blocked layout, and long enough for more than one stretch.
  private let shape = TensorShape(batch: 3, channels: 19, height: 5, width: 3)

  @Test("rectifying keeps what is positive, and NaN", arguments: Layout.all)
  func rectify(layout: Layout) {
    var random = SeededGenerator(seed: 1)
    var values = random.values(shape.count)
    values[0] = 0
    values[1] = -.infinity
    values[2] = .infinity
    let x = layout.tensor(shape, values)
    let y = layout.target(shape)
    x.rectify(into: y)
    #expect(y.values() == PlainLoops.rectify(values))
    #expect(y.paddingIsZero)
    x.rectify(into: x)
    #expect(x.values() == PlainLoops.rectify(values))

    values[3] = .nan
    x.write(values)
    x.rectify(into: y)
    #expect(y.values().indices.filter { y.values()[$0].isNaN } == [3])
  }

  @Test("sums of any number of plain and gated terms", arguments: Layout.all)
  func combine(layout: Layout) {
    var random = SeededGenerator(seed: 2)
    let values = (0..<20).map { _ in random.values(shape.count) }
    let terms = values.map { layout.tensor(shape, $0) }
    let gateValues = random.values(shape.imageCount).enumerated().map { $0 % 7 == 0 ? 0 : $1 }
    let gate = layout.tensor(shape.with(batch: 1), gateValues)
    for plain in 0...10 {
      for gated in 0...10 where plain + gated > 0 {
        let context = "\(plain) plain and \(gated) gated, \(layout)"
        let (p, g) = (Array(values[..<plain]), Array(values[10..<10 + gated]))
        let expected = PlainLoops.combine(
          plain: p, gated: g, gate: gateValues, count: shape.count, imageCount: shape.imageCount)
        let bounds = PlainLoops.combine(
          plain: p.map(magnitudes), gated: g.map(magnitudes), gate: gateValues, count: shape.count,
          imageCount: shape.imageCount)
        let target = layout.target(shape)
        target.combine(
          plain: Array(terms[..<plain]), gated: Array(terms[10..<10 + gated]),
          gate: gated > 0 || plain % 2 == 0 ? gate : nil)
        expectClose(
          target.values(), expected, magnitudes: bounds, terms: plain + gated, layout.precision,
          context)
        #expect(target.paddingIsZero, "\(context)")

        // In place: the target is the last plain term, or the last gated one.
        let own = layout.tensor(shape, plain > 0 ? values[plain - 1] : values[9 + gated])
        var (q, h) = (Array(terms[..<plain]), Array(terms[10..<10 + gated]))
        if plain > 0 { q[plain - 1] = own } else { h[gated - 1] = own }
        own.combine(plain: q, gated: h, gate: gate)
        #expect(own.values() == target.values(), "in place, \(context)")
      }
    }
  }

  @Test("a factor and an addend for each channel", arguments: Layout.all)
  func affine(layout: Layout) {
    for (seed, channels) in [1, 4, 8, 16, 19, 32].enumerated() {
      var random = SeededGenerator(seed: UInt64(seed))
      let shape = TensorShape(batch: 2, channels: channels, height: 3, width: 5)
      let (values, scale, shift) = (
        random.values(shape.count), random.values(channels), random.values(channels)
      )
      let x = layout.tensor(shape, values)
      let y = layout.target(shape)
      let factors = layout.tensor(TensorShape(channels: channels), scale)
      let addends = layout.tensor(TensorShape(channels: channels), shift)
      x.affine(scale: factors, shift: addends, into: y)
      expectClose(
        y.values(), PlainLoops.affine(shape, values, scale: scale, shift: shift),
        magnitudes: PlainLoops.affine(
          shape, magnitudes(values), scale: magnitudes(scale), shift: magnitudes(shift)),
        terms: 2, layout.precision, "\(channels) channels, seed \(seed), \(layout)")
      #expect(y.paddingIsZero)
      x.affine(scale: factors, shift: addends, into: x)
      #expect(x.values() == y.values())
    }
  }
}
