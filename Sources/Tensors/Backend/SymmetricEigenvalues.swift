internal import COpenBLAS

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
