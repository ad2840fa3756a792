/// A dense row-major matrix of doubles.
public struct Matrix: Equatable, Sendable {
  /// Rows, zero or more.
  public let rows: Int
  /// Columns, zero or more.
  public let columns: Int
  /// The entries, row after row.
  public private(set) var values: [Double]

  /// Creates a matrix from its entries.
  ///
  /// - Parameters:
  ///   - rows: number of rows.
  ///   - columns: number of columns.
  ///   - values: `rows * columns` entries, row after row.
  public init(rows: Int, columns: Int, values: [Double]) {
    precondition(
      rows >= 0 && columns >= 0 && values.count == rows * columns,
      "\(values.count) values for a \(rows)x\(columns) matrix")
    self.rows = rows
    self.columns = columns
    self.values = values
  }

  /// Creates a matrix of zeros.
  ///
  /// - Parameters:
  ///   - rows: number of rows.
  ///   - columns: number of columns.
  public init(rows: Int, columns: Int) {
    precondition(rows >= 0 && columns >= 0, "a \(rows)x\(columns) matrix")
    self.init(
      rows: rows, columns: columns, values: [Double](repeating: 0, count: rows * columns))
  }

  /// The entry at a row and a column, both counted from zero.
  public subscript(row: Int, column: Int) -> Double {
    get {
      check(row, column)
      return values[row * columns + column]
    }
    set {
      check(row, column)
      values[row * columns + column] = newValue
    }
  }

  private func check(_ row: Int, _ column: Int) {
    precondition(
      row >= 0 && row < rows && column >= 0 && column < columns,
      "entry [\(row), \(column)] of a \(rows)x\(columns) matrix")
  }
}

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
