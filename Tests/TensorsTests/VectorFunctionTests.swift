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
    }
  }

  @Test(
    "agree with the C library to the last bit but one",
    arguments: [
      VectorFunction.sigmoid, .silu, .tanh, .exponential, .gelu, .tanhGELU,
    ])
  func digits(function: VectorFunction) {
    // Through the whole range, dense about 0, and a count that fills no vector.
    var points = (0..<20001).map { Float(-30 + 60 * Double($0) / 20000) }
    points += (-40...40).flatMap { exponent in [Float(1.3), -0.7].map { $0 * pow(2, Float(exponent)) } }
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
    for function in [VectorFunction.sigmoid, .silu, .tanh, .exponential, .gelu, .tanhGELU] {
      let y = Tensor(TensorShape(channels: 9), precision: .float)
      x.map(function, derivative: 0, into: y)
      #expect(y.values().allSatisfy { $0.isNaN })
    }
  }
}
