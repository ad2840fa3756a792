internal import COpenBLAS

/// An element type that BLAS multiplies matrices of.
protocol BLASElement: BinaryFloatingPoint, Sendable {
  /// Row-major `C = op(A) op(B) + beta C`, with `op(A)` of `rows x inner`.
  static func multiply(
    _ a: UnsafePointer<Self>, _ aStride: Int, transposingA: Bool, _ b: UnsafePointer<Self>,
    _ bStride: Int, transposingB: Bool, rows: Int, columns: Int, inner: Int, beta: Self,
    into c: UnsafeMutablePointer<Self>, _ cStride: Int)
}

extension Float: BLASElement {
  static func multiply(
    _ a: UnsafePointer<Float>, _ aStride: Int, transposingA: Bool, _ b: UnsafePointer<Float>,
    _ bStride: Int, transposingB: Bool, rows: Int, columns: Int, inner: Int, beta: Float,
    into c: UnsafeMutablePointer<Float>, _ cStride: Int
  ) {
    unsafe tfn_gemm_f32(
      transposingA ? 1 : 0, transposingB ? 1 : 0, rows, columns, inner, 1, a, aStride, b, bStride,
      beta, c, cStride)
  }
}

extension Double: BLASElement {
  static func multiply(
    _ a: UnsafePointer<Double>, _ aStride: Int, transposingA: Bool, _ b: UnsafePointer<Double>,
    _ bStride: Int, transposingB: Bool, rows: Int, columns: Int, inner: Int, beta: Double,
    into c: UnsafeMutablePointer<Double>, _ cStride: Int
  ) {
    unsafe tfn_gemm_f64(
      transposingA ? 1 : 0, transposingB ? 1 : 0, rows, columns, inner, 1, a, aStride, b, bStride,
      beta, c, cStride)
  }
}
