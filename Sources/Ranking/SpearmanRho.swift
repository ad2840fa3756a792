/// Spearman's rho of scores and accuracies: the Pearson correlation of their average ranks.
///
/// Tied values share the mean of the positions that they occupy. The shortcut
/// 1 - 6 sum d^2 / (n^3 - n) is not used, since it is wrong where there are ties.
///
/// Takes O(n log n) time. The sums run over twice the centred ranks, which are integers, so up to
/// n = 300,000 they are exact: neither a change of the order of the networks nor a strictly
/// increasing transformation of either column changes a single bit.
///
/// C. Spearman, "The proof and measurement of association between two things", American Journal of
/// Psychology 15, 1904.
///
/// - Parameters:
///   - scores: one score for each network; infinities are legal, NaN is not.
///   - accuracies: one accuracy for each network, in the same order.
/// - Returns: a number from -1 to 1, or `nil` where a column has fewer than two distinct values.
public func spearmanRho(_ scores: [Double], _ accuracies: [Double]) -> Double? {
  var table = ContingencyTable(scores, accuracies)
  return table.spearmanRho()
}

extension ContingencyTable {
  /// Spearman's rho of the tallied networks.
  mutating func spearmanRho() -> Double? {
    if scratch.ranks.count != accuracies.count {
      scratch.ranks = [Double](repeating: 0, count: accuracies.count)
    }
    let accuracyVariance = Self.centre(accuracyCounts, total: total, ranks: &scratch.ranks)
    guard accuracyVariance > 0 else { return nil }

    // The cells ascend by score, so the ranks of the scores are found on the way.
    var scoreVariance = 0.0
    var covariance = 0.0
    var below = 0
    var cell = 0
    for level in scoreCounts.indices {
      let count = Int(scoreCounts[level])
      let rank = Double(2 &* below &+ count &- total)
      scoreVariance += Double(count) * rank * rank
      below &+= count
      var sum = 0.0
      while cell < counts.count, Int(scoreLevels[cell]) == level {
        sum += Double(counts[cell]) * scratch.ranks[Int(accuracyLevels[cell])]
        cell &+= 1
      }
      covariance += rank * sum
    }
    guard scoreVariance > 0 else { return nil }
    return correlation(covariance, scoreVariance, accuracyVariance)
  }

  /// Writes twice the centred average rank of every level and returns the sum of the squares.
  ///
  /// A level of t networks above b others has the average rank b + (t + 1) / 2; the mean of all
  /// ranks is (n + 1) / 2.
  private static func centre(_ counts: [Int32], total: Int, ranks: inout [Double]) -> Double {
    var below = 0
    var variance = 0.0
    for level in counts.indices {
      let count = Int(counts[level])
      let rank = Double(2 &* below &+ count &- total)
      ranks[level] = rank
      variance += Double(count) * rank * rank
      below &+= count
    }
    return variance
  }
}
