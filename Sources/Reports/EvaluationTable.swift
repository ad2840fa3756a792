public import Ranking
public import Scoring
public import Spaces

/// How well proxies and rankings made of them rank networks of NAS-Bench-201 by their known accuracies.
public struct EvaluationTable: Sendable {
  /// A network that a proxy ranks among the best.
  public struct Pick: Hashable, Sendable {
    /// The network.
    public let architecture: NASBench201Architecture
    /// Its accuracy in percent.
    public let accuracy: Double
    /// Its position by accuracy in the whole population, where 1 is the best.
    public let position: Int
  }

  /// The data set of the accuracies.
  public let dataset: BenchmarkDataset
  /// The population that the networks were drawn from.
  public let population: NASBench201Population
  /// The number of positions that nDCG looks at.
  public let cutoff: Int
  /// A row for each ranking, in its order.
  public let rows: [MetricsRow]
  /// The networks that the first ranking puts first; equal ones in the order of their index.
  public let best: [Pick]

  /// Evaluates rankings.
  ///
  /// - Parameters:
  ///   - rankings: the rankings, each of some or all of the architectures; at least one.
  ///   - architectures: the networks that were ranked.
  ///   - population: the population that they were drawn from.
  ///   - dataset: the data set of the accuracies.
  ///   - cutoff: the number of positions that nDCG looks at.
  ///   - bootstrap: the settings of the intervals, or `nil` for none.
  public init(
    _ rankings: [ScoredRanking], of architectures: [NASBench201Architecture],
    population: NASBench201Population, dataset: BenchmarkDataset, cutoff: Int = 1000,
    bootstrap: Bootstrap?
  ) {
    precondition(
      !rankings.isEmpty
        && rankings.allSatisfy { $0.networks.allSatisfy(architectures.indices.contains) },
      "\(rankings.map(\.values.count)) values for \(architectures.count) architectures")
    let benchmark = AccuracyTable.nasBench201
    let accuracies = benchmark.accuracies(of: architectures, on: dataset)
    rows = rankings.map { ranking in
      MetricsRow(
        name: ranking.name,
        correlations: rankCorrelations(
          ranking.values, ranking.networks.map { accuracies[$0] }, at: cutoff,
          bootstrap: bootstrap),
        networks: ranking.networks.count, undefined: ranking.undefined)
    }
    let indices = architectures.map { benchmark.index(of: $0) }
    let first = rankings[0]
    let order = first.values.indices.sorted { one, two in
      first.values[one] != first.values[two]
        ? first.values[one] > first.values[two]
        : indices[first.networks[one]] < indices[first.networks[two]]
    }.map { first.networks[$0] }
    let members = population.architectures
    best = order.prefix(5).map { number in
      Pick(
        architecture: architectures[number], accuracy: accuracies[number],
        position: benchmark.position(of: architectures[number], among: members, on: dataset))
    }
    self.dataset = dataset
    self.population = population
    self.cutoff = cutoff
  }
}
