import PlainTwins
import TestSupport
import Testing

@testable import Tensors

@Suite("The largest singular value")
struct LargestSingularValueTests {
  /// What is found, and whether the iteration found it or all singular values had to be computed.
  private func check(
    _ matrix: Matrix, isIterated: Bool? = true, _ comment: Comment,
    location: SourceLocation = #_sourceLocation
  ) throws {
    let all = try matrix.singularValues().first ?? 0
    let largest = try matrix.largestSingularValue()
    #expect(abs(largest - all) <= 2e-12 * all, comment, sourceLocation: location)
    if let isIterated {
      #expect(
        (matrix.largestGramEigenvalue() != nil) == isIterated, comment, sourceLocation: location)
    }
  }

  /// A matrix with given singular values between random orthogonal factors.
  private func matrix(_ rows: Int, _ columns: Int, singular: [Double], seed: UInt64) -> Matrix {
    var generator = SeededGenerator(seed: seed)
    var result = Matrix(rows: rows, columns: columns)
    for (i, value) in singular.enumerated() { result[i, i] = value }
    for _ in 0..<2 {
      let (u, v) = (generator.values(rows), generator.values(columns))
      let (uu, vv) = (dot(u, u), dot(v, v))
      // Reflections from both sides: A - 2 u (u^T A) / u^T u, and the same for the columns.
      let left = Matrix(rows: 1, columns: rows, values: u).times(result)
      for i in 0..<rows {
        for j in 0..<columns { result[i, j] -= 2 * u[i] * left[0, j] / uu }
      }
      let right = result.times(Matrix(rows: columns, columns: 1, values: v))
      for i in 0..<rows {
        for j in 0..<columns { result[i, j] -= 2 * right[i, 0] * v[j] / vv }
      }
    }
    return result
  }

  @Test(
    "is the first of all of them for random matrices",
    arguments: [(65, 65), (70, 300), (300, 70), (96, 224), (1, 500), (500, 3)])
  func random(rows: Int, columns: Int) throws {
    for seed in 1...3 as ClosedRange<UInt64> {
      var generator = SeededGenerator(seed: seed)
      let matrix = Matrix(
        rows: rows, columns: columns, values: generator.values(rows * columns))
      try check(
        matrix, isIterated: min(rows, columns) > 64 ? true : nil, "\(rows)x\(columns), \(seed)")
      // The mean that signs of positive features have stands far above the rest.
      try check(
        Matrix(rows: rows, columns: columns, values: matrix.values.map { $0 + 0.5 }),
        isIterated: nil, "shifted \(rows)x\(columns)")
    }
  }

  @Test("is found where others are near it, or equal, or where all are one")
  func clusters() throws {
    for gap in [1e-2, 1e-4, 1e-6, 1e-9, 1e-13, 0] {
      let rest = (0..<60).map { 0.8 * Double($0) / 60 }
      try check(
        matrix(80, 100, singular: [1, 1 - gap, 1 - gap / 2] + rest, seed: 5), isIterated: nil,
        "gap \(gap)")
    }
    try check(.identity(90), "identity")
    try check(matrix(90, 70, singular: [Double](repeating: 3, count: 70), seed: 6), "one value")
    // Evenly spaced ones are slow, and harmonic ones fast.
    try check(
      matrix(100, 100, singular: (1...100).map { Double($0) }, seed: 7), isIterated: nil, "even")
    try check(matrix(100, 100, singular: (1...100).map { 1 / Double($0) }, seed: 8), "harmonic")
  }

  @Test("is found for matrices of low rank, of zeros, and of huge and tiny numbers")
  func degenerate() throws {
    try check(matrix(80, 90, singular: [7], seed: 9), "rank one")
    try check(matrix(80, 90, singular: [7, 7, 2], seed: 10), "rank three")
    var single = Matrix(rows: 70, columns: 200)
    single[69, 199] = -5
    try check(single, "a single entry")
    #expect(try Matrix(rows: 70, columns: 80).largestSingularValue() == 0)
    #expect(try Matrix(rows: 0, columns: 80).largestSingularValue() == 0)
    for scale in [1e-300, 1e300, Double.leastNormalMagnitude / 224] {
      try check(
        matrix(80, 70, singular: [3, 2, 1], seed: 11).scaled(by: scale), isIterated: nil,
        "scale \(scale)")
    }
  }

  /// A thousand eigenvalues that crowd at the upper end: more steps than are allowed.
  @Test("is taken from all of them where the iteration is too slow")
  func fallback() throws {
    let singular = (0..<300).map { 1 - 1e-7 * Double($0 * $0) }
    let hard = matrix(300, 300, singular: singular, seed: 12)
    try check(hard, isIterated: false, "crowded")
    #expect(try hard.largestSingularValue() == hard.singularValues()[0])
  }

  @Test("is an error where an entry is not finite", arguments: [Double.nan, .infinity])
  func notFinite(value: Double) {
    var matrix = Matrix(rows: 70, columns: 80)
    matrix[3, 4] = value
    #expect(throws: BackendError.self) { _ = try matrix.largestSingularValue() }
  }
}
