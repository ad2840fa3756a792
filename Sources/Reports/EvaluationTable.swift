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
  ///   - rankings: the rankings, each with a value for each architecture; at least one.
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
      !rankings.isEmpty && rankings.allSatisfy { $0.values.count == architectures.count },
      "\(rankings.map(\.values.count)) values for \(architectures.count) architectures")
    let benchmark = AccuracyTable.nasBench201
    let accuracies = benchmark.accuracies(of: architectures, on: dataset)
    rows = rankings.map { ranking in
      MetricsRow(
        name: ranking.name,
        correlations: rankCorrelations(
          ranking.values, accuracies, at: cutoff, bootstrap: bootstrap),
        networks: architectures.count, undefined: ranking.undefined)
    }
    let indices = architectures.map { benchmark.index(of: $0) }
    let first = rankings[0].values
    let order = architectures.indices.sorted {
      first[$0] != first[$1] ? first[$0] > first[$1] : indices[$0] < indices[$1]
    }
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
