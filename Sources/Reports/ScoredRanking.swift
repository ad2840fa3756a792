internal import Ranking
public import Scoring

/// A ranking of some networks as numbers that can be compared with accuracies.
public struct ScoredRanking: Hashable, Sendable {
  /// What the ranking is called.
  public let name: String
  /// A number for each network, higher is better.
  public let values: [Double]
  /// How many networks lack one of the scores, by reason.
  public let undefined: [String: Int]

  /// Evaluates a ranking.
  ///
  /// A network without a value ties with the worst of those that have one. The reason that counts is
  /// that of the first proxy without a score.
  ///
  /// - Parameters:
  ///   - ranking: the ranking.
  ///   - scores: the scores of its proxies by name, one for each network.
  ///   - count: the number of networks.
  public init(_ ranking: CollectionRanking, scores: [String: [Score]], count: Int) {
    let values = ranking.values(of: scores, count: count)
    name = ranking.name
    self.values = filled(values, undefined: .tiedWithLowest)
    undefined = values.indices.reduce(into: [:]) { counts, network in
      let missing = ranking.proxies.lazy.compactMap { scores[$0.name]?[network].reason }.first
      if let reason = missing ?? (values[network] == nil ? Self.notFinite : nil) {
        counts[reason, default: 0] += 1
      }
    }
  }

  private static let notFinite = "the expression has no finite value"
}
