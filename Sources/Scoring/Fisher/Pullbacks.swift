internal import Tensors

/// How many directions are pulled back for each image's share of the Fisher information.
public enum Pullbacks: Hashable, Sendable {
  /// As many as its rank, at most `min(classes - 1, features)`: the exact matrix.
  case all
  /// So many random combinations of the factor's rows: a matrix whose expectation is the exact one.
  ///
  /// Where there are no fewer than the rank, the matrix is the exact one to the last bit.
  case combinations(Int)

  /// What is pulled back where nothing else is asked for.
  ///
  /// - Parameter classes: the outputs of the network.
  /// - Returns: all, whatever the number.
  public static func standard(classes: Int) -> Pullbacks { .all }

  /// The number of combinations in the place of the factor's rows.
  ///
  /// - Parameter rank: the rank of an image's share.
  /// - Returns: fewer than the rank, `nil` for the rows themselves.
  func count(ofRank rank: Int) -> Int? {
    if case .combinations(let count) = self, count < rank { count } else { nil }
  }
}

extension FisherSettings {
  /// The settings with what ``pullbacks`` leave open decided: the standard for a number of classes, and all of
  /// them where networks have different numbers.
  public func resolved(classes: Int?) -> FisherSettings {
    var settings = self
    settings.pullbacks = pullbacks ?? classes.map(Pullbacks.standard) ?? .all
    return settings
  }
}

extension ScoringSettings {
  /// The settings with what the axes leave open decided for a number of classes.
  public func resolved(classes: Int?) -> ScoringSettings {
    var settings = self
    settings.fisher = fisher.resolved(classes: classes)
    return settings
  }
}

/// A few random combinations of the rows of a matrix that keep its Gram matrix on average.
///
/// The rows are dealt out at random to groups of equal size, or of sizes that differ by one, and the rows of a
/// group are added with random signs: `G A`, where each column of `G` holds a single 1 or -1. Products of rows of
/// different groups never occur, and those of two rows of one group have an independent sign, so
/// `E[(G A)^T (G A)] = A^T A`, with
///
///     Var[((G A)^T (G A))_ij] = q sum over rows k < l of (A_ki A_lj + A_li A_kj)^2
///
/// where `q` is the probability that two rows share a group: `(R - N) / (N (R - 1))` for `R` rows and `N` groups that
/// divide them. Combinations with independent signs (Hutchinson 1990) have `1 / N` in its place, which is more unless
/// `N` is 1, and those with normal numbers add `2 / N` times the sum of `(A_ki A_kj)^2`: they do not even keep
/// the products of a row with itself. Dealing also costs no more than reading `A` once, whatever `N` is.
struct RowCombinations: Sendable {
  /// How many combinations there are.
  let count: Int
  /// The combination that each row is part of.
  private let groups: [Int]
  /// The sign of each row.
  private let signs: [Double]

  /// The combinations of one image.
  ///
  /// - Parameters:
  ///   - count: how many, at least 1 and at most as many as rows.
  ///   - rows: how many rows are combined.
  ///   - seed: the seed of the network.
  ///   - image: the number of the image.
  init(count: Int, rows: Int, seed: UInt64, image: Int) {
    precondition((1...rows).contains(count), "\(count) combinations of \(rows) rows")
    let stream = RandomStream(seed: seed, text: "", purpose: "pullbacks", index: image)
    var order = Array(0..<rows)
    var groups = order
    for place in 0..<rows {
      order.swapAt(place, place + stream.integer(below: rows - place, at: place))
      groups[order[place]] = place % count
    }
    self.count = count
    self.groups = groups
    signs = (0..<rows).map { Double(stream.sign(at: rows + $0)) }
  }

  /// The combination that a row is part of, and its sign there.
  subscript(row: Int) -> (group: Int, sign: Double) { (groups[row], signs[row]) }

  /// `G A`.
  func times(_ matrix: Matrix) -> Matrix {
    precondition(matrix.rows == groups.count, "\(matrix.rows) rows, not \(groups.count)")
    let (columns, x) = (matrix.columns, matrix.values)
    var result = [Double](repeating: 0, count: count * columns)
    for (row, group) in groups.enumerated() {
      let (from, to, sign) = (row * columns, group * columns, signs[row])
      for column in 0..<columns { result[to &+ column] += sign * x[from &+ column] }
    }
    return Matrix(rows: count, columns: columns, values: result)
  }
}
