public import Ranking

/// How well proxies and rankings made of them rank networks by their known accuracies.
public struct EvaluationTable: Sendable {
  /// A network that a proxy ranks among the best.
  public struct Pick: Hashable, Sendable {
    /// The network.
    public let architecture: String
    /// Its index in the benchmark, in a space that has one.
    public let index: Int?
    /// Its accuracy.
    public let accuracy: Double
    /// Its position by accuracy among all that were drawn from, where 1 is the best.
    public let position: Int
  }

  /// Where networks and accuracies come from.
  public let origin: RatedNetworks.Origin
  /// The number of positions that nDCG looks at.
  public let cutoff: Int
  /// A row for each ranking, in its order.
  public let rows: [MetricsRow]
  /// The networks that the first ranking puts first; equal ones in the order of their index.
  public let best: [Pick]

  /// Evaluates rankings.
  ///
  /// - Parameters:
  ///   - rankings: the rankings, each of some or all of the networks; at least one.
  ///   - networks: the networks that were ranked.
  ///   - cutoff: the number of positions that nDCG looks at.
  ///   - bootstrap: the settings of the intervals, or `nil` for none.
  public init(
    _ rankings: [ScoredRanking], of networks: RatedNetworks, cutoff: Int = 1000,
    bootstrap: Bootstrap?
  ) {
    let accuracies = networks.accuracies
    precondition(
      !rankings.isEmpty
        && rankings.allSatisfy { $0.networks.allSatisfy(accuracies.indices.contains) },
      "\(rankings.map(\.values.count)) values for \(accuracies.count) architectures")
    rows = rankings.map { ranking in
      MetricsRow(
        name: ranking.name,
        correlations: rankCorrelations(
          ranking.values, ranking.networks.map { accuracies[$0] }, at: cutoff,
          bootstrap: bootstrap),
        networks: ranking.networks.count, undefined: ranking.undefined)
    }
    let first = rankings[0]
    let order = first.values.indices.sorted { one, two in
      first.values[one] != first.values[two]
        ? first.values[one] > first.values[two]
        : networks.places[first.networks[one]] < networks.places[first.networks[two]]
    }.map { first.networks[$0] }
    best = order.prefix(5).map { number in
      Pick(
        architecture: networks.architectures[number], index: networks.indices?[number],
        accuracy: accuracies[number],
        position: 1 + networks.origin.all.count { $0 > accuracies[number] })
    }
    origin = networks.origin
    self.cutoff = cutoff
  }
}
