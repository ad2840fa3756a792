internal import CKernels

/// A linear map along one axis: element `o` of the result is `sum over t of weight[o, t] x[index[o, t]]`.
package struct AxisTable: Hashable, Sendable {
  /// Elements along the axis before.
  package let inExtent: Int
  /// Elements along the axis after.
  package let outExtent: Int
  /// Elements that each result reads.
  package let taps: Int
  /// What each result reads, `taps` for each; -1 for nothing.
  package let index: [Int32]
  /// The weights of what is read, `nil` for ones.
  package let weights: [Double]?

  /// States a map.
  package init(inExtent: Int, index: [[Int]], weights: [[Double]]? = nil) {
    taps = index.map(\.count).max() ?? 1
    self.inExtent = inExtent
    outExtent = index.count
    let taps = taps
    self.index = index.flatMap { row in
      row.map(Int32.init) + [Int32](repeating: -1, count: taps - row.count)
    }
    self.weights = weights.map { rows in
      rows.flatMap { $0 + [Double](repeating: 0, count: taps - $0.count) }
    }
    precondition(
      self.index.allSatisfy { $0 >= -1 && $0 < Int32(inExtent) }
        && weights.map { zip($0, index).allSatisfy { $0.count == $1.count } } ?? true,
      "a table that reads beyond \(inExtent) elements")
  }
}

extension Tensor {
  /// Maps an axis that has `inner` elements behind it in memory.
  package func map(_ table: AxisTable, inner: Int, into y: Tensor) {
    let outer = storedCount / (table.inExtent * inner)
    check(table, inner, outer, self, y)
    unsafe table.index.withUnsafeBufferPointer { index in
      unsafe table.withWeights { weights in
        switch precision {
        case .float:
          unsafe tfn_table_f32(
            outer, table.inExtent, table.outExtent, inner, table.taps, index.baseAddress, weights,
            floats, y.floats)
        case .double:
          unsafe tfn_table_f64(
            outer, table.inExtent, table.outExtent, inner, table.taps, index.baseAddress, weights,
            doubles, y.doubles)
        }
      }
    }
  }

  /// The transpose of `map`: from cotangents of its result (this tensor) to those of what it read.
  package func mapTransposed(_ table: AxisTable, inner: Int, into x: Tensor) {
    let outer = x.storedCount / (table.inExtent * inner)
    check(table, inner, outer, x, self)
    unsafe table.index.withUnsafeBufferPointer { index in
      unsafe table.withWeights { weights in
        switch precision {
        case .float:
          unsafe tfn_table_back_f32(
            outer, table.inExtent, table.outExtent, inner, table.taps, index.baseAddress, weights,
            floats, x.floats)
        case .double:
          unsafe tfn_table_back_f64(
            outer, table.inExtent, table.outExtent, inner, table.taps, index.baseAddress, weights,
            doubles, x.doubles)
        }
      }
    }
  }

  private func check(_ table: AxisTable, _ inner: Int, _ outer: Int, _ x: Tensor, _ y: Tensor) {
    precondition(
      outer * table.inExtent * inner == x.storedCount
        && outer * table.outExtent * inner == y.storedCount && x.precision == y.precision
        && !x.overlaps(y),
      "\(table.outExtent) of \(table.inExtent) between \(x.shape) and \(y.shape)")
  }
}

extension AxisTable {
  fileprivate func withWeights(_ body: (UnsafePointer<Double>?) -> Void) {
    guard let weights else { return body(nil) }
    unsafe weights.withUnsafeBufferPointer { unsafe body($0.baseAddress) }
  }
}
