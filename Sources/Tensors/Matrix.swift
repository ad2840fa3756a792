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
