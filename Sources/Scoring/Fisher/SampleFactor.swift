internal import Tensors

/// What the Jacobian of a sample is multiplied with: the factor of its labels, or combinations of the factor's rows.
enum SampleFactor {
  /// `C`.
  case whole(LabelFactor)
  /// `G C`.
  case combined(Matrix)

  /// Its rows.
  var rows: Int {
    switch self {
    case .whole(let factor): factor.rows
    case .combined(let matrix): matrix.rows
    }
  }

  /// The entry of a row and a class.
  subscript(row: Int, column: Int) -> Double {
    switch self {
    case .whole(let factor): factor[row, column]
    case .combined(let matrix): matrix[row, column]
    }
  }

  /// The matrix, of `rows x classes`.
  var matrix: Matrix {
    switch self {
    case .whole(let factor): factor.matrix
    case .combined(let matrix): matrix
    }
  }

  /// Its product with a matrix that has a row for each class.
  func times(_ other: Matrix) -> Matrix {
    switch self {
    case .whole(let factor): factor.times(other)
    case .combined(let matrix): matrix.times(other)
    }
  }
}
