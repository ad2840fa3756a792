/// The criterion of regression trees: by how much a split lowers the sum of squared errors.
///
/// With n rows of sum S in a node, of which n_L and S_L go left and n_R and S_R go right, it is
///
///     (S_L n_R - S_R n_L)^2 / (n n_L n_R),
///
/// which is the error about the node's mean less the errors about the two means. Sums and the
/// difference are exact integers, so the value depends on the rows of the two sides alone: neither on
/// their order, nor on which side is left, nor on the way in which a search has added them up. That
/// makes equally good splits equal to the last bit.
///
/// L. Breiman, J. Friedman, R. Olshen, C. Stone: Classification and Regression Trees, 1984.
struct SquaredErrorReduction {
  /// The number of rows.
  let count: Int64
  /// The sum of their targets.
  let sum: Int64

  /// The reduction by a split.
  ///
  /// - Parameters:
  ///   - leftCount: the rows on the left side, at least one and not all.
  ///   - leftSum: the sum of their targets.
  /// - Returns: zero or more, in squared units of the targets.
  @inline(__always)
  func callAsFunction(leftCount: Int64, leftSum: Int64) -> Double {
    let rightCount = count &- leftCount
    let difference = Double(leftSum &* rightCount &- (sum &- leftSum) &* leftCount)
    return difference * difference / (Double(leftCount) * Double(rightCount) * Double(count))
  }
}

/// Targets as multiples of a power of two, whose sums are exact.
struct FixedPointTargets {
  /// The largest number of rows.
  static let rowLimit = 1 << 20

  /// Each target's distance from the middle of their range in units.
  let units: [Int64]

  /// Rounds targets to the finest unit with which no sum and no product overflows.
  ///
  /// With n rows it is about 2^(2 log2 n - 62) of half the range, and never finer than 2^-52 of it:
  /// targets that are closer than that are equal.
  ///
  /// - Parameter targets: finite numbers with a finite range, at most ``rowLimit``.
  init(_ targets: [Double]) {
    let count = targets.count
    precondition(count <= Self.rowLimit, "\(count) rows are more than \(Self.rowLimit)")
    let low = targets.min() ?? 0
    let middle = low + ((targets.max() ?? 0) - low) / 2
    let reach = targets.reduce(0) { max($0, abs($1 - middle)) }
    precondition(reach.isFinite, "the range of the targets is not finite")
    guard reach > 0 else {
      units = [Int64](repeating: 0, count: count)
      return
    }
    // A product of a sum and a number of rows stays below 2^62.
    let bits = min(62 - 2 * (Int.bitWidth - max(count - 1, 1).leadingZeroBitCount), 52)
    // The reach is below 2^(exponent + 1).
    let exponent = bits - 1 - Int(reach.exponent)
    units = targets.map {
      Int64(Double(sign: .plus, exponent: exponent, significand: $0 - middle).rounded())
    }
  }
}
