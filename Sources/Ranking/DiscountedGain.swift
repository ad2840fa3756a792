/// What the order of networks with the same score is taken to be.
public enum TiePolicy: Hashable, Sendable {
  /// Every network of a tied group has the mean gain of the group: the expectation over all orders.
  case averaged
  /// One order inside every tied group is drawn at random; the same seed gives the same order.
  case random(seed: UInt64)
}

/// The normalised discounted cumulative gain of the best-scored networks, nDCG at P.
///
/// A network of accuracy a, in percent, has the gain 2^a - 1: one percentage point more doubles it.
/// Position j in the order of the scores, best first, has the weight 1 / log2(j + 1) for j up to P
/// and 0 beyond. The result is the weighted sum of the gains over the greatest possible sum. Unlike
/// a correlation it looks at the top of the ranking alone, and a random order does not score 0.
///
/// The gains are scaled by 2^-max(a), which leaves the ratio as it is and cannot overflow. The
/// result depends on the pairs of score and accuracy but not on the order of the networks; this
/// holds for `.random` too. Takes O(n log n) time.
///
/// K. Jarvelin and J. Kekalainen, "Cumulated gain-based evaluation of IR techniques", ACM TOIS 20,
/// 2002; ties: F. McSherry and M. Najork, "Computing information retrieval performance measures
/// efficiently in the presence of tied scores", ECIR 2008.
///
/// - Parameters:
///   - scores: one score for each network; infinities are legal, NaN is not.
///   - accuracies: one accuracy in percent for each network, in the same order.
///   - cutoff: the number of positions P that count, at least 1; more than there are networks means
///     all of them.
///   - ties: the order of networks with equal scores.
/// - Returns: a number from 0 to 1, 0 where no network has a gain, or `nil` where there are no
///   networks or an accuracy is negative or infinite, so that there is no gain to speak of.
public func normalizedDiscountedGain(
  _ scores: [Double], _ accuracies: [Double], at cutoff: Int, ties: TiePolicy = .averaged
) -> Double? {
  var table = ContingencyTable(scores, accuracies)
  let discounts = Discounts(cutoff: cutoff, count: scores.count)
  switch ties {
  case .averaged: return table.normalizedDiscountedGain(discounts, orderSeed: nil)
  case .random(let seed): return table.normalizedDiscountedGain(discounts, orderSeed: seed)
  }
}

/// The running sums of the weights of the positions.
struct Discounts {
  /// Element j is the sum of 1 / log2(i + 1) over i from 1 to j.
  private let sums: [Double]

  /// The number of positions that count.
  var cutoff: Int { sums.count - 1 }

  init(cutoff: Int, count: Int) {
    precondition(cutoff >= 1, "\(cutoff) positions cannot be evaluated, there must be at least 1")
    var sum = 0.0
    var sums = [0.0]
    for position in 0..<min(cutoff, count) {
      sum += 1 / binaryLogarithm(Double(position + 2))
      sums.append(sum)
    }
    self.sums = sums
  }

  /// The weight of `count` positions after the first `start` ones.
  func weight(after start: Int, count: Int) -> Double {
    sums[min(start &+ count, cutoff)] - sums[min(start, cutoff)]
  }
}

extension ContingencyTable {
  /// Whether every accuracy has a finite gain that is not negative.
  var hasGains: Bool {
    guard let lowest = accuracies.first, let highest = accuracies.last else { return false }
    return lowest >= 0 && highest.isFinite
  }

  /// The nDCG of the tallied networks, with the mean gain of tied groups if there is no seed.
  mutating func normalizedDiscountedGain(_ discounts: Discounts, orderSeed: UInt64?) -> Double? {
    guard hasGains, total > 0 else { return nil }
    let ideal = setGains(discounts)
    guard ideal > 0 else { return 0 }
    let gain =
      if let orderSeed {
        shuffledGain(discounts, SplitMix64(seed: orderSeed))
      } else {
        averagedGain(discounts)
      }
    return min(gain / ideal, 1)
  }

  /// Computes the scaled gain of every level that occurs and returns the greatest possible sum.
  private mutating func setGains(_ discounts: Discounts) -> Double {
    if scratch.gains.count != accuracies.count {
      scratch.gains = [Double](repeating: 0, count: accuracies.count)
    }
    var ideal = 0.0
    var position = 0
    var highest: Double?
    for level in accuracies.indices.reversed() where accuracyCounts[level] != 0 {
      let reference = highest ?? accuracies[level]
      highest = reference
      let gain = binaryExponential(accuracies[level] - reference) - binaryExponential(-reference)
      scratch.gains[level] = gain
      let count = Int(accuracyCounts[level])
      ideal += gain * discounts.weight(after: position, count: count)
      position &+= count
    }
    return ideal
  }

  /// The sum in which every member of a tied group has the mean gain of the group.
  private func averagedGain(_ discounts: Discounts) -> Double {
    var sum = 0.0
    var position = 0
    var end = counts.count
    for level in scoreCounts.indices.reversed() {
      var gain = 0.0
      while end > 0, Int(scoreLevels[end &- 1]) == level {
        end &-= 1
        gain += Double(counts[end]) * scratch.gains[Int(accuracyLevels[end])]
      }
      let count = Int(scoreCounts[level])
      guard count > 0 else { continue }
      sum += gain / Double(count) * discounts.weight(after: position, count: count)
      position &+= count
      if position >= discounts.cutoff { break }
    }
    return sum
  }

  /// The sum for an order that is drawn at random inside every tied group.
  private mutating func shuffledGain(_ discounts: Discounts, _ seeded: SplitMix64) -> Double {
    var generator = seeded
    var sum = 0.0
    var position = 0
    var end = counts.count
    for level in scoreCounts.indices.reversed() where scoreCounts[level] != 0 {
      // The members start in an order of their own, so that the order of the networks is no matter.
      scratch.members.removeAll(keepingCapacity: true)
      while end > 0, Int(scoreLevels[end &- 1]) >= level {
        end &-= 1
        for _ in 0..<counts[end] { scratch.members.append(accuracyLevels[end]) }
      }
      let count = scratch.members.count
      // A Fisher-Yates shuffle, which can stop where the positions no longer count.
      for drawn in 0..<min(count, discounts.cutoff &- position) {
        scratch.members.swapAt(drawn, drawn &+ generator.index(below: count &- drawn))
        let gain = scratch.gains[Int(scratch.members[drawn])]
        sum += gain * discounts.weight(after: position &+ drawn, count: 1)
      }
      position &+= count
      if position >= discounts.cutoff { break }
    }
    return sum
  }
}
