package import Tensors

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// A matrix `C` for one sample, such that its share of the Fisher information is `(C J)^T (C J)`.
package struct LabelFactor {
  /// `C`, of `rows x classes`.
  package let matrix: Matrix

  /// The softmax of logits, in double.
  package static func probabilities(_ logits: [Double]) -> [Double] {
    let top = logits.max() ?? 0
    let powers = logits.map { exp($0 - top) }
    let sum = powers.reduce(0, +)
    return powers.map { $0 / sum }
  }

  /// The factor for a sample's logits.
  package init(_ factor: FisherFactor, smoothing: Double, logits: [Double]) {
    let p = LabelFactor.probabilities(logits)
    switch factor {
    case .exact: matrix = LabelFactor.exact(LabelFactor.smoothed(p, by: smoothing))
    case .released: matrix = LabelFactor.released(LabelFactor.smoothedInHalf(p, by: smoothing))
    case .logits:
      var identity = Matrix(rows: p.count, columns: p.count)
      for c in p.indices { identity[c, c] = 1 }
      matrix = identity
    }
  }

  /// `(1 - alpha) p + alpha / K`.
  package static func smoothed(_ p: [Double], by alpha: Double) -> [Double] {
    p.map { (1 - alpha) * $0 + alpha / Double(p.count) }
  }

  /// The same with both constants rounded to half precision, so that the sum is not quite 1.
  package static func smoothedInHalf(_ p: [Double], by alpha: Double) -> [Double] {
    let share = roundedToHalf(alpha)
    let keep = roundedToHalf(1 - share)
    let each = roundedToHalf(share / Double(p.count))
    return p.map { keep * $0 + each }
  }

  /// The nearest number with the 11 significant bits of IEEE half precision, ties to even.
  package static func roundedToHalf(_ x: Double) -> Double {
    guard x != 0 else { return 0 }
    let spacing = scalbn(1, max(x.exponent, -14) - 10)
    return (x / spacing).rounded(.toNearestOrEven) * spacing
  }

  /// `L^T` with `L L^T = diag(p) - p p^T`, without its last row, which is zero.
  ///
  /// `L` is the triangular factor of Tanabe and Sagae (1992). Row `j` of `L^T` is
  /// `d_j (e_j - sum over i > j of p_i / q_j e_i)` with `q_j` the sum of the later probabilities: a
  /// difference of logits, so nothing cancels later, and no subtraction from 1 where `p` saturates.
  package static func exact(_ p: [Double]) -> Matrix {
    let classes = p.count
    var rest = [Double](repeating: 0, count: classes)
    for j in (0..<classes - 1).reversed() { rest[j] = rest[j + 1] + p[j + 1] }
    var result = Matrix(rows: classes - 1, columns: classes)
    for j in 0..<classes - 1 where rest[j] > 0 {
      let before = rest[j] + p[j]
      // Quotients come first: two small probabilities have a product that underflows.
      let d = (p[j] * (rest[j] / before)).squareRoot()
      result[j, j] = d
      for i in j + 1..<classes { result[j, i] = -p[i] / rest[j] * d }
    }
    return result
  }

  /// `L` itself, as the released code multiplies it, last column zero.
  package static func released(_ p: [Double]) -> Matrix {
    let classes = p.count
    var result = Matrix(rows: classes, columns: classes)
    var before = 1.0
    var sum = 0.0
    for j in 0..<classes - 1 {
      sum += p[j]
      let after = 1 - sum
      let d = (p[j] * after / before).squareRoot()
      result[j, j] = d
      for i in j + 1..<classes { result[i, j] = -p[i] / after * d }
      before = after
    }
    return result
  }
}
