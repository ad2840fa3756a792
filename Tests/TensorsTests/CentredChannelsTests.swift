import Tensors
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
      var generator = TestGenerator(seed: 5)
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
        for target in 0..<3 {
          let x = operands.tensor(operands.x, shape, precision, block)
          let u = operands.tensor(operands.u, shape, precision, block)
          let y = [Tensor(shape, precision: precision, block: block), x, u][target]
          x.centredAffine(
            factor: operands.factor, about: operands.mean,
            offset: hasOffset ? operands.offset : nil,
            adding: hasOther ? (u, operands.otherFactor) : nil, into: y)
          let tolerance = precision == .float ? 0x1p-23 : 1e-15
          #expect(relativeDistance(y.values(), expected) < tolerance)
          // Lanes without a channel stay zero: all stored elements sum to the values.
          var sums = [Double](repeating: 0, count: shape.batch)
          y.dotRows(nil, into: &sums)
          let total = y.values().reduce(0, +)
          #expect(abs(sums.reduce(0, +) - total) < 1e-9)
        }
      }
    }
  }

  @Test("find the statistics of a channel far from zero", arguments: Precision.allCases)
  func statistics(precision: Precision) {
    let shape = TensorShape(batch: 4, channels: 3, height: 8, width: 8)
    var generator = TestGenerator(seed: 6)
    // Steps of 1/8 about 2^20 are exact in 32 bits.
    let steps = generator.values(shape.count).map { ($0 * 64).rounded() / 8 }
    let x = Tensor(shape, precision: precision, block: precision == .float ? 16 : 1)
    x.write(steps.map { 0x1p20 + $0 })
    let statistics = x.channelStatistics()
    for c in 0..<3 {
      let values = steps.indices.filter { $0 / 64 % 3 == c }.map { steps[$0] }
      let n = Double(values.count)
      let mean = values.reduce(0, +) / n
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n
      #expect(abs(statistics.mean[c] - 0x1p20 - mean) < 1e-9)
      #expect(abs(statistics.variance[c] / variance - 1) < 1e-12)
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
}
