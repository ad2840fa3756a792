extension Matrix {
  /// The identity of a size.
  public static func identity(_ size: Int) -> Matrix {
    var matrix = Matrix(rows: size, columns: size)
    for i in 0..<size { matrix[i, i] = 1 }
    return matrix
  }

  /// The matrix of some of the rows.
  public func rows(_ range: Range<Int>) -> Matrix {
    Matrix(
      rows: range.count, columns: columns,
      values: Array(values[range.lowerBound * columns..<range.upperBound * columns]))
  }

  /// The matrix of some of the columns.
  public func columns(_ range: Range<Int>) -> Matrix {
    var result: [Double] = []
    result.reserveCapacity(rows * range.count)
    for row in 0..<rows {
      result += values[row * columns + range.lowerBound..<row * columns + range.upperBound]
    }
    return Matrix(rows: rows, columns: range.count, values: result)
  }

  /// The matrix of the columns at some positions, in that order.
  public func columns(_ positions: [Int]) -> Matrix {
    var result: [Double] = []
    result.reserveCapacity(rows * positions.count)
    for row in 0..<rows {
      for position in positions { result.append(self[row, position]) }
    }
    return Matrix(rows: rows, columns: positions.count, values: result)
  }

  /// Matrices of as many columns, one below the other.
  public static func stacked(_ blocks: [Matrix], columns: Int) -> Matrix {
    var values: [Double] = []
    values.reserveCapacity(blocks.reduce(0) { $0 + $1.values.count })
    for block in blocks {
      precondition(block.columns == columns, "\(block.columns) columns below \(columns)")
      values += block.values
    }
    return Matrix(rows: blocks.reduce(0) { $0 + $1.rows }, columns: columns, values: values)
  }

  /// The matrix with rows of zeros below, up to a number of rows.
  public func padded(rows count: Int) -> Matrix {
    precondition(count >= rows, "\(rows) rows do not fit \(count)")
    return Matrix(
      rows: count, columns: columns,
      values: values + [Double](repeating: 0, count: (count - rows) * columns))
  }

  /// The matrix with every entry multiplied by a number.
  public func scaled(by factor: Double) -> Matrix {
    Matrix(rows: rows, columns: columns, values: values.map { $0 * factor })
  }
}
