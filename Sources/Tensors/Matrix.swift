public struct Matrix: Sendable, Equatable {
  public var rows: Int
  public var columns: Int
  public var values: [Double]
  public init(rows: Int, columns: Int, values: [Double]) { self.rows = rows; self.columns = columns; self.values = values }
  public init(rows: Int, columns: Int) { self.init(rows: rows, columns: columns, values: [Double](repeating: 0, count: rows*columns)) }
  public subscript(r: Int, c: Int) -> Double { get { values[r * columns + c] } set { values[r * columns + c] = newValue } }
  public func multiplied(by other: Matrix, transposingOther: Bool = false) -> Matrix { self }
}
