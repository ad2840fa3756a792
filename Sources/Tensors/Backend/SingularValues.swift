internal import COpenBLAS

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
