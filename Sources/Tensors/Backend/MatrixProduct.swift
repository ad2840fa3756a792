internal import COpenBLAS

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
