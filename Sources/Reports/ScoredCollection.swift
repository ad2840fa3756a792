internal import Ranking
public import Scoring
public import Spaces
internal import Studies

/// Networks of NAS-Bench-201 with their scores, of which tables and figures are made.
public struct ScoredCollection: Sendable {
  /// The data set of the accuracies.
  public let dataset: BenchmarkDataset
  /// The population that the networks were drawn from.
  public let population: NASBench201Population
  /// The networks.
  public let architectures: [NASBench201Architecture]
  /// The scores by the name of the proxy, one for each network.
  public let scores: [String: [Score]]
  /// The mean seconds that a network took, by the name of the proxy.
  public let seconds: [String: Double]
  /// The accuracies in percent.
  public let accuracies: [Double]

  /// Creates a collection.
  ///
  /// - Parameters:
  ///   - architectures: the networks; at least one.
  ///   - population: the population that they were drawn from.
  ///   - dataset: the data set of the accuracies.
  ///   - scores: the scores by the name of the proxy, one for each network.
  ///   - seconds: the mean seconds of a network by the name of the proxy.
  public init(
    _ architectures: [NASBench201Architecture], of population: NASBench201Population,
    on dataset: BenchmarkDataset, scores: [String: [Score]], seconds: [String: Double] = [:]
  ) {
    precondition(
      !architectures.isEmpty && scores.values.allSatisfy { $0.count == architectures.count },
      "\(scores.mapValues(\.count)) scores of \(architectures.count) networks")
    self.dataset = dataset
    self.population = population
    self.architectures = architectures
    self.scores = scores
    self.seconds = seconds
    accuracies = AccuracyTable.nasBench201.accuracies(of: architectures, on: dataset)
  }

  /// Whether these are all networks that the published tables speak of.
  var isWhole: Bool {
    architectures.count == PublishedRanking.population(for: population).count
  }

  /// How many networks there are and of what, such as `1,000 networks, CIFAR-10`.
  var description: String {
    let count = architectures.count
    return "\(grouped(count)) network\(count == 1 ? "" : "s"), \(dataset)"
  }

  /// Whether all scores of a ranking are there.
  public func has(_ ranking: CollectionRanking) -> Bool {
    ranking.proxies.allSatisfy { scores[$0.name] != nil }
  }

  /// The values of a ranking.
  public func values(of ranking: CollectionRanking) -> ScoredRanking {
    ScoredRanking(ranking, scores: scores, count: architectures.count)
  }

  /// The mean seconds that all scores of a ranking took on a network, `nil` where they are not known.
  public func seconds(of ranking: CollectionRanking) -> Double? {
    ranking.proxies.reduce(0.0) { sum, proxy in
      guard let sum, let seconds = seconds[proxy.name] else { return nil }
      return sum + seconds
    }
  }
}
