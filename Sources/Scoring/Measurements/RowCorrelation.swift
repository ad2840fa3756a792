package import Tensors

/// The correlation of the rows of a matrix: of the images of a minibatch, or of the channels of a map.
package struct RowCorrelation {
  /// Pearson's correlation of each pair of rows, clipped to -1...1.
  package let matrix: Matrix

  /// Computes the correlation, or `nil` where a row does not vary.
  ///
  /// - Parameters:
  ///   - rows: the rows.
  ///   - precision: that in which the rows were computed, where a row counts as constant whose
  ///     deviations are those of rounding; `nil` where only equal numbers do.
  package init?(_ rows: Matrix, roundedTo precision: Precision? = nil) {
    var centred: [Double] = []
    centred.reserveCapacity(rows.values.count)
    for row in 0..<rows.rows {
      let values = rows.values[row * rows.columns..<(row + 1) * rows.columns]
      let mean = values.reduce(0, +) / Double(rows.columns)
      // Divided by the largest deviation first, so that no square underflows.
      let largest = values.reduce(0) { max($0, abs($1 - mean)) }
      guard largest > 0 else { return nil }
      if let precision, precision.isRounding(largest / abs(mean)) { return nil }
      let squares = values.reduce(0) { $0 + (($1 - mean) / largest) * (($1 - mean) / largest) }
      let norm = squares.squareRoot()
      for value in values { centred.append((value - mean) / largest / norm) }
    }
    let unit = Matrix(rows: rows.rows, columns: rows.columns, values: centred)
    var matrix = unit.times(unit, transposingOther: true)
    for i in 0..<matrix.rows {
      for j in 0..<matrix.columns { matrix[i, j] = min(max(matrix[i, j], -1), 1) }
    }
    self.matrix = matrix
  }
}
