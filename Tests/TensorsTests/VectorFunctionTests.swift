import Foundation
import Tensors
import Testing

@Suite("Vectorised functions")
struct VectorFunctionTests {
  /// Value and derivatives in double, by the C library.
  private static func reference(_ function: VectorFunction, _ x: Double) -> [Double] {
    /// The logistic function and its derivatives.
    func logistic(_ x: Double) -> (Double, Double, Double) {
      let e = exp(-abs(x))
      let s = x < 0 ? e / (1 + e) : 1 / (1 + e)
      let slope = e / ((1 + e) * (1 + e))
      return (s, slope, slope * (1 - 2 * s))
    }
    let (s, slope, bend) = logistic(x)
    switch function {
    case .sigmoid: return [s, slope, bend]
    case .silu: return [x * s, s + x * slope, 2 * slope + x * bend]
    case .tanh:
      let square = 4 * logistic(2 * x).1
      return [tanh(x), square, -2 * tanh(x) * square]
    case .exponential: return [exp(x), exp(x), exp(x)]
    case .gelu:
      let (below, density) = (0.5 * erfc(-x / 2.squareRoot()), exp(-x * x / 2) / sqrt(2 * .pi))
      return [x * below, below + x * density, density * (2 - x * x)]
    case .tanhGELU:
      let factor = 2 * sqrt(2 / Double.pi)
      let z = factor * (x + 0.044715 * x * x * x)
      let (z1, z2) = (factor * (1 + 0.134145 * x * x), factor * 0.26829 * x)
      let (s, slope, bend) = logistic(z)
      return [x * s, s + x * slope * z1, 2 * slope * z1 + x * (bend * z1 * z1 + slope * z2)]
    case .elu(let slope, let factor, let rate):
      return x > 0
        ? [slope * x, slope, 0]
        : [
          factor * expm1(rate * x), factor * rate * exp(rate * x),
          factor * rate * rate * exp(rate * x),
        ]
    case .clippedLine(let slope, let shift, let minimum, let maximum):
      let line = slope * x + shift
      return [min(max(line, minimum), maximum), line > minimum && line < maximum ? slope : 0, 0]
    case .leaky(let slope): return [x > 0 ? x : slope * x, x > 0 ? 1 : slope, 0]
    case .hardSwish:
      return x <= -3
        ? [0, 0, 0] : x >= 3 ? [x, 1, 0] : [x * (x + 3) / 6, (2 * x + 3) / 6, 1.0 / 3]
    }
  }

  private static let all: [VectorFunction] = [
    .sigmoid, .silu, .tanh, .exponential, .gelu, .tanhGELU, .hardSwish, .leaky(slope: 0.3),
    .elu(slope: 1.05, factor: 1.7, rate: 0.8),
    .clippedLine(slope: 0.75, shift: 0.25, minimum: -1, maximum: .infinity),
    .clippedLine(slope: 1, shift: 0, minimum: 0, maximum: 6),
  ]

  @Test(
    "agree with the C library to the last bit but one",
    arguments: all)
  func digits(function: VectorFunction) {
    // Through the whole range, dense about 0, and a count that fills no vector.
    var points = (0..<20001).map { Float(-30 + 60 * Double($0) / 20000) }
    points += (-40...40).flatMap { exponent in
      [Float(1.3), -0.7].map { $0 * pow(2, Float(exponent)) }
    }
    points += [0, -0.0]
    let x = Tensor(TensorShape(channels: points.count), precision: .float)
    let y = Tensor(TensorShape(channels: points.count), precision: .float)
    x.write(points)
    for order in 0..<3 {
      x.map(function, derivative: order, into: y)
      let values = y.values()
      let worst = points.indices.first { i in
        let all = Self.reference(function, Double(points[i]))
        let expected = all[order]
        if Float(expected).isInfinite { return !values[i].isInfinite }
        // Derivatives that are small differences are as exact as their terms, to 1e-9.
        let scale = abs(expected) * 0x1p-23 + (order > 0 ? 3e-9 * max(1, abs(all[0])) : 0)
        return !(abs(values[i] - expected) <= scale + 0x1p-149)
      }
      if let i = worst {
        Issue.record(
          "derivative \(order) at \(points[i]): \(values[i]), not \(Self.reference(function, Double(points[i]))[order])"
        )
      }
    }
  }

  @Test("keep what is no number")
  func undefined() {
    let x = Tensor(TensorShape(channels: 9), precision: .float)
    x.write([Float](repeating: .nan, count: 9))
    for function in Self.all {
      let y = Tensor(TensorShape(channels: 9), precision: .float)
      x.map(function, derivative: 0, into: y)
      #expect(y.values().allSatisfy { $0.isNaN })
    }
  }
}
