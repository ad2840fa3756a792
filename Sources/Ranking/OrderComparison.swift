/// A ranking that is compared with other orders of the same networks.
///
/// Giving the same scores to other networks changes neither the tied groups nor the deviation of
/// the ranks nor the greatest sum of gains. So the metrics compare as their numerators do: the
/// surplus of pairs, the covariance of the ranks, and the discounted gain.
///
/// Networks are numbered by their position in the ranking, the best first.
struct OrderComparison {
  /// How many of the other orders have a lower metric.
  struct Tally {
    var kendall = 0
    var spearman = 0
    var ndcg = 0
  }

  /// The numerators of an order, over its first positions.
  struct Numerators {
    /// Concordant pairs minus discordant ones.
    var surplus = 0
    /// The sum of the products of twice the centred ranks.
    var covariance = 0
    /// The discounted gain minus that of the ranking, position by position.
    var gain = 0.0
    /// The sum of the absolute values in ``gain``, by which its rounding is judged.
    var size = 0.0
  }

  /// Whether tau and rho are defined.
  let hasCorrelations: Bool
  /// Whether nDCG is defined.
  let hasGains: Bool
  /// By position: whether the score is lower than the one before.
  let opensGroup: [Bool]
  /// By position: twice the centred rank of the score.
  let scoreRanks: [Int]
  /// By position: the mean weight of all positions with the same score.
  let weights: [Double]
  /// By network: twice the centred rank of the accuracy.
  let accuracyRanks: [Int]
  /// By network: the number of the accuracy among the distinct ones, ascending.
  let accuracyLevels: [Int]
  /// By network: its gain, scaled so that the greatest one is about 1.
  let gains: [Double]
  /// The number of distinct accuracies.
  let levelCount: Int
  /// The numerators of the ranking itself.
  private(set) var ranking = Numerators()

  /// The number of networks.
  var count: Int { gains.count }

  init(_ scores: [Double], _ accuracies: [Double], at cutoff: Int) {
    precondition(
      scores.count == accuracies.count,
      "\(scores.count) scores cannot be compared with \(accuracies.count) accuracies")
    let count = scores.count
    let score = Levels(scores)
    let accuracy = Levels(accuracies)
    let networks = scores.indices.sorted {
      (score.codes[$0], accuracy.codes[$0]) > (score.codes[$1], accuracy.codes[$1])
    }
    let codes = networks.map { score.codes[$0] }
    let lowest = accuracies.min() ?? -1
    let highest = accuracies.max() ?? -1
    hasCorrelations = score.count > 1 && accuracy.count > 1
    hasGains = lowest >= 0 && highest.isFinite
    opensGroup = codes.indices.map { $0 == 0 || codes[$0] != codes[$0 - 1] }
    weights = Self.weights(codes, Discounts(cutoff: cutoff, count: count))
    // Ranks are multiples of 1/2 whose mean is (n + 1) / 2.
    func centred(_ ranks: [Double]) -> [Int] {
      networks.map { Int(2 * ranks[$0]) - (count + 1) }
    }
    scoreRanks = centred(averageRanks(scores))
    accuracyRanks = centred(averageRanks(accuracies))
    accuracyLevels = networks.map { Int(accuracy.codes[$0]) }
    levelCount = accuracy.count
    let hasGains = hasGains
    gains = networks.map { network in
      hasGains
        ? binaryExponential(accuracies[network] - highest) - binaryExponential(-highest) : 0
    }
    var tree: [Int32] = []
    ranking = numerators(of: Array(0..<count), tree: &tree)
  }

  /// The mean weight of the positions that share a score.
  private static func weights(_ codes: [Int32], _ discounts: Discounts) -> [Double] {
    var weights: [Double] = []
    while weights.count < codes.count {
      let start = weights.count
      let end = codes[start...].firstIndex { $0 != codes[start] } ?? codes.count
      let weight = discounts.weight(after: start, count: end - start) / Double(end - start)
      weights += Array(repeating: weight, count: end - start)
    }
    return weights
  }

  /// Counts an order where its metrics are below those of the ranking.
  func add(_ order: Numerators, to tally: inout Tally) {
    if order.surplus < ranking.surplus { tally.kendall &+= 1 }
    if order.covariance < ranking.covariance { tally.spearman &+= 1 }
    // Where only members of a tied group have changed places, rounding is all that is left.
    if order.gain < -1e-14 * order.size { tally.ndcg &+= 1 }
  }

  /// Adds a network at a position, but for its pairs.
  @inline(__always)
  func place(_ network: Int, at position: Int, _ sums: inout Numerators) {
    sums.covariance &+= scoreRanks[position] &* accuracyRanks[network]
    let gain = weights[position] * (gains[network] - gains[position])
    sums.gain += gain
    sums.size += abs(gain)
  }

  /// The numerators of an order.
  ///
  /// - Parameters:
  ///   - order: the network at each position.
  ///   - tree: a buffer whose content means nothing.
  /// - Returns: the sums over all positions.
  func numerators(of order: [Int], tree: inout [Int32]) -> Numerators {
    if tree.count != levelCount + 1 {
      tree = [Int32](repeating: 0, count: levelCount + 1)
    } else {
      for node in tree.indices { tree[node] = 0 }
    }
    // A Fenwick tree counts, by accuracy, the networks of the groups before.
    func placed(below level: Int) -> Int {
      var sum = 0
      var node = level
      while node > 0 {
        sum &+= Int(tree[node])
        node &= node &- 1
      }
      return sum
    }
    var sums = Numerators()
    var start = 0
    for position in order.indices {
      if opensGroup[position] {
        for network in order[start..<position] {
          var node = accuracyLevels[network] &+ 1
          while node <= levelCount {
            tree[node] &+= 1
            node &+= node & (0 &- node)
          }
        }
        start = position
      }
      let network = order[position]
      let level = accuracyLevels[network]
      sums.surplus &+= start &- placed(below: level) &- placed(below: level &+ 1)
      place(network, at: position, &sums)
    }
    return sums
  }
}
