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
