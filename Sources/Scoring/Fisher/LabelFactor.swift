internal import RealModule
package import Tensors

/// A matrix `C` for one sample, such that its share of the Fisher information is `(C J)^T (C J)`.
///
/// Its entries follow from two numbers for each class, and the products of the exact factor from a
/// running mean, so that it is never written out: the work is that of reading `J`.
package struct LabelFactor: Sendable {
  private let factor: FisherFactor
  /// The probabilities.
  private let p: [Double]
  /// For each class the probability of all later ones, as the factor has it.
  private let rest: [Double]
  /// The diagonal of the triangular factor.
  private let d: [Double]

  /// Rows of `C`.
  package var rows: Int { factor == .exact ? p.count - 1 : p.count }

  /// The softmax of logits, in double.
  package static func probabilities(_ logits: [Double]) -> [Double] {
    let top = logits.max() ?? 0
    let powers = logits.map { Double.exp($0 - top) }
    let sum = powers.reduce(0, +)
    return powers.map { $0 / sum }
  }

  /// The factor for a sample's logits.
  ///
  /// - Parameters:
  ///   - factor: its definition.
  ///   - smoothing: the share of the uniform distribution.
  ///   - rounding: the precision of the smoothing constants, `nil` for that of the factor.
  ///   - logits: the logits of the sample.
  package init(
    _ factor: FisherFactor, smoothing: Double, rounding: SmoothingRounding? = nil,
    logits: [Double]
  ) {
    let p = LabelFactor.probabilities(logits)
    let smoothed =
      switch rounding ?? factor.impliedRounding {
      case .half: LabelFactor.smoothedInHalf(p, by: smoothing)
      case .exact: LabelFactor.smoothed(p, by: smoothing)
      }
    switch factor {
    case .exact: self.init(exact: smoothed)
    case .released: self.init(released: smoothed)
    case .logits: self.init(.logits, p, rest: p, d: p)
    }
  }

  private init(_ factor: FisherFactor, _ p: [Double], rest: [Double], d: [Double]) {
    self.factor = factor
    self.p = p
    self.rest = rest
    self.d = d
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
    let spacing = Double(sign: .plus, exponent: max(x.exponent, -14) - 10, significand: 1)
    return (x / spacing).rounded(.toNearestOrEven) * spacing
  }

  /// `L^T` with `L L^T = diag(p) - p p^T`, without its last row, which is zero.
  ///
  /// `L` is the triangular factor of Tanabe and Sagae (1992). Row `j` of `L^T` is
  /// `d_j (e_j - sum over i > j of p_i / q_j e_i)` with `q_j` the sum of the later probabilities: a
  /// difference of logits, so nothing cancels later, and no subtraction from 1 where `p` saturates.
  /// Probabilities that sum to `s` have the product `diag(p) - p p^T / s`.
  package init(exact p: [Double]) {
    let classes = p.count
    var rest = [Double](repeating: 0, count: classes)
    for j in (0..<classes - 1).reversed() { rest[j] = rest[j + 1] + p[j + 1] }
    var d = [Double](repeating: 0, count: classes)
    for j in 0..<classes - 1 where rest[j] > 0 {
      // Quotients come first: two small probabilities have a product that underflows.
      d[j] = (p[j] * (rest[j] / (rest[j] + p[j]))).squareRoot()
    }
    self.init(.exact, p, rest: rest, d: d)
  }

  /// `L` itself, as the released code multiplies it, last column zero.
  package init(released p: [Double]) {
    let classes = p.count
    var rest = [Double](repeating: 0, count: classes)
    var d = rest
    var before = 1.0
    var sum = 0.0
    for j in 0..<classes - 1 {
      sum += p[j]
      let after = 1 - sum
      d[j] = (p[j] * after / before).squareRoot()
      rest[j] = after
      before = after
    }
    self.init(.released, p, rest: rest, d: d)
  }

  // MARK: Entries and products

  /// The entry of a row and a class.
  package subscript(row: Int, column: Int) -> Double {
    switch factor {
    case .logits: row == column ? 1 : 0
    case .exact: triangular(column, row)
    case .released: triangular(row, column)
    }
  }

  /// An entry of the lower triangular factor.
  private func triangular(_ i: Int, _ j: Int) -> Double {
    if i < j || j == p.count - 1 || factor == .exact && rest[j] == 0 { return 0 }
    return i == j ? d[j] : -p[i] / rest[j] * d[j]
  }

  /// `C`, of `rows x classes`.
  package var matrix: Matrix {
    let classes = p.count
    var values: [Double] = []
    values.reserveCapacity(rows * classes)
    for row in 0..<rows { for column in 0..<classes { values.append(self[row, column]) } }
    return Matrix(rows: rows, columns: classes, values: values)
  }

  /// `C` times a matrix that has a row for each class.
  ///
  /// With `C = L^T` row `j` is `d_j` times the difference of row `j` and the mean of the later rows under
  /// their probabilities, which is carried along from the end. `C = L` is multiplied as it is written.
  package func times(_ other: Matrix) -> Matrix {
    precondition(other.rows == p.count, "\(other.rows) rows for \(p.count) classes")
    switch factor {
    case .logits: return other
    case .exact: return differences(other)
    case .released: return matrix.times(other)
    }
  }

  /// `G C`, by sums that are carried along from class to class, so that `C` is not written out.
  func combined(by combinations: RowCombinations) -> Matrix {
    let classes = p.count
    var result = Matrix(rows: combinations.count, columns: classes)
    // For each group, the sum over the rows of `C` that have an entry beside the diagonal here.
    var sums = [Double](repeating: 0, count: combinations.count)
    switch factor {
    case .logits:
      for row in 0..<classes { result[combinations[row].group, row] = combinations[row].sign }
    case .exact:
      for column in 0..<classes {
        for group in sums.indices { result[group, column] = -p[column] * sums[group] }
        guard column < classes - 1 else { break }
        let (group, sign) = combinations[column]
        result[group, column] += sign * d[column]
        if rest[column] != 0 { sums[group] += sign * (d[column] / rest[column]) }
      }
    case .released:
      for column in (0..<classes).reversed() {
        let (group, sign) = combinations[column]
        if column < classes - 1 {
          let quotient = d[column] / rest[column]
          for place in sums.indices { result[place, column] = -quotient * sums[place] }
          result[group, column] += sign * d[column]
        }
        sums[group] += sign * p[column]
      }
    }
    return result
  }

  private func differences(_ other: Matrix) -> Matrix {
    let (classes, columns, x) = (p.count, other.columns, other.values)
    var result = [Double](repeating: 0, count: (classes - 1) * columns)
    // A mean, not a sum: sums of rows that hardly count would underflow.
    var mean = Array(x[(classes - 1) * columns..<classes * columns])
    for j in (0..<classes - 1).reversed() {
      let (start, factor) = (j * columns, d[j])
      let share = rest[j] + p[j] > 0 ? p[j] / (rest[j] + p[j]) : 0
      for column in 0..<columns {
        let difference = x[start + column] - mean[column]
        // Also where the factor is zero: what is not finite must not get lost.
        result[start + column] = factor * difference
        mean[column] += share * difference
      }
    }
    return Matrix(rows: classes - 1, columns: columns, values: result)
  }
}

/// What the Jacobian of a sample is multiplied with: the factor of its labels, or combinations of the factor's rows.
enum SampleFactor {
  /// `C`.
  case whole(LabelFactor)
  /// `G C`.
  case combined(Matrix)

  /// Its rows.
  var rows: Int {
    switch self {
    case .whole(let factor): factor.rows
    case .combined(let matrix): matrix.rows
    }
  }

  /// The entry of a row and a class.
  subscript(row: Int, column: Int) -> Double {
    switch self {
    case .whole(let factor): factor[row, column]
    case .combined(let matrix): matrix[row, column]
    }
  }

  /// The matrix, of `rows x classes`.
  var matrix: Matrix {
    switch self {
    case .whole(let factor): factor.matrix
    case .combined(let matrix): matrix
    }
  }

  /// Its product with a matrix that has a row for each class.
  func times(_ other: Matrix) -> Matrix {
    switch self {
    case .whole(let factor): factor.times(other)
    case .combined(let matrix): matrix.times(other)
    }
  }
}
