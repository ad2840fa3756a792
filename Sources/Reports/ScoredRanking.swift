internal import Ranking
public import Scoring

/// A ranking of some networks as numbers that can be compared with accuracies.
public struct ScoredRanking: Hashable, Sendable {
  /// What the ranking is called.
  public let name: String
  /// The numbers of the networks that are ranked: all of them, or those with a value.
  public let networks: [Int]
  /// A number for each of these networks, higher is better.
  public let values: [Double]
  /// How many networks lack one of the scores, by reason.
  public let undefined: [String: Int]

  /// Evaluates a ranking.
  ///
  /// The reason that counts for a network without a value is that of the first proxy without a score.
  ///
  /// - Parameters:
  ///   - ranking: the ranking.
  ///   - scores: the scores of its proxies by name, one for each network.
  ///   - count: the number of networks.
  ///   - treatment: what becomes of networks without a value. Where they are left out, ranks within an
  ///     expression are those among the networks that are ranked.
  public init(
    _ ranking: CollectionRanking, scores: [String: [Score]], count: Int,
    undefined treatment: UndefinedTreatment = .worst
  ) {
    let values = ranking.values(of: scores, count: count)
    name = ranking.name
    switch treatment {
    case .worst:
      networks = Array(values.indices)
      self.values = filled(values, undefined: .tiedWithLowest)
    case .omit:
      networks = Self.networks(rankedByAll: [ranking], scores: scores, count: count)
      self.values = filled(
        ranking.values(of: Self.scores(scores, of: networks), count: networks.count),
        undefined: .tiedWithLowest)
    }
    undefined = values.indices.reduce(into: [:]) { counts, network in
      let missing = ranking.proxies.lazy.compactMap { scores[$0.name]?[network].reason }.first
      if let reason = missing ?? (values[network] == nil ? Self.notFinite : nil) {
        counts[reason, default: 0] += 1
      }
    }
  }

  /// The numbers of the networks that each of some rankings has a value of.
  ///
  /// - Parameters:
  ///   - rankings: the rankings.
  ///   - scores: the scores of their proxies by name, one for each network.
  ///   - count: the number of networks.
  /// - Returns: the numbers, ascending.
  public static func networks(
    rankedByAll rankings: [CollectionRanking], scores: [String: [Score]], count: Int
  ) -> [Int] {
    let complete = (0..<count).filter { network in
      rankings.allSatisfy { ranking in
        ranking.proxies.allSatisfy { scores[$0.name]?[network].value != nil }
      }
    }
    let some = Self.scores(scores, of: complete)
    let columns = rankings.map { $0.values(of: some, count: complete.count) }
    return complete.indices.filter { place in columns.allSatisfy { $0[place] != nil } }.map {
      complete[$0]
    }
  }

  /// The scores of some networks.
  public static func scores(
    _ scores: [String: [Score]], of networks: [Int]
  ) -> [String: [Score]] {
    scores.mapValues { scores in networks.map { scores[$0] } }
  }

  private static let notFinite = "the expression has no finite value"
}
