extension Tensor {
  /// Overwrites the tensor with products of rows and a matrix: `y = x op(W)`, added to what is there where
  /// `adds` is true.
  ///
  /// Row-major values are read as rows of `inner` elements, and written as rows of `columns`.
  ///
  /// - Parameters:
  ///   - x: the rows.
  ///   - matrix: `[inner, columns]`, or `[columns, inner]` where it is transposed.
  ///   - transposing: whether the matrix is transposed.
  ///   - columns: elements of a row of the result.
  ///   - adds: whether the products are added.
  package func set(
    rows x: Tensor, times matrix: Tensor, transposing: Bool, columns: Int, adding adds: Bool = false
  ) {
    let rows = shape.count / columns
    let inner = rows == 0 ? 0 : x.shape.count / rows
    precondition(
      block == 1 && x.block == 1 && x.precision == precision && matrix.precision == precision
        && rows * columns == shape.count && rows * inner == x.shape.count
        && matrix.storedCount >= inner * columns && !overlaps(x) && !overlaps(matrix),
      "\(x.shape) times \(inner)x\(columns) into \(shape)")
    guard rows > 0 else { return }
    let stride = transposing ? inner : columns
    switch precision {
    case .float:
      unsafe Float.multiplyActivations(
        x.floats, inner, transposingA: false, matrix.floats, stride, transposingB: transposing,
        rows: rows, columns: columns, inner: inner, alpha: 1, beta: adds ? 1 : 0, into: floats,
        columns)
    case .double:
      unsafe Double.multiplyActivations(
        x.doubles, inner, transposingA: false, matrix.doubles, stride, transposingB: transposing,
        rows: rows, columns: columns, inner: inner, alpha: 1, beta: adds ? 1 : 0, into: doubles,
        columns)
    }
  }

  /// Overwrites the tensor with `a^T b`, summed over all rows of two row-major tensors.
  ///
  /// - Parameters:
  ///   - a: rows of `rows` elements, as many as of `b`.
  ///   - b: rows of `columns` elements.
  ///   - rows: rows of the result.
  ///   - columns: columns of the result.
  package func set(outerProductOf a: Tensor, and b: Tensor, rows: Int, columns: Int) {
    let inner = a.shape.count / rows
    precondition(
      a.block == 1 && b.block == 1 && a.precision == precision && b.precision == precision
        && inner * rows == a.shape.count && inner * columns == b.shape.count
        && storedCount >= rows * columns && !overlaps(a) && !overlaps(b),
      "\(a.shape) and \(b.shape) into \(rows)x\(columns)")
    guard inner > 0 else { return clear() }
    switch precision {
    case .float:
      unsafe Float.multiplyActivations(
        a.floats, rows, transposingA: true, b.floats, columns, transposingB: false, rows: rows,
        columns: columns, inner: inner, alpha: 1, beta: 0, into: floats, columns)
    case .double:
      unsafe Double.multiplyActivations(
        a.doubles, rows, transposingA: true, b.doubles, columns, transposingB: false, rows: rows,
        columns: columns, inner: inner, alpha: 1, beta: 0, into: doubles, columns)
    }
  }
}

extension Tensor {
  /// Overwrites each row of row-major values with a vector.
  package func setRows(_ vector: Tensor) {
    let columns = vector.shape.imageCount
    precondition(
      block == 1 && vector.block == 1 && vector.precision == precision
        && shape.count % columns == 0, "rows of \(columns) in \(shape)")
    for row in 0..<shape.count / columns {
      switch precision {
      case .float: unsafe (floats + row * columns).update(from: vector.floats, count: columns)
      case .double: unsafe (doubles + row * columns).update(from: vector.doubles, count: columns)
      }
    }
  }

  /// Adds a vector to each row of row-major values.
  package func addRows(_ vector: Tensor) {
    let columns = vector.shape.imageCount
    precondition(
      block == 1 && vector.block == 1 && vector.precision == precision
        && shape.count % columns == 0, "rows of \(columns) in \(shape)")
    for row in 0..<shape.count / columns {
      switch precision {
      case .float:
        let (to, from) = unsafe (floats + row * columns, vector.floats)
        for i in 0..<columns { unsafe to[i] += from[i] }
      case .double:
        let (to, from) = unsafe (doubles + row * columns, vector.doubles)
        for i in 0..<columns { unsafe to[i] += from[i] }
      }
    }
  }

  /// The sums of the columns of row-major values, in double.
  package func columnSums(_ columns: Int) -> [Double] {
    precondition(block == 1 && shape.count % columns == 0, "rows of \(columns) in \(shape)")
    var sums = [Double](repeating: 0, count: columns)
    for row in 0..<shape.count / columns {
      switch precision {
      case .float:
        let from = unsafe floats + row * columns
        for i in 0..<columns { unsafe sums[i] += Double(from[i]) }
      case .double:
        let from = unsafe doubles + row * columns
        for i in 0..<columns { unsafe sums[i] += from[i] }
      }
    }
    return sums
  }
}
