internal import Synchronization

/// A product of two row-major matrices of activations, as it is asked for.
package struct MatrixProduct: Hashable, Sendable {
  package let precision: Precision
  package let rows: Int
  package let columns: Int
  package let inner: Int
  package let transposesA: Bool
  package let transposesB: Bool

  /// Multiply-accumulates.
  package var multiplyAdds: Int { rows * columns * inner }

  /// Computes a product of zeros into a tensor, for its time.
  ///
  /// - Parameters:
  ///   - a: at least `rows * inner` numbers of the precision.
  ///   - b: at least `inner * columns`.
  ///   - c: at least `rows * columns`, another tensor than both.
  package func run(of a: Tensor, and b: Tensor, into c: Tensor) {
    precondition(
      a.precision == precision && b.precision == precision && c.precision == precision
        && a.storedCount >= rows * inner && b.storedCount >= inner * columns
        && c.storedCount >= rows * columns && !c.overlaps(a) && !c.overlaps(b),
      "\(rows)x\(inner) times \(inner)x\(columns)")
    let (aStride, bStride) = (transposesA ? rows : inner, transposesB ? inner : columns)
    switch precision {
    case .float:
      unsafe Float.multiplyActivations(
        a.floats, aStride, transposingA: transposesA, b.floats, bStride,
        transposingB: transposesB, rows: rows, columns: columns, inner: inner, alpha: 1, beta: 0,
        into: c.floats, columns)
    case .double:
      unsafe Double.multiplyActivations(
        a.doubles, aStride, transposingA: transposesA, b.doubles, bStride,
        transposingB: transposesB, rows: rows, columns: columns, inner: inner, alpha: 1, beta: 0,
        into: c.doubles, columns)
    }
  }
}

/// Counts the products of activations of all threads while something runs; for measurements of speed.
package enum MatrixProductLog {
  private static let isOn = Atomic<Bool>(false)
  private static let counts = Mutex<[MatrixProduct: Int]>([:])
  /// Held while somebody counts, so that nobody counts the products of another.
  private static let turn = Mutex(())

  /// Runs something, which must not count products itself, and counts its products.
  package static func counting<E: Error>(
    _ work: () throws(E) -> Void
  ) throws(E) -> [MatrixProduct: Int] {
    try turn.withLock { _ throws(E) in
      counts.withLock { $0 = [:] }
      isOn.store(true, ordering: .relaxed)
      defer { isOn.store(false, ordering: .relaxed) }
      try work()
      return counts.withLock { $0 }
    }
  }

  /// Counts a product while that is asked for; one load otherwise.
  @inline(__always)
  static func note(
    _ precision: Precision, rows: Int, columns: Int, inner: Int, transposesA: Bool,
    transposesB: Bool
  ) {
    guard isOn.load(ordering: .relaxed) else { return }
    let product = MatrixProduct(
      precision: precision, rows: rows, columns: columns, inner: inner, transposesA: transposesA,
      transposesB: transposesB)
    counts.withLock { $0[product, default: 0] += 1 }
  }
}
