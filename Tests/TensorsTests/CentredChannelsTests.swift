import PlainTwins
import Tensors
import TestSupport
import Testing

@Suite("Sums and maps about a centre for each channel")
struct CentredChannelsTests {
  static let shapes = [
    TensorShape(batch: 1, channels: 1), TensorShape(batch: 2, channels: 5, height: 3, width: 4),
    TensorShape(batch: 3, channels: 16, height: 2, width: 7),
    TensorShape(batch: 2, channels: 35, height: 4, width: 4),
  ]

  private struct Operands {
    var x: [Double], u: [Double]
    var mean: [Double], factor: [Double], offset: [Double], otherFactor: [Double]

    init(_ shape: TensorShape) {
      var generator = SeededGenerator(seed: 5)
      x = generator.values(shape.count)
      u = generator.values(shape.count)
      mean = generator.values(shape.channels)
      factor = generator.values(shape.channels)
      offset = generator.values(shape.channels)
      otherFactor = generator.values(shape.channels)
    }

    func tensor(_ values: [Double], _ shape: TensorShape, _ precision: Precision, _ block: Int)
      -> Tensor
    {
      let tensor = Tensor(shape, precision: precision, block: block)
      tensor.write(values)
      return tensor
    }
  }

  @Test("sum what plain loops sum", arguments: shapes, Precision.allCases)
  func moments(shape: TensorShape, precision: Precision) {
    let operands = Operands(shape)
    for block in precision == .double ? [1] : [1, 4, 8, 16] {
      let x = operands.tensor(operands.x, shape, precision, block)
      let u = operands.tensor(operands.u, shape, precision, block)
      for weighted in [false, true] {
        var sum = [Double](repeating: 0, count: shape.channels)
        var product = sum
        for i in 0..<shape.count {
          let c = i / shape.area % shape.channels
          let d = operands.x[i] - operands.mean[c]
          let w = weighted ? operands.u[i] : d
          sum[c] += w
          product[c] += w * d
        }
        // The operands are exact in 32 bits and the sums are in double.
        let result = x.centredMoments(about: operands.mean, weight: weighted ? u : nil)
        #expect(relativeDistance(result.sum, sum) < 1e-13)
        #expect(relativeDistance(result.product, product) < 1e-13)
      }
    }
  }

  @Test("map as plain loops map, also onto an operand", arguments: shapes, Precision.allCases)
  func affine(shape: TensorShape, precision: Precision) {
    let operands = Operands(shape)
    for block in precision == .double ? [1] : [1, 4, 8, 16] {
      for (hasOther, hasOffset) in [(false, false), (false, true), (true, false), (true, true)] {
        let expected = (0..<shape.count).map { i in
          let c = i / shape.area % shape.channels
          return operands.factor[c] * (operands.x[i] - operands.mean[c])
            + (hasOffset ? operands.offset[c] : 0)
            + (hasOther ? operands.otherFactor[c] * operands.u[i] : 0)
        }
        let terms = (0..<shape.count).map { i in
          let c = i / shape.area % shape.channels
          return max(
            abs(operands.factor[c] * (operands.x[i] - operands.mean[c])),
            hasOffset ? abs(operands.offset[c]) : 0,
            hasOther ? abs(operands.otherFactor[c] * operands.u[i]) : 0)
        }
        for target in 0..<3 {
          let x = operands.tensor(operands.x, shape, precision, block)
          let u = operands.tensor(operands.u, shape, precision, block)
          let y = [Tensor(shape, precision: precision, block: block), x, u][target]
          x.centredAffine(
            factor: operands.factor, about: operands.mean,
            offset: hasOffset ? operands.offset : nil,
            adding: hasOther ? (u, operands.otherFactor) : nil, into: y)
          // Each term is rounded, so that a sum in which they cancel is as exact as its largest term.
          let tolerance = precision == .float ? 0x1p-23 : 1e-15
          let scale = max(expected.map(abs).max() ?? 0, terms.max() ?? 0)
          let distance = zip(y.values(), expected).map { abs($0 - $1) }.max() ?? 0
          #expect(distance < tolerance * scale || distance == 0)
          // Lanes without a channel stay zero: all stored elements sum to the values.
          var sums = [Double](repeating: 0, count: shape.batch)
          y.dotRows(nil, into: &sums)
          let total = y.values().reduce(0, +)
          #expect(abs(sums.reduce(0, +) - total) < 1e-9)
        }
      }
    }
  }

  @Test("find a number near the values of each channel", arguments: Precision.allCases)
  func roughMeans(precision: Precision) {
    let shape = TensorShape(batch: 2, channels: 19, height: 5, width: 4)
    for block in precision == .double ? [1] : [1, 16] {
      let x = Tensor(shape, precision: precision, block: block)
      let values = (0..<shape.count).map { (i: Int) -> Double in
        let channel = i / 20 % 19
        return Double(channel * 1000 + i % 3)
      }
      x.write(values)
      let means = x.roughChannelMeans()
      #expect(means.count == 19)
      for c in 0..<19 { #expect(abs(means[c] - Double(c) * 1000 - 1) <= 1) }
    }
  }

  @Test("hand gates to images one by one", arguments: [1, 16])
  func joined(block: Int) {
    let shape = TensorShape(batch: 2, channels: 18, height: 2, width: 3)
    let operands = Operands(shape)
    let x = operands.tensor(operands.x, shape, .float, block)
    let gate = operands.tensor(operands.u, shape, .float, block)
    let y = Tensor(shape, precision: .float, block: block)
    y.joinedImages.combine(plain: [], gated: [x.joinedImages], gate: gate.joinedImages)
    #expect(y.values() == zip(operands.x, operands.u).map { $1 > 0 ? $0 : 0 })
  }

  @Test("add up any number of terms as plain loops do", arguments: shapes, Precision.allCases)
  func affineSums(shape: TensorShape, precision: Precision) {
    for block in precision == .double ? [1] : [1, 8, 16] {
      for count in [1, 2, 3, 4, 7, 8, 9, 17] {
        var generator = SeededGenerator(seed: UInt64(count))
        let offset = generator.values(shape.channels)
        var expected = (0..<shape.count).map { offset[$0 / shape.area % shape.channels] }
        let terms = (0..<count).map { k -> AffineTerm in
          let x = generator.values(shape.count)
          let factor = k % 3 == 0 ? nil : generator.values(shape.channels)
          let mean = k % 2 == 0 ? nil : generator.values(shape.channels)
          for i in 0..<shape.count {
            let c = i / shape.area % shape.channels
            expected[i] += (factor?[c] ?? 1) * (x[i] - (mean?[c] ?? 0))
          }
          let tensor = Tensor(shape, precision: precision, block: block)
          tensor.write(x)
          return AffineTerm(tensor, factor: factor, about: mean)
        }
        let sum = Tensor(shape, precision: precision, block: block)
        sum.set(sumOf: terms, offset: offset)
        let tolerance = precision == .float ? 2e-6 : 1e-14
        #expect(relativeDistance(sum.values(), expected) < tolerance, "\(count) terms")
        guard count <= 8 else { continue }
        terms[count - 1].tensor.set(sumOf: terms, offset: offset)
        #expect(terms[count - 1].tensor.values() == sum.values())
      }
    }
  }

  @Test("keep the digits of a small deviation about a large mean")
  func largeMean() {
    let shape = TensorShape(batch: 1, channels: 16, height: 2, width: 2)
    let x = Tensor(shape, precision: .float, block: 16)
    let mean = (0..<16).map { 1e4 + Double($0) / 3 }
    x.write((0..<64).map { (place: Int) -> Double in mean[place / 4] + Double(place % 4) })
    let y = Tensor(shape, precision: .float, block: 16)
    x.centredAffine(factor: [Double](repeating: 0.7, count: 16), about: mean, into: y)
    for (i, value) in y.values().enumerated() {
      // The places themselves are rounded to 32 bits: a thousandth at this size.
      #expect(abs(value - 0.7 * (x.values()[i] - mean[i / 4])) < 1e-6)
    }
  }

  @Test("take the sums of a dual walk in one pass as in several", arguments: shapes)
  func dualMoments(shape: TensorShape) {
    for (precision, block) in [(Precision.double, 1), (.float, 8), (.float, 16)] {
      var generator = SeededGenerator(seed: 9)
      let lists = (0..<4).map { _ in generator.values(shape.count) }
      let tensors = lists.map { list in
        let tensor = Tensor(shape, precision: precision, block: block)
        tensor.write(list)
        return tensor
      }
      let mean = generator.values(shape.channels)
      var expected = [[Double]](
        repeating: [Double](repeating: 0, count: shape.channels), count: 5)
      for i in 0..<shape.count {
        let c = i / shape.area % shape.channels
        let (d, u, v) = (lists[0][i] - mean[c], lists[1][i], lists[2][i])
        for (k, term) in [u, u * d, v, v * d, u * lists[3][i]].enumerated() {
          expected[k][c] += term
        }
      }
      let sums = tensors[0].dualMoments(about: mean, tensors[1], tensors[2], tensors[3])
      for k in 0..<5 { #expect(relativeDistance(sums[k], expected[k]) < 1e-13) }
    }
  }

  @Test("accumulate vectors in double")
  func accumulate() {
    for precision in Precision.allCases {
      let vectors = (0..<3).map { k in
        let tensor = Tensor(TensorShape(channels: 700), precision: precision)
        tensor.write((0..<700).map { Double($0 * (k + 1)) / 8 })
        return tensor
      }
      vectors[0].accumulate([vectors[1], vectors[2]])
      let sums = (0..<700).map { (number: Int) -> Double in Double(number * 6) / 8 }
      #expect(vectors[0].values() == sums)
    }
  }
}
