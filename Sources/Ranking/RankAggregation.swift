/// Where a network without a value stands in a ranking.
public enum UndefinedPolicy: Hashable, Sendable {
  /// It ties with the lowest of the defined values.
  case tiedWithLowest
  /// It stands below every defined value; several such networks tie.
  case belowAll
}

/// The values with every undefined one replaced, ready to be ranked.
///
/// A network that has no value is never dropped, since it would then change the ranks of the others
/// and be missing in the metrics.
///
/// - Parameters:
///   - values: one value for each network, `nil` where there is none; none may be NaN.
///   - undefined: where networks without a value stand. If there is no value at all, all tie.
/// - Returns: the values in the same order; `.belowAll` is spelled as negative infinity.
public func filled(_ values: [Double?], undefined: UndefinedPolicy) -> [Double] {
  let substitute: Double =
    switch undefined {
    case .tiedWithLowest: values.lazy.compactMap { $0 }.min() ?? -.infinity
    case .belowAll: -.infinity
    }
  return values.map { $0 ?? substitute }
}

/// The logarithm of the product of the ranks that several scores give to each network.
///
/// The sum of ln r over the components: a network must be good in every component, since a low rank
/// in one costs more than a high rank in another gains. The base of the logarithm and a division
/// of the ranks by their number would not change the order. The ranks hold within one collection,
/// so the result says nothing about a single network.
///
/// The sum is formed in the order of `components`. Products that are equal as numbers may differ in
/// the last bit of their logarithms, by less than one part in 10^12.
///
/// - Parameter components: the ranks by each score, in a fixed order; at least one component, all
///   with the same number of networks. Ranks start at 1, as ``averageRanks(_:)`` gives them.
/// - Returns: one number for each network; higher is better.
public func logRankProduct(_ components: [[Double]]) -> [Double] {
  precondition(!components.isEmpty, "a product of ranks needs at least one component")
  var sums = [Double](repeating: 0, count: components[0].count)
  for (number, ranks) in components.enumerated() {
    precondition(
      ranks.count == sums.count,
      "component \(number) ranks \(ranks.count) networks and component 0 \(sums.count)")
    for network in ranks.indices {
      let rank = ranks[network]
      precondition(
        rank >= 1 && rank.isFinite, "\(rank) of component \(number) is not a rank, at least 1")
      sums[network] += naturalLogarithm(rank)
    }
  }
  return sums
}
