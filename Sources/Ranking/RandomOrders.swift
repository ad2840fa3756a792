/// How many random orders of the networks a ranking is compared with.
public struct RandomOrders: Hashable, Sendable {
  /// The number of orders that are drawn.
  public let draws: Int
  /// The seed of the draws.
  public let seed: UInt64

  /// Creates the settings.
  ///
  /// - Parameters:
  ///   - draws: the number of orders, at least 1.
  ///   - seed: the seed of the draws; the same seed gives the same digits.
  public init(draws: Int = 1000, seed: UInt64) {
    precondition(draws >= 1, "\(draws) random orders tell nothing")
    self.draws = draws
    self.seed = seed
  }
}

/// The share of random orders that a ranking beats.
public struct RandomOrderShare: Hashable, Sendable {
  /// The share of the orders with a metric below that of the ranking.
  public let below: Double
  /// The standard deviation of ``below`` over other draws, sqrt(p (1 - p) / draws); 0 where all
  /// orders were looked at.
  public let standardError: Double

  init(count: Int, of orders: Int, isExact: Bool) {
    below = Double(count) / Double(orders)
    standardError = isExact ? 0 : (below * (1 - below) / Double(orders)).squareRoot()
  }
}

/// The shares of random orders that a ranking beats in each of the three metrics.
public struct RandomOrderShares: Hashable, Sendable {
  /// By Kendall's tau-b, `nil` where it is undefined.
  public let kendall: RandomOrderShare?
  /// By Spearman's rho, `nil` where it is undefined.
  public let spearman: RandomOrderShare?
  /// By nDCG, `nil` where it is undefined.
  public let ndcg: RandomOrderShare?
  /// The number of orders that were looked at.
  public let orders: Int
  /// Whether these are all that there are.
  public let isExact: Bool
}

/// The probability that a random order of the networks has a lower metric than a ranking.
///
/// A random order gives the scores to the networks in any of the n! ways, equally likely; tied
/// scores stay tied. Where there are no more than the asked number of ways each is looked at once
/// and the shares are exact. Otherwise orders are drawn: each shuffles the networks, sorted by
/// descending score and, where these tie, descending accuracy, after Fisher and Yates, from the
/// first position to the last but one, with a SplitMix64 that runs on from draw to draw. Where k
/// networks are left, the next one is its output times k, divided by 2^64 and rounded down.
///
/// Orders with the same metric are not below. What tau and rho compare are integers; the gains are
/// compared position by position, so that an order is told apart by its last networks too, whose
/// gains a sum would lose. The result does not depend on the order in which networks are listed.
///
/// Takes O(n log n) time for each draw, without sorting again, on one thread.
///
/// - Parameters:
///   - scores: one score for each network, higher is better; infinities are legal, NaN is not.
///   - accuracies: one accuracy in percent for each network, in the same order.
///   - cutoff: the number of positions that nDCG looks at, at least 1; ties are averaged.
///   - orders: the settings of the draws.
/// - Returns: for each metric the share of orders below.
public func randomOrderShares(
  below scores: [Double], _ accuracies: [Double], at cutoff: Int, orders: RandomOrders
) -> RandomOrderShares {
  let ranking = OrderComparison(scores, accuracies, at: cutoff)
  let all = orderCount(of: ranking.count, upTo: orders.draws)
  let tally =
    all == nil ? ranking.compared(with: orders) : ranking.comparedWithAllOrders()
  let looked = all ?? orders.draws
  let isExact = all != nil
  func share(_ count: Int, _ isDefined: Bool) -> RandomOrderShare? {
    isDefined ? RandomOrderShare(count: count, of: looked, isExact: isExact) : nil
  }
  return RandomOrderShares(
    kendall: share(tally.kendall, ranking.hasCorrelations),
    spearman: share(tally.spearman, ranking.hasCorrelations),
    ndcg: share(tally.ndcg, ranking.hasGains), orders: looked, isExact: isExact)
}

/// The number of orders of networks, `nil` where it exceeds a limit.
private func orderCount(of networks: Int, upTo limit: Int) -> Int? {
  var orders = 1
  for factor in stride(from: 2, through: networks, by: 1) {
    guard orders <= limit / factor else { return nil }
    orders *= factor
  }
  return orders
}

extension OrderComparison {
  /// Counts the drawn orders with metrics below those of the ranking.
  fileprivate func compared(with orders: RandomOrders) -> Tally {
    var tally = Tally()
    var generator = SplitMix64(seed: orders.seed)
    var order = Array(0..<count)
    var tree: [Int32] = []
    for _ in 0..<orders.draws {
      for position in order.indices { order[position] = position }
      for position in order.indices.dropLast() {
        order.swapAt(position, position &+ generator.index(below: count &- position))
      }
      add(numerators(of: order, tree: &tree), to: &tally)
    }
    return tally
  }
}
