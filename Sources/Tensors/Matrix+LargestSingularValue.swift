extension Matrix {
  /// The largest singular value, to a relative error of 1e-12 or as exact as `singularValues()` has it.
  ///
  /// Where both sides are longer than `fewestForLanczos`, Lanczos's iteration on the Gram matrix of the
  /// shorter side finds it, with every vector made orthogonal to all before it: with a Ritz pair
  /// `(r, y)` of unit length, some eigenvalue lies within the residual `||G y - r y||` of r, and the
  /// residual is known from the last component of y in the basis. The iteration starts from normal
  /// numbers, the same ones for every matrix, in which the first singular vector has its share, so the
  /// first Ritz value to come to rest is the largest eigenvalue; the square root halves its relative
  /// error. Where `mostSteps` steps are not enough all singular values are computed. Golub and Van Loan,
  /// *Matrix Computations*, 2013, sections 10.1 and 10.4.
  ///
  /// - Returns: the value, 0 for a matrix without entries.
  /// - Throws: `BackendError` where an entry is not finite or the iteration does not converge.
  public func largestSingularValue() throws(BackendError) -> Double {
    guard Swift.min(rows, columns) > Self.fewestForLanczos else {
      return try singularValues().first ?? 0
    }
    try requireFinite(for: "Lanczos")
    // Of unit size, so that no square overflows or is lost.
    let largest = values.reduce(0) { Swift.max($0, abs($1)) }
    guard largest > 0 else { return 0 }
    let unit = Matrix(rows: rows, columns: columns, values: values.map { $0 / largest })
    if let eigenvalue = unit.largestGramEigenvalue() { return eigenvalue.squareRoot() * largest }
    return try singularValues().first ?? 0
  }

  /// Up to this side all singular values cost as little.
  static let fewestForLanczos = 64
  /// Steps after which all singular values are computed.
  static let mostSteps = 150
  /// The residual at which the iteration ends, in parts of the eigenvalue.
  static let residualBound = 1e-12

  /// The largest eigenvalue of the Gram matrix of the shorter side, `nil` where too many steps would be
  /// needed.
  func largestGramEigenvalue() -> Double? {
    let isWide = rows < columns
    let size = isWide ? rows : columns
    let start = RandomStream(seed: 0, text: "", purpose: "Lanczos")
    var vector = (0..<size).map { Double(start.normal(at: $0)) }
    var basis: [[Double]] = []
    var tridiagonal = Tridiagonal()
    for _ in 0..<Swift.min(size, Self.mostSteps) {
      let norm = Self.dot(vector, vector).squareRoot()
      let current = vector.map { $0 / norm }
      basis.append(current)
      let column = Matrix(rows: size, columns: 1, values: current)
      vector =
        times(times(column, transposingSelf: isWide), transposingSelf: !isWide).values
      let diagonal = Self.dot(vector, current)
      // Twice is enough: what rounding leaves of the first time, the second takes.
      for _ in 0..<2 {
        for other in basis {
          let part = Self.dot(vector, other)
          for i in vector.indices { vector[i] -= part * other[i] }
        }
      }
      let next = Self.dot(vector, vector).squareRoot()
      tridiagonal.append(diagonal)
      let pair = tridiagonal.largestPair()
      guard pair.value > 0 else { return nil }
      if next * pair.last <= Self.residualBound * pair.value { return pair.value }
      tridiagonal.couple(next)
    }
    return nil
  }

  private static func dot(_ a: [Double], _ b: [Double]) -> Double {
    var sum = 0.0
    for i in a.indices { sum += a[i] * b[i] }
    return sum
  }
}

/// A symmetric tridiagonal matrix that grows, with positive entries beside the diagonal.
private struct Tridiagonal {
  private var diagonal: [Double] = []
  private var beside: [Double] = []
  private var largest = 0.0

  mutating func append(_ entry: Double) { diagonal.append(entry) }
  /// The entry between the newest row and the one to come.
  mutating func couple(_ entry: Double) { beside.append(entry) }

  /// The largest eigenvalue, and the last component of its eigenvector of length one.
  mutating func largestPair() -> (value: Double, last: Double) {
    let last = diagonal.count - 1
    // The eigenvalue grows with the matrix, and no row sum is less.
    var low = largest
    var high = 0.0
    for i in 0...last {
      low = max(low, diagonal[i])
      high = max(high, diagonal[i] + (i > 0 ? beside[i - 1] : 0) + (i < last ? beside[i] : 0))
    }
    high = max(high, low)
    while true {
      let middle = low + (high - low) / 2
      guard low < middle, middle < high else { break }
      if isAbove(middle) { high = middle } else { low = middle }
    }
    largest = high
    // From the last row up, where components grow: the other way rounding would grow with them.
    var pivot = high - diagonal[last]
    var (component, squares) = (1.0, 1.0)
    for i in (0..<last).reversed() {
      component *= pivot / beside[i]
      squares += component * component
      pivot = high - diagonal[i] - beside[i] * beside[i] / pivot
    }
    return (high, 1 / squares.squareRoot())
  }

  /// Whether a number is above all eigenvalues: all pivots of the shifted matrix are positive.
  private func isAbove(_ number: Double) -> Bool {
    var pivot = number - diagonal[diagonal.count - 1]
    for i in beside.indices.reversed() {
      guard pivot > 0 else { return false }
      pivot = number - diagonal[i] - beside[i] * beside[i] / pivot
    }
    return pivot > 0
  }
}
