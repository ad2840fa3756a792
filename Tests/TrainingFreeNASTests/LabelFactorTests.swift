import PlainTwins
import Testing

@testable import Scoring
@testable import Studies
@testable import Tensors

/// The factors of `diag(p) - p p^T`.
@Suite struct LabelFactorTests {
  /// Entries `C^T C` are compared with, relative to the geometric mean of the diagonal: what a sum of
  /// products may err by.
  private func expectFactor(_ factor: Matrix, _ p: [Double], _ comment: String) {
    let product = factor.gram()
    let identity = Matrix.identity(p.count)
    let wanted = SlowFactor.differences(p, jacobian: identity).gram()
    for i in p.indices {
      for j in p.indices {
        let scale = wanted[i, i].squareRoot() * wanted[j, j].squareRoot()
        let error = abs(product[i, j] - wanted[i, j])
        #expect(error <= 1e-13 * scale, "\(comment) [\(i), \(j)]: \(product[i, j])")
      }
    }
  }

  /// Probabilities over many orders of magnitude, some of them zero.
  private func probabilities(_ round: UInt64, classes: Int) -> [Double] {
    let generator = PortableGenerator(stream: 700 + round)
    let raw = (0..<UInt64(classes)).map { k -> Double in
      let exponent = generator.normal(k) * (round % 3 == 0 ? 1 : 20)
      return generator.uniform(k + 1000) < 0.2 ? 0 : LabelFactor.probabilities([exponent, 0])[0]
    }
    let sum = raw.reduce(0, +)
    return sum > 0 ? raw.map { $0 / sum } : [1] + raw.dropFirst()
  }

  @Test func exactFactorOfRandomProbabilities() {
    for round in 0..<30 as Range<UInt64> {
      let p = probabilities(round, classes: 2 + Int(round % 9))
      let factor = LabelFactor(exact: p).matrix
      #expect(factor.rows == p.count - 1 && factor.columns == p.count)
      expectFactor(factor, p, "round \(round), \(p)")
      // Each row is a contrast: it does not see what all logits share.
      for row in 0..<factor.rows {
        let entries = (0..<p.count).map { factor[row, $0] }
        let magnitude = entries.reduce(0) { max($0, abs($1)) }
        #expect(abs(entries.reduce(0, +)) <= 1e-14 * magnitude)
      }
    }
  }

  @Test(arguments: [
    [1, 0, 0], [0, 1, 0], [0, 0, 1], [0.5, 0, 0.5], [0, 0.5, 0.5], [1, 1e-200, 1e-200],
    [1e-200, 1, 1e-200], [1e-200, 1e-200, 1], [1, 1e-30, 1e-170, 1e-300], [0, 0, 0, 1],
  ])
  func exactFactorAtTheBoundary(p: [Double]) {
    expectFactor(LabelFactor(exact: p).matrix, p, "\(p)")
  }

  @Test func exactFactorOfSaturatedLogits() {
    for stream in 1...20 as ClosedRange<UInt64> {
      let logits = (0..<6).map { PortableGenerator(stream: stream).normal($0) * 1e3 }
      let p = LabelFactor.probabilities(logits)
      #expect(p.allSatisfy { $0.isFinite } && abs(p.reduce(0, +) - 1) < 1e-15)
      expectFactor(LabelFactor(.exact, smoothing: 0, logits: logits).matrix, p, "\(logits)")
    }
  }

  /// The triangular factor as released has the same product from the other side, while no rest is
  /// lost by the subtraction from 1.
  @Test func triangularFactor() {
    for round in 0..<10 as Range<UInt64> {
      let logits = (0..<7).map { PortableGenerator(stream: 40 + round).normal($0) }
      let p = LabelFactor.probabilities(logits)
      let factor = LabelFactor(released: p).matrix
      for i in 0..<7 {
        #expect(factor[i, 6] == 0)
        for j in (i + 1)..<7 { #expect(factor[i, j] == 0) }
      }
      let product = factor.times(factor, transposingOther: true)
      let wanted = SlowFactor.differences(p, jacobian: Matrix.identity(7)).gram()
      #expect(relativeDistance(product.values, wanted.values) < 1e-13)
      // The exact factor is its transpose, without the row of zeros.
      let rows = LabelFactor(exact: p).matrix
      for i in 0..<6 {
        for j in 0..<7 { #expect(abs(rows[i, j] - factor[j, i]) < 1e-13) }
      }
    }
  }

  /// Running sums are the product with the matrix, also with rows that hardly count or not at all.
  @Test func productsAreThoseOfTheMatrix() {
    for round in 0..<30 as Range<UInt64> {
      let classes = 2 + Int(round % 9) * (round % 10 == 9 ? 40 : 1)
      let p = probabilities(round, classes: classes)
      let other = Matrix(
        rows: classes, columns: 3,
        values: (0..<UInt64(3 * classes)).map { PortableGenerator(stream: 90 + round).normal($0) })
      let released = LabelFactor(
        .released, smoothing: 0.05, logits: (0..<classes).map { other[$0, 0] })
      let logits = LabelFactor(.logits, smoothing: 0, logits: p)
      for factor in [LabelFactor(exact: p), released, logits] {
        let (product, wanted) = (factor.times(other), factor.matrix.times(other))
        #expect(product.rows == factor.rows && wanted.rows == factor.rows)
        for row in 0..<product.rows {
          let scale = (0..<classes).reduce(0) { max($0, abs(factor[row, $1])) }
          for column in 0..<3 {
            let error = abs(product[row, column] - wanted[row, column])
            #expect(error <= 1e-13 * scale, "round \(round), row \(row): \(error)")
          }
        }
      }
    }
  }

  /// A class with zero probability does not hide what is not finite.
  @Test func infinityIsKept() {
    for p in [[0, 0.5, 0.5], [0.5, 0.5, 0], [0, 1, 0]] {
      var other = Matrix.identity(3)
      other[0, 1] = .infinity
      #expect(LabelFactor(exact: p).times(other).values.contains { !$0.isFinite })
    }
  }

  // MARK: Published digits

  private static let logits: [Double] = [0, 1, 2, 3]

  /// The factor check of the conformance vectors, printed to nine or ten digits.
  @Test func publishedExactFactor() {
    let p = LabelFactor.smoothed(LabelFactor.probabilities(Self.logits), by: 0.05)
    let wanted = [0.0429556731, 0.0952871028, 0.2375386772, 0.6242185469]
    for (got, wanted) in zip(p, wanted) { #expect(abs(got - wanted) <= 0.5001e-10) }
    let rows: [[Double]] = [
      [0.2027572027, 0, 0, 0], [-0.0201873057, 0.2929162739, 0, 0],
      [-0.050324396, -0.0807407728, 0.4148040945, 0],
      [-0.132245501, -0.2121755011, -0.4148040945, 0],
    ]
    let lower = LabelFactor(released: p).matrix
    let upper = LabelFactor(.exact, smoothing: 0.05, logits: Self.logits).matrix
    for i in 0..<4 {
      for j in 0..<4 {
        #expect(abs(lower[i, j] - rows[i][j]) <= 0.6e-9)
        if j < 3 { #expect(abs(upper[j, i] - rows[i][j]) <= 0.6e-9) }
      }
    }
  }

  @Test func publishedReleasedFactor() {
    let factor = LabelFactor(.released, smoothing: 0.05, logits: Self.logits).matrix
    let wanted = [-0.1322766621, -0.2122352376, -0.4149475858, 0]
    for (j, wanted) in wanted.enumerated() { #expect(abs(factor[3, j] - wanted) <= 0.6e-10) }
  }

  @Test func logitsHaveNoFactor() {
    let factor = LabelFactor(.logits, smoothing: 0.05, logits: Self.logits).matrix
    #expect(factor == Matrix.identity(4))
  }

  // MARK: Rounded smoothing

  /// Each factor takes smoothing constants of either precision; without a choice each has its own.
  @Test(arguments: [2, 5, 10])
  func roundingIsAnAxisOfItsOwn(classes: Int) {
    let logits = (0..<UInt64(classes)).map { PortableGenerator(stream: 31).normal($0) }
    let p = LabelFactor.probabilities(logits)
    let (exact, half) = (
      LabelFactor.smoothed(p, by: 0.05), LabelFactor.smoothedInHalf(p, by: 0.05)
    )
    #expect(half.reduce(0, +) > 1 + 1e-5 && half.reduce(0, +) < 1 + 1e-3)
    func matrix(_ factor: FisherFactor, _ rounding: SmoothingRounding?) -> Matrix {
      LabelFactor(factor, smoothing: 0.05, rounding: rounding, logits: logits).matrix
    }
    #expect(matrix(.exact, .exact) == LabelFactor(exact: exact).matrix)
    #expect(matrix(.exact, .half) == LabelFactor(exact: half).matrix)
    #expect(matrix(.released, .exact) == LabelFactor(released: exact).matrix)
    #expect(matrix(.released, .half) == LabelFactor(released: half).matrix)
    #expect(matrix(.exact, nil) == matrix(.exact, .exact))
    #expect(matrix(.released, nil) == matrix(.released, .half))
    #expect(matrix(.exact, .half) != matrix(.exact, .exact))
    #expect(matrix(.logits, .half) == Matrix.identity(classes))
    // Rounded probabilities do not sum to 1, which the exact factor divides by.
    let wanted = SlowFactor.differences(half, jacobian: Matrix.identity(classes)).gram()
    #expect(relativeDistance(matrix(.exact, .half).gram().values, wanted.values) < 1e-13)
  }

  /// With 1,000 classes and a saturated softmax, rounded probabilities exceed 1 before the last class.
  ///
  /// The released factor then takes the root of a negative number; nothing else does.
  @Test func aThousandClasses() {
    for top in [0, 17, 998] {
      var logits = [Double](repeating: 0, count: 1000)
      logits[top] = 5000
      func isFinite(_ factor: FisherFactor, _ rounding: SmoothingRounding) -> Bool {
        LabelFactor(factor, smoothing: 0.05, rounding: rounding, logits: logits).matrix.values
          .allSatisfy(\.isFinite)
      }
      #expect(!isFinite(.released, .half))
      #expect(isFinite(.released, .exact))
      #expect(isFinite(.exact, .half) && isFinite(.exact, .exact))
    }
  }

  // MARK: Half precision

  @Test(arguments: [
    (5, 0.0099945068359375, 1.0001678466796875), (10, 0.00499725341796875, 1.0001678466796875),
    (100, 0.000499725341796875, 1.0001678466796875), (120, 0.0004165172576904297, 1.0001773834),
  ])
  func constants(classes: Int, share: Double, sum: Double) {
    #expect(LabelFactor.roundedToHalf(0.05) == 0.04998779296875)
    #expect(LabelFactor.roundedToHalf(1 - 0.04998779296875) == 0.9501953125)
    #expect(LabelFactor.roundedToHalf(0.04998779296875 / Double(classes)) == share)
    // One certain class: what it keeps, and what every class gets.
    let p = [1] + [Double](repeating: 0, count: classes - 1)
    let smoothed = LabelFactor.smoothedInHalf(p, by: 0.05)
    #expect(smoothed[0] == 0.9501953125 + share)
    #expect(smoothed.dropFirst().allSatisfy { $0 == share })
    #expect(abs(smoothed.reduce(0, +) - sum) < 1e-10)
  }

  @Test func roundsToTheNearestHalf() {
    let generator = PortableGenerator(stream: 3)
    for k in 0..<300 as Range<UInt64> {
      // Magnitudes from the subnormal numbers, below 2^-14, to 1.
      let x = generator.uniform(k + 1) * LabelFactor.probabilities([-Double(k % 18), 0])[0]
      #expect(LabelFactor.roundedToHalf(x) == SlowFactor.half(x), "\(x)")
      #expect(LabelFactor.roundedToHalf(-x) == -SlowFactor.half(x), "\(-x)")
    }
    for place in stride(from: 0, to: SlowFactor.halves.count - 1, by: 97) {
      let (low, high) = (SlowFactor.halves[place], SlowFactor.halves[place + 1])
      #expect(LabelFactor.roundedToHalf(low) == low)
      #expect(LabelFactor.roundedToHalf((low + high) / 2) == (place % 2 == 0 ? low : high))
    }
  }

  @Test func smoothingMixesTheUniformDistribution() {
    let p = LabelFactor.probabilities([1e4, 0, -1e4, 3])
    #expect(p == [1, 0, 0, 0])
    #expect(LabelFactor.smoothed(p, by: 0) == p)
    #expect(LabelFactor.smoothed(p, by: 1) == [0.25, 0.25, 0.25, 0.25])
    let half = LabelFactor.smoothed(p, by: 0.5)
    #expect(half == [0.625, 0.125, 0.125, 0.125])
  }
}
