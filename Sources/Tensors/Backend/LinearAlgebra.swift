internal import COneDNN
internal import COpenBLAS

/// An element type that BLAS multiplies matrices of.
protocol BLASElement: BinaryFloatingPoint, Sendable {
  /// Row-major `C = alpha op(A) op(B) + beta C`, with `op(A)` of `rows x inner`.
  static func multiply(
    _ a: UnsafePointer<Self>, _ aStride: Int, transposingA: Bool, _ b: UnsafePointer<Self>,
    _ bStride: Int, transposingB: Bool, rows: Int, columns: Int, inner: Int, alpha: Self,
    beta: Self, into c: UnsafeMutablePointer<Self>, _ cStride: Int)
}

extension Float {
  /// The same for matrices of activations, which are many and small: by oneDNN where it has a kernel.
  static func multiplyActivations(
    _ a: UnsafePointer<Float>, _ aStride: Int, transposingA: Bool, _ b: UnsafePointer<Float>,
    _ bStride: Int, transposingB: Bool, rows: Int, columns: Int, inner: Int, alpha: Float,
    beta: Float, into c: UnsafeMutablePointer<Float>, _ cStride: Int
  ) {
    MatrixProductLog.note(
      .float, rows: rows, columns: columns, inner: inner, transposesA: transposingA,
      transposesB: transposingB)
    let isDone = unsafe tfn_sgemm(
      transposingA ? 1 : 0, transposingB ? 1 : 0, rows, columns, inner, alpha, a, aStride, b,
      bStride, beta, c, cStride)
    if isDone == 0 {
      unsafe multiply(
        a, aStride, transposingA: transposingA, b, bStride, transposingB: transposingB, rows: rows,
        columns: columns, inner: inner, alpha: alpha, beta: beta, into: c, cStride)
    }
  }
}

extension Double {
  /// The same in double.
  static func multiplyActivations(
    _ a: UnsafePointer<Double>, _ aStride: Int, transposingA: Bool, _ b: UnsafePointer<Double>,
    _ bStride: Int, transposingB: Bool, rows: Int, columns: Int, inner: Int, alpha: Double,
    beta: Double, into c: UnsafeMutablePointer<Double>, _ cStride: Int
  ) {
    MatrixProductLog.note(
      .double, rows: rows, columns: columns, inner: inner, transposesA: transposingA,
      transposesB: transposingB)
    unsafe multiply(
      a, aStride, transposingA: transposingA, b, bStride, transposingB: transposingB, rows: rows,
      columns: columns, inner: inner, alpha: alpha, beta: beta, into: c, cStride)
  }
}

extension BLASElement {
  /// Row-major `C = op(A) op(B) + beta C`.
  static func multiply(
    _ a: UnsafePointer<Self>, _ aStride: Int, transposingA: Bool, _ b: UnsafePointer<Self>,
    _ bStride: Int, transposingB: Bool, rows: Int, columns: Int, inner: Int, beta: Self,
    into c: UnsafeMutablePointer<Self>, _ cStride: Int
  ) {
    unsafe multiply(
      a, aStride, transposingA: transposingA, b, bStride, transposingB: transposingB, rows: rows,
      columns: columns, inner: inner, alpha: 1, beta: beta, into: c, cStride)
  }
}

extension Float: BLASElement {
  static func multiply(
    _ a: UnsafePointer<Float>, _ aStride: Int, transposingA: Bool, _ b: UnsafePointer<Float>,
    _ bStride: Int, transposingB: Bool, rows: Int, columns: Int, inner: Int, alpha: Float,
    beta: Float, into c: UnsafeMutablePointer<Float>, _ cStride: Int
  ) {
    unsafe tfn_gemm_f32(
      transposingA ? 1 : 0, transposingB ? 1 : 0, rows, columns, inner, alpha, a, aStride, b,
      bStride, beta, c, cStride)
  }
}

extension Double: BLASElement {
  static func multiply(
    _ a: UnsafePointer<Double>, _ aStride: Int, transposingA: Bool, _ b: UnsafePointer<Double>,
    _ bStride: Int, transposingB: Bool, rows: Int, columns: Int, inner: Int, alpha: Double,
    beta: Double, into c: UnsafeMutablePointer<Double>, _ cStride: Int
  ) {
    unsafe tfn_gemm_f64(
      transposingA ? 1 : 0, transposingB ? 1 : 0, rows, columns, inner, alpha, a, aStride, b,
      bStride, beta, c, cStride)
  }
}

extension Matrix {
  /// The eigenvalues of a symmetric matrix, in ascending order.
  ///
  /// Only one triangle is read: the matrix is taken to be symmetric. The error of each eigenvalue is
  /// a small multiple of the rounding error of the largest, so eigenvalues of a positive
  /// semidefinite matrix that are zero may come out slightly negative.
  ///
  /// - Throws: `BackendError` where an entry is not finite or the iteration does not converge.
  public func symmetricEigenvalues() throws(BackendError) -> [Double] {
    precondition(rows == columns, "eigenvalues of a \(rows)x\(columns) matrix")
    try requireFinite(for: "dsyevd")
    guard rows > 0 else { return [] }
    var work = values
    var eigenvalues = [Double](repeating: 0, count: rows)
    let status = unsafe work.withUnsafeMutableBufferPointer { matrix in
      unsafe eigenvalues.withUnsafeMutableBufferPointer { target in
        unsafe tfn_symmetric_eigenvalues(rows, matrix.baseAddress, target.baseAddress)
      }
    }
    guard status == 0 else { throw BackendError(call: "dsyevd", status: Int(status)) }
    return eigenvalues
  }

  /// LAPACK may loop for ever on a NaN, so it never sees one.
  func requireFinite(for call: String) throws(BackendError) {
    guard let place = values.firstIndex(where: { !$0.isFinite }) else { return }
    // LAPACK says -i where argument i is bad; the matrix is the fourth of both callers.
    throw BackendError(
      call: call, status: -4,
      reason: "the entry at row \(place / columns), column \(place % columns) is \(values[place])")
  }
}

extension Matrix {
  /// The `min(rows, columns)` singular values, in descending order.
  ///
  /// Their squares are the eigenvalues of `gram()`, to about twice as many digits.
  ///
  /// - Throws: `BackendError` where an entry is not finite or the iteration does not converge.
  public func singularValues() throws(BackendError) -> [Double] {
    try requireFinite(for: "dgesdd")
    let count = Swift.min(rows, columns)
    guard count > 0 else { return [] }
    var work = values
    var singular = [Double](repeating: 0, count: count)
    let status = unsafe work.withUnsafeMutableBufferPointer { matrix in
      unsafe singular.withUnsafeMutableBufferPointer { target in
        unsafe tfn_singular_values(rows, columns, matrix.baseAddress, target.baseAddress)
      }
    }
    guard status == 0 else { throw BackendError(call: "dgesdd", status: Int(status)) }
    return singular
  }
}

extension Matrix {
  /// The product of two matrices, either of them transposed first.
  ///
  /// - Parameters:
  ///   - other: the right factor.
  ///   - transposingSelf: whether the left factor is the transpose of this matrix.
  ///   - transposingOther: whether the right factor is the transpose of `other`.
  /// - Returns: `op(self) op(other)`.
  public func times(
    _ other: Matrix, transposingSelf: Bool = false, transposingOther: Bool = false
  ) -> Matrix {
    let (m, inner) = transposingSelf ? (columns, rows) : (rows, columns)
    let (otherInner, n) =
      transposingOther ? (other.columns, other.rows) : (other.rows, other.columns)
    precondition(
      inner == otherInner,
      """
      \(rows)x\(columns)\(transposingSelf ? " transposed" : "") times \
      \(other.rows)x\(other.columns)\(transposingOther ? " transposed" : "")
      """)
    // BLAS wants strides of at least one, and has nothing to do here.
    guard m > 0, n > 0, inner > 0 else { return Matrix(rows: m, columns: n) }
    let product = unsafe [Double](unsafeUninitializedCapacity: m * n) { target, count in
      unsafe values.withUnsafeBufferPointer { left in
        unsafe other.values.withUnsafeBufferPointer { right in
          unsafe tfn_gemm_f64(
            transposingSelf ? 1 : 0, transposingOther ? 1 : 0, m, n, inner, 1, left.baseAddress,
            columns, right.baseAddress, other.columns, 0, target.baseAddress, n)
        }
      }
      count = m * n
    }
    return Matrix(rows: m, columns: n, values: product)
  }

  /// `A^T A`, the inner products of the columns, symmetric to the last bit.
  public func gram() -> Matrix {
    guard rows > 0, columns > 0 else { return Matrix(rows: columns, columns: columns) }
    let size = columns
    let products = unsafe [Double](unsafeUninitializedCapacity: size * size) { target, count in
      unsafe values.withUnsafeBufferPointer { source in
        unsafe tfn_gram_f64(rows, size, source.baseAddress, target.baseAddress)
      }
      count = size * size
    }
    return Matrix(rows: size, columns: size, values: products)
  }
}
