import PlainTwins
import Synchronization
import Tensors
import TestSupport
import Testing

private func random(_ rows: Int, _ columns: Int, _ random: inout SeededGenerator) -> Matrix {
  Matrix(rows: rows, columns: columns, values: random.values(rows * columns))
}

private func transposed(_ a: Matrix) -> Matrix {
  var result = Matrix(rows: a.columns, columns: a.rows)
  for i in 0..<a.rows { for j in 0..<a.columns { result[j, i] = a[i, j] } }
  return result
}

private func loopProduct(_ a: Matrix, _ b: Matrix) -> Matrix {
  var result = Matrix(rows: a.rows, columns: b.columns)
  for i in 0..<a.rows {
    for j in 0..<b.columns {
      for k in 0..<a.columns { result[i, j] += a[i, k] * b[k, j] }
    }
  }
  return result
}

/// A random orthogonal matrix: a product of Householder reflections.
private func orthogonal(_ size: Int, _ random: inout SeededGenerator) -> Matrix {
  var q = Matrix(rows: size, columns: size)
  for i in 0..<size { q[i, i] = 1 }
  for _ in 0..<3 {
    let v = random.values(size)
    let norm = dot(v, v)
    var reflection = Matrix(rows: size, columns: size)
    for i in 0..<size {
      for j in 0..<size { reflection[i, j] = (i == j ? 1 : 0) - 2 * v[i] * v[j] / norm }
    }
    q = loopProduct(q, reflection)
  }
  return q
}

@Suite("Matrix")
struct MatrixTests {
  @Test(
    "products agree with loops for every transposition", arguments: 1...12 as ClosedRange<UInt64>)
  func products(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let (m, k, n) = (
      Int.random(in: 0...20, using: &generator), Int.random(in: 0...20, using: &generator),
      Int.random(in: 0...20, using: &generator)
    )
    let a = random(m, k, &generator)
    let b = random(k, n, &generator)
    let expected = loopProduct(a, b)
    for left in [false, true] {
      for right in [false, true] {
        let product = (left ? transposed(a) : a).times(
          right ? transposed(b) : b, transposingSelf: left, transposingOther: right)
        #expect(product.rows == m && product.columns == n)
        #expect(relativeDistance(product.values, expected.values) < 1e-14, "seed \(seed)")
      }
    }
  }

  @Test("a Gram matrix agrees with loops and is symmetric to the bit")
  func gram() {
    for (seed, (rows, columns)) in [(1, 1), (7, 3), (3, 7), (0, 4), (4, 0), (97, 41)].enumerated() {
      var generator = SeededGenerator(seed: UInt64(seed))
      let a = random(rows, columns, &generator)
      let gram = a.gram()
      #expect(gram == transposed(gram))
      #expect(
        relativeDistance(gram.values, loopProduct(transposed(a), a).values) < 1e-14,
        "\(rows)x\(columns), seed \(seed)")
    }
  }

  @Test(
    "eigenvalues of a rotated diagonal are the diagonal", arguments: 1...6 as ClosedRange<UInt64>)
  func eigenvalues(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let size = Int.random(in: 1...40, using: &generator)
    // Zeros, a repeated value and both signs.
    let spectrum = generator.values(size).enumerated().map { i, v in
      i % 5 == 1 ? 0 : i % 5 == 2 ? 0.5 : v
    }
    let q = orthogonal(size, &generator)
    var scaled = q
    for i in 0..<size { for j in 0..<size { scaled[i, j] = q[i, j] * spectrum[j] } }
    let matrix = loopProduct(scaled, transposed(q))
    let eigenvalues = try matrix.symmetricEigenvalues()
    #expect(eigenvalues == eigenvalues.sorted())
    // LAPACK promises a small multiple of size * 2^-53 * norm.
    #expect(relativeDistance(eigenvalues, spectrum.sorted()) < 1e-13, "seed \(seed), size \(size)")
    #expect(try matrix.symmetricEigenvalues() == eigenvalues)
  }

  @Test("singular values of a rotated diagonal are its magnitudes")
  func singularValues() throws {
    for (seed, (rows, columns)) in [(1, 1), (9, 4), (4, 9), (12, 12), (60, 21)].enumerated() {
      var generator = SeededGenerator(seed: UInt64(seed))
      let count = min(rows, columns)
      let spectrum = generator.values(count).enumerated().map { $0 % 4 == 3 ? 0 : $1 }
      var diagonal = Matrix(rows: rows, columns: columns)
      for i in 0..<count { diagonal[i, i] = spectrum[i] }
      let matrix = loopProduct(
        loopProduct(orthogonal(rows, &generator), diagonal), orthogonal(columns, &generator))
      let values = try matrix.singularValues()
      #expect(values.count == count)
      #expect(
        relativeDistance(values, spectrum.map(abs).sorted(by: >)) < 1e-13,
        "\(rows)x\(columns), seed \(seed)")
      let largest = try matrix.gram().symmetricEigenvalues().suffix(count).reversed()
      #expect(relativeDistance(values.map { $0 * $0 }, Array(largest)) < 1e-13)
    }
  }

  @Test("spectra scale with the matrix, far from one too", arguments: [0x1p-900, 0x1p-60, 0x1p900])
  func scale(factor: Double) throws {
    var generator = SeededGenerator(seed: 77)
    let a = random(10, 10, &generator)
    var symmetric = a
    for i in 0..<10 { for j in 0..<10 { symmetric[i, j] = (a[i, j] + a[j, i]) * factor } }
    let plain = Matrix(rows: 10, columns: 10, values: symmetric.values.map { $0 / factor })
    let eigenvalues = try symmetric.symmetricEigenvalues().map { $0 / factor }
    #expect(relativeDistance(eigenvalues, try plain.symmetricEigenvalues()) < 1e-13)
    let singular = try symmetric.singularValues().map { $0 / factor }
    #expect(relativeDistance(singular, try plain.singularValues()) < 1e-13)
  }

  @Test("an empty matrix has an empty spectrum")
  func empty() throws {
    #expect(try Matrix(rows: 0, columns: 0).symmetricEigenvalues().isEmpty)
    #expect(try Matrix(rows: 0, columns: 3).singularValues().isEmpty)
    #expect(try Matrix(rows: 3, columns: 0).singularValues().isEmpty)
  }

  @Test("an entry that is not finite is refused by name")
  func nonFinite() {
    var matrix = Matrix(rows: 3, columns: 3)
    matrix[1, 2] = .nan
    let eigen = #expect(throws: BackendError.self) { try matrix.symmetricEigenvalues() }
    #expect(eigen?.description == "dsyevd was not called: the entry at row 1, column 2 is nan")
    #expect(eigen?.call == "dsyevd")
    var wide = Matrix(rows: 2, columns: 5)
    wide[1, 4] = -.infinity
    let singular = #expect(throws: BackendError.self) { try wide.singularValues() }
    #expect(singular?.description == "dgesdd was not called: the entry at row 1, column 4 is -inf")
  }

  @Test("many threads at once get the digits of one")
  func threads() throws {
    var generator = SeededGenerator(seed: 5)
    let a = random(150, 90, &generator)
    let gram = a.gram()
    let product = a.times(a, transposingOther: true)
    let eigenvalues = try gram.symmetricEigenvalues()
    let same = Mutex(0)
    WorkerTeam(count: 4).run { _ in
      let mine = a.gram()
      let agrees =
        mine == gram && a.times(a, transposingOther: true) == product
        && (try? mine.symmetricEigenvalues()) == eigenvalues
      if agrees { same.withLock { $0 += 1 } }
    }
    #expect(same.withLock { $0 } == 4)
  }
}
