import Tensors
import TestSupport
import Testing

@Suite("Tensor layout")
struct TensorLayoutTests {
  @Test("values come back in every layout", arguments: Layout.all)
  func roundTrip(layout: Layout) {
    for channels in [1, 2, 7, 8, 9, 15, 16, 17, 33] {
      var random = SeededGenerator(seed: UInt64(channels))
      let shape = TensorShape(batch: 2, channels: channels, height: 3, width: 2)
      let values = random.values(shape.count)
      let tensor = layout.tensor(shape, values)
      #expect(tensor.values() == values)
      #expect(tensor.paddingIsZero)
      tensor.write(values.map(Float.init))
      #expect(tensor.values() == values)
      tensor.clear()
      #expect(tensor.values() == [Double](repeating: 0, count: shape.count))
    }
  }

  @Test("channels of a block lie side by side")
  func order() {
    let shape = TensorShape(channels: 3, height: 1, width: 2)
    let tensor = Tensor(shape, precision: .float, block: 2)
    tensor.write([1, 2, 10, 20, 100, 200] as [Double])
    // Read as one channel, the elements come in the order in which they are stored.
    let stored = Tensor(TensorShape(channels: 8), precision: .float, block: 2)
    stored.write([1, 10, 2, 20, 100, 0, 200, 0] as [Double])
    #expect(tensor.viewed(as: stored.shape).values() == stored.values())
    let channelsLast = Tensor(shape, precision: .float, block: 3)
    channelsLast.write([1, 2, 10, 20, 100, 200] as [Double])
    #expect(
      channelsLast.viewed(as: TensorShape(channels: 6)).values() == [1, 10, 100, 2, 20, 200])
  }

  @Test("a range of images shares the elements", arguments: Layout.all)
  func images(layout: Layout) {
    var random = SeededGenerator(seed: 4)
    let shape = TensorShape(batch: 5, channels: 5, height: 2, width: 3)
    let values = random.values(shape.count)
    let whole = layout.tensor(shape, values)
    let part = whole.images(1..<3)
    #expect(part.shape == shape.with(batch: 2))
    #expect(part.values() == Array(values[shape.imageCount..<3 * shape.imageCount]))
    #expect(part.overlaps(whole) && !part.overlaps(whole.images(3..<5)))

    let replaced = random.values(shape.imageCount)
    part.images(1..<2).write(replaced)
    let expected =
      values[..<(2 * shape.imageCount)] + replaced + values[(3 * shape.imageCount)...]
    #expect(whole.values() == Array(expected))
    part.clear()
    #expect(whole.values().prefix(shape.imageCount) == values.prefix(shape.imageCount))
    #expect(part.values().allSatisfy { $0 == 0 })
    #expect(whole.images(2..<2).values().isEmpty)
  }

  @Test("doubles are rounded where elements are floats")
  func rounding() {
    let tensor = Tensor(TensorShape(channels: 1), precision: .float)
    tensor.write([0.1])
    #expect(tensor.values() == [Double(Float(0.1))])
    let exact = Tensor(TensorShape(channels: 1), precision: .double)
    exact.write([0.1])
    #expect(exact.values() == [0.1])
  }
}
