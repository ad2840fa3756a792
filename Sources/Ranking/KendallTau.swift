/// Kendall's tau-b of scores and accuracies: the surplus of pairs in the right order.
///
/// With C pairs in the same order, D in opposite order, T tied in the score alone and U tied in the
/// accuracy alone, tau = (C - D) / sqrt((C + D + T) (C + D + U)). Pairs tied in both count nowhere.
/// It is 1 if and only if the two orders agree, ties included, and -1 if they are opposite.
///
/// Takes O(n log n) time. Counts are exact integers, so neither a change of the order of the
/// networks nor a strictly increasing transformation of either column changes a single bit.
///
/// M. G. Kendall, "The treatment of ties in ranking problems", Biometrika 33, 1945.
///
/// - Parameters:
///   - scores: one score for each network; infinities are legal, NaN is not.
///   - accuracies: one accuracy for each network, in the same order.
/// - Returns: a number from -1 to 1, or `nil` where a column has fewer than two distinct values.
public func kendallTau(_ scores: [Double], _ accuracies: [Double]) -> Double? {
  PairCounts(scores, accuracies).kendallTau
}

/// How many pairs of networks two columns order alike, oppositely or not at all.
public struct PairCounts: Hashable, Sendable {
  /// Pairs that both columns order the same way.
  public let concordant: Int
  /// Pairs that the two columns order oppositely.
  public let discordant: Int
  /// Pairs tied in the score but not in the accuracy.
  public let tiedInScore: Int
  /// Pairs tied in the accuracy but not in the score.
  public let tiedInAccuracy: Int
  /// Pairs tied in both.
  public let tiedInBoth: Int

  /// Counts the pairs in O(n log n) time.
  ///
  /// - Parameters:
  ///   - scores: one score for each network; infinities are legal, NaN is not.
  ///   - accuracies: one accuracy for each network, in the same order.
  public init(_ scores: [Double], _ accuracies: [Double]) {
    var table = ContingencyTable(scores, accuracies)
    self = table.pairCounts()
  }

  init(all: Int, tiedScore: Int, tiedAccuracy: Int, tiedBoth: Int, discordant: Int) {
    concordant = all - tiedScore - tiedAccuracy + tiedBoth - discordant
    self.discordant = discordant
    tiedInScore = tiedScore - tiedBoth
    tiedInAccuracy = tiedAccuracy - tiedBoth
    tiedInBoth = tiedBoth
  }

  /// Kendall's tau-b, or `nil` where a column is constant or there is no pair.
  public var kendallTau: Double? {
    let untiedAccuracy = concordant + discordant + tiedInScore
    let untiedScore = concordant + discordant + tiedInAccuracy
    guard untiedScore > 0, untiedAccuracy > 0 else { return nil }
    return correlation(
      Double(concordant - discordant), Double(untiedScore), Double(untiedAccuracy))
  }
}

/// The covariance over the geometric mean of the variances, never outside [-1, 1].
///
/// The two roots are taken apart because the product of two counts of pairs could exceed what
/// integers hold; equal variances need no root, so that full agreement gives exactly 1.
func correlation(_ covariance: Double, _ first: Double, _ second: Double) -> Double {
  let scale = first == second ? first : first.squareRoot() * second.squareRoot()
  return min(max(covariance / scale, -1), 1)
}

extension ContingencyTable {
  /// The counts of pairs of the tallied networks.
  mutating func pairCounts() -> PairCounts {
    PairCounts(
      all: total * (total - 1) / 2, tiedScore: Self.pairs(within: scoreCounts),
      tiedAccuracy: Self.pairs(within: accuracyCounts), tiedBoth: Self.pairs(within: counts),
      discordant: discordantPairs())
  }

  /// The number of pairs of networks of the same level.
  private static func pairs(within counts: [Int32]) -> Int {
    var pairs = 0
    for count in counts {
      let count = Int(count)
      pairs &+= count &* (count &- 1) / 2
    }
    return pairs
  }

  /// The number of pairs where the higher score has the strictly lower accuracy.
  ///
  /// Goes through the cells in ascending order and asks a Fenwick tree over the accuracy levels how
  /// many of the networks so far are more accurate. Within a score level the accuracies ascend, so
  /// tied scores contribute nothing.
  private mutating func discordantPairs() -> Int {
    let levels = accuracies.count
    Self.clear(&scratch.tree, count: levels &+ 1)
    return Self.discordantPairs(
      counts: counts, accuracyLevels: accuracyLevels, levels: levels, tree: &scratch.tree)
  }

  private static func discordantPairs(
    counts: [Int32], accuracyLevels: [Int32], levels: Int, tree: inout [Int32]
  ) -> Int {
    var discordant = 0
    var seen = 0
    for cell in counts.indices where counts[cell] != 0 {
      let count = counts[cell]
      let level = Int(accuracyLevels[cell]) &+ 1
      var notGreater = 0
      var node = level
      while node > 0 {
        notGreater &+= Int(tree[node])
        node &= node &- 1
      }
      discordant &+= Int(count) &* (seen &- notGreater)
      seen &+= Int(count)
      node = level
      while node <= levels {
        tree[node] &+= count
        node &+= node & (0 &- node)
      }
    }
    return discordant
  }

  /// Sets `count` elements to zero and allocates only the first time.
  private static func clear(_ buffer: inout [Int32], count: Int) {
    if buffer.count != count {
      buffer = [Int32](repeating: 0, count: count)
    } else {
      for index in buffer.indices { buffer[index] = 0 }
    }
  }
}
