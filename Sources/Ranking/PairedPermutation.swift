/// How a difference of two scores is tested: by exchanging the two scores of networks.
///
/// R. A. Fisher, "The Design of Experiments", 1935; of two correlations with the same accuracies:
/// E. J. G. Pitman, "Significance tests which may be applied to samples from any populations. II",
/// Supplement to the Journal of the Royal Statistical Society 4, 1937.
public struct PairedPermutation: Hashable, Sendable {
  /// The number of permutations that are drawn.
  public let permutations: Int
  /// The seed of the draws.
  public let seed: UInt64

  /// Creates the settings of a test.
  ///
  /// - Parameters:
  ///   - permutations: the number of permutations, at least 1. The smallest probability that the
  ///     test can find is 1 / (1 + `permutations`).
  ///   - seed: the seed of the draws; the same seed gives the same digits.
  public init(permutations: Int = 1000, seed: UInt64) {
    precondition(permutations >= 1, "\(permutations) permutations test nothing")
    self.permutations = permutations
    self.seed = seed
  }
}

/// How probable differences as large as those found are, if the two scores were alike.
public struct DifferenceSignificance: Hashable, Sendable {
  /// The two-sided p-value of the difference in Kendall's tau-b, `nil` where that is undefined.
  public let kendall: Double?
  /// The two-sided p-value of the difference in Spearman's rho, `nil` where that is undefined.
  public let spearman: Double?
  /// The two-sided p-value of the difference in nDCG, `nil` where that is undefined.
  public let ndcg: Double?
  /// The number of permutations that were looked at.
  public let permutations: Int
  /// Whether these are all that there are.
  public let isExact: Bool
}

/// Tests whether two scores rank the same networks equally well.
///
/// Under the null hypothesis nothing distinguishes the two scores of a network, so exchanging them
/// leaves the distribution of the difference as it is. A permutation exchanges the scores of some
/// networks, each with probability 1/2, and takes the difference again:
///
/// p = (1 + number of permutations with |difference| >= |observed|) / (1 + permutations)
///
/// Both scores are turned into average ranks before. As they come they cannot be exchanged: where
/// one counts parameters and the other is an entropy, every exchanged network would be first or last
/// for its unit alone. Ranks have one unit and, but for ties, one distribution; and the result is
/// the same for every strictly increasing transformation of a score.
///
/// Bit k mod 64 of output r ceil(n / 64) + k div 64 of SplitMix64 with the test's seed decides
/// whether permutation r exchanges the scores of network k, all counted from 0. Where there are no
/// more than the asked number of exchanges, 2^n, each of them is looked at once instead and p is
/// their share. Differences within 1e-12 count as equal. A permutation that leaves a metric
/// undefined counts as one that is as large, so that it never makes a difference look certain.
///
/// Takes O(n log n) time for each permutation, without sorting again, on one thread. Exchanging the
/// two scores does not change a bit.
///
/// - Parameters:
///   - scores: one score for each network, higher is better; infinities are legal, NaN is not.
///   - others: the score of each network to compare with, in the same order.
///   - accuracies: one accuracy in percent for each network, in the same order.
///   - cutoff: the number of positions that nDCG looks at, at least 1; ties are averaged.
///   - test: the settings of the test.
/// - Returns: the p-values of the three metrics.
public func differenceSignificance(
  _ scores: [Double], _ others: [Double], _ accuracies: [Double], at cutoff: Int,
  test: PairedPermutation
) -> DifferenceSignificance {
  let count = scores.count
  precondition(
    others.count == count && accuracies.count == count,
    "\(count) and \(others.count) scores cannot be compared on \(accuracies.count) accuracies")
  // Entry k is network k with its first score, entry n + k the same network with its second one.
  // Every permutation tallies one entry of each network, and the others.
  var table = ContingencyTable(
    averageRanks(scores) + averageRanks(others), accuracies + accuracies)
  let discounts = Discounts(cutoff: cutoff, count: count)
  var firsts = (0..<count).map(Int32.init)
  var seconds = firsts.map { $0 + Int32(count) }
  func differences(_ firsts: [Int32], _ seconds: [Int32]) -> Metrics {
    table.tally(firsts)
    let first = Metrics(&table, discounts, orderSeed: nil)
    table.tally(seconds)
    return first.minus(Metrics(&table, discounts, orderSeed: nil))
  }

  let observed = differences(firsts, seconds)
  let isExact = count < Int.bitWidth - 1 && 1 << count <= test.permutations
  let permutations = isExact ? 1 << count : test.permutations
  var generator = SplitMix64(seed: test.seed)
  var kendall = 0
  var spearman = 0
  var ndcg = 0
  for permutation in 0..<permutations {
    var bits: UInt64 = isExact ? UInt64(permutation) : 0
    for network in 0..<count {
      if !isExact, network & 63 == 0 { bits = generator.next() }
      let first = Int32(truncatingIfNeeded: network)
      let second = Int32(truncatingIfNeeded: network &+ count)
      let isExchanged = bits & 1 == 1
      firsts[network] = isExchanged ? second : first
      seconds[network] = isExchanged ? first : second
      bits &>>= 1
    }
    let found = differences(firsts, seconds)
    if isAsLarge(found.kendall, as: observed.kendall) { kendall += 1 }
    if isAsLarge(found.spearman, as: observed.spearman) { spearman += 1 }
    if isAsLarge(found.ndcg, as: observed.ndcg) { ndcg += 1 }
  }

  func probability(_ observed: Double?, _ asLarge: Int) -> Double? {
    guard observed != nil else { return nil }
    // What was observed is one of all permutations, and has to be added to those that are drawn.
    return isExact
      ? Double(asLarge) / Double(permutations) : Double(1 + asLarge) / Double(1 + permutations)
  }
  return DifferenceSignificance(
    kendall: probability(observed.kendall, kendall),
    spearman: probability(observed.spearman, spearman),
    ndcg: probability(observed.ndcg, ndcg), permutations: permutations, isExact: isExact)
}

/// Whether a difference is at least as far from 0 as the observed one, up to rounding.
private func isAsLarge(_ difference: Double?, as observed: Double?) -> Bool {
  guard let difference, let observed else { return true }
  return abs(difference) >= abs(observed) - 1e-12
}
