import PlainTwins
import Tensors
import TestSupport
import Testing

@Suite("Products of channels, and signs")
struct ChannelProductTests {
  private struct Case: CustomTestStringConvertible {
    var channels: Int
    var others: Int
    var ratio: Int
    var testDescription: String { "\(channels) and \(others) channels, \(ratio) to 1" }
  }

  private static let cases = [
    Case(channels: 16, others: 16, ratio: 1), Case(channels: 3, others: 5, ratio: 1),
    Case(channels: 32, others: 48, ratio: 2), Case(channels: 17, others: 16, ratio: 3),
  ]

  @Test("are those of plain loops", arguments: cases, Precision.allCases)
  private func products(_ sizes: Case, precision: Precision) {
    let ratio = sizes.ratio
    let outer = TensorShape(batch: 2, channels: sizes.others, height: 2, width: 3)
    let inner = TensorShape(
      batch: 2, channels: sizes.channels, height: 2 * ratio, width: 3 * ratio)
    for block in precision == .double ? [1] : [1, 8, 16] {
      var generator = SeededGenerator(seed: 3)
      func tensor(_ shape: TensorShape) -> (Tensor, [Double]) {
        let values = generator.values(shape.count)
        let tensor = Tensor(shape, precision: precision, block: block)
        tensor.write(values)
        return (tensor, values)
      }
      let (x, a) = tensor(inner)
      let (y, b) = tensor(outer)
      let mean = generator.values(inner.channels)
      let otherMean = generator.values(outer.channels)
      for place in 0..<ratio * ratio {
        var products = generator.values(inner.channels * outer.channels)
        var expected = products
        for image in 0..<2 {
          for i in 0..<inner.channels {
            for j in 0..<outer.channels {
              for v in 0..<2 {
                for u in 0..<3 {
                  let row = v * ratio + place / ratio
                  let at =
                    ((image * inner.channels + i) * inner.height + row) * inner.width + u * ratio
                    + place % ratio
                  let with = ((image * outer.channels + j) * 2 + v) * 3 + u
                  expected[i * outer.channels + j] +=
                    (a[at] - mean[i]) * (b[with] - otherMean[j])
                }
              }
            }
          }
        }
        x.addChannelProducts(
          with: y, about: mean, otherMean, ratio: ratio, place: place, to: &products)
        #expect(relativeDistance(products, expected) < 1e-13)
      }
    }
  }

  @Test("become bits in one order for all images", arguments: Precision.allCases)
  func bits(precision: Precision) throws {
    for (shape, block) in [
      (TensorShape(batch: 3, channels: 16, height: 3, width: 5), 16),
      (TensorShape(batch: 2, channels: 5, height: 7, width: 3), 1),
    ] where precision == .float || block == 1 {
      var generator = SeededGenerator(seed: 4)
      let values = generator.values(shape.count).enumerated().map { $0 % 5 == 0 ? 0 : $1 }
      let tensor = Tensor(shape, precision: precision, block: block)
      tensor.write(values)
      let bits = try #require(tensor.signBits())
      #expect(bits.isFinite)
      for i in 0..<shape.batch {
        let image = values[i * shape.imageCount..<(i + 1) * shape.imageCount]
        let set = bits.words[i].reduce(0) { $0 + $1.nonzeroBitCount }
        #expect(set == image.count { $0 > 0 })
        for j in 0..<shape.batch {
          let other = values[j * shape.imageCount..<(j + 1) * shape.imageCount]
          #expect(
            differingBits(bits.words[i], bits.words[j])
              == zip(image, other).count { ($0 > 0) != ($1 > 0) })
        }
      }
      for bad in [Double.nan, .infinity] {
        for place in [0, shape.count - 1] {
          var changed = values
          changed[place] = bad
          tensor.write(changed)
          #expect(tensor.signBits()?.isFinite == false)
          #expect(tensor.largestMagnitude == .infinity)
        }
      }
    }
    // Lanes without a channel would count as units.
    #expect(Tensor(TensorShape(channels: 5), precision: .float, block: 16).signBits() == nil)
  }

  @Test("are counted beyond a threshold", arguments: Precision.allCases)
  func counts(precision: Precision) {
    let tensor = Tensor(TensorShape(channels: 5), precision: precision)
    tensor.write([0.5, -2, 0.25, -0.25, 0] as [Double])
    #expect(tensor.largestMagnitude == 2)
    var counts: [Int16] = [1, 1, 1, 1, 1]
    tensor.addSigns(beyond: 0.25, to: &counts)
    #expect(counts == [2, 0, 1, 1, 1])
    tensor.addSigns(beyond: 0, to: &counts)
    #expect(counts == [3, -1, 2, 0, 1])
  }

  @Test("are written from bits in row-major order", arguments: Precision.allCases)
  func writing(precision: Precision) {
    let words: [UInt64] = [0x0123_4567_89AB_CDEF, 0xFEDC_BA98_7654_3210, 0x5555_AAAA_3333_CCCC]
    let shape = TensorShape(batch: 2, channels: 5, height: 2, width: 4)
    for block in precision == .double ? [1] : [1, 16] {
      for first in [0, 7, 64, 112] {
        let tensor = Tensor(shape, precision: precision, block: block)
        tensor.writeSigns(words, from: first)
        let signs = (first..<first + shape.count).map { (place: Int) -> Double in
          let bit = words[place / 64] >> UInt64(place % 64) & 1
          return bit == 1 ? -1 : 1
        }
        #expect(tensor.values() == signs)
        // Lanes without a channel stay zero.
        #expect(
          tensor.absoluteDifference(to: Tensor(shape, precision: precision, block: block)) == 80)
      }
    }
  }

  @Test("are not needed for absolute differences", arguments: [1, 7, 8, 19])
  func differences(count: Int) {
    for precision in Precision.allCases {
      var generator = SeededGenerator(seed: 5)
      let (a, b) = (generator.values(count), generator.values(count))
      let tensors = [a, b].map { values in
        let tensor = Tensor(TensorShape(channels: count), precision: precision)
        tensor.write(values)
        return tensor
      }
      let expected = zip(a, b).reduce(0) { $0 + abs($1.0 - $1.1) }
      #expect(abs(tensors[0].absoluteDifference(to: tensors[1]) / expected - 1) < 1e-13)
      #expect(tensors[0].absoluteDifference(to: tensors[0]) == 0)
    }
  }
}
