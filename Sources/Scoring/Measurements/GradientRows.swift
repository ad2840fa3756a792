package import Tensors

/// Gradients by all weights, one a row, and the inner products of the rows.
///
/// They are the largest thing that a proxy holds, so they are kept in the precision in which they
/// were computed; products are in double.
package struct GradientRows {
  private var floats: [[Float]] = []
  private var doubles: [[Double]] = []
  private let precision: Precision

  /// No rows yet.
  package init(precision: Precision) { self.precision = precision }

  /// Adds the tensors of one gradient, joined, as a row.
  package mutating func append(_ tensors: [[Double]]) {
    let count = tensors.reduce(0) { $0 + $1.count }
    switch precision {
    case .float:
      var row: [Float] = []
      row.reserveCapacity(count)
      for tensor in tensors { row.append(contentsOf: tensor.lazy.map { Float($0) }) }
      floats.append(row)
    case .double:
      doubles.append(Array(tensors.joined()))
    }
  }

  /// The inner products of all pairs of rows, with a factor for each column of either.
  package func gram(scaling factors: [Double]? = nil) -> Matrix {
    let rows = max(floats.count, doubles.count)
    let columns = floats.first?.count ?? doubles.first?.count ?? 0
    precondition(factors.map { $0.count == columns } ?? true, "\(columns) columns")
    var sum = [Double](repeating: 0, count: rows * rows)
    // Some columns at a time: a copy in double of everything would be as large as the rows.
    for start in stride(from: 0, to: columns, by: 8192) {
      let range = start..<min(start + 8192, columns)
      var values: [Double] = []
      values.reserveCapacity(rows * range.count)
      for row in 0..<rows {
        switch precision {
        case .float: values.append(contentsOf: floats[row][range].lazy.map { Double($0) })
        case .double: values += doubles[row][range]
        }
      }
      if let factors {
        var span = values.mutableSpan
        for row in 0..<rows {
          for (place, column) in range.enumerated() {
            span[row * range.count + place] *= factors[column]
          }
        }
      }
      let part = Matrix(rows: rows, columns: range.count, values: values)
      for (place, product) in part.times(part, transposingOther: true).values.enumerated() {
        sum[place] += product
      }
    }
    return Matrix(rows: rows, columns: rows, values: sum)
  }
}
