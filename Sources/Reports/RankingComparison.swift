public import Ranking

/// Two rankings of the same networks, and which of them is better in each metric.
public struct RankingComparison: Hashable, Sendable {
  /// What interval and test say together about a difference.
  public enum Verdict: String, Sendable {
    /// The first ranking is better.
    case first = "a"
    /// The second ranking is better.
    case second = "b"
    /// Other networks might turn the difference.
    case none
    /// The interval does not contain 0, but the test finds such differences among equals.
    case intervalAlone = "interval-alone"
    /// The test finds no such differences among equals, but the interval contains 0.
    case testAlone = "test-alone"
  }

  /// One metric of both rankings.
  public struct Row: Hashable, Sendable {
    /// The metric.
    public let metric: MetricName
    /// That of the first ranking, `nil` where it is undefined.
    public let first: Double?
    /// That of the second ranking, `nil` where it is undefined.
    public let second: Double?
    /// The first minus the second, with its interval.
    public let difference: Estimate?
    /// The p-value of the difference.
    public let probability: Double?
    /// What follows, `nil` where there is no difference, no interval or no p-value.
    public let verdict: Verdict?
  }

  /// The name of the first ranking.
  public let first: String
  /// The name of the second ranking.
  public let second: String
  /// The number of networks.
  public let networks: Int
  /// The number of positions that nDCG looks at.
  public let cutoff: Int
  /// The share of the resamples inside an interval; a p-value speaks where it is at most the rest.
  public let level: Double
  /// The number of permutations behind the p-values.
  public let permutations: Int
  /// Whether these are all that there are.
  public let isExact: Bool
  /// A row for each metric.
  public let rows: [Row]

  /// Compares two rankings.
  ///
  /// - Parameters:
  ///   - first: the name of the first ranking and its value for each network, higher is better.
  ///   - second: the same of the second ranking, for the same networks.
  ///   - accuracies: the accuracy of each network, in percent.
  ///   - cutoff: the number of positions that nDCG looks at.
  ///   - bootstrap: the settings of the intervals.
  ///   - test: the settings of the test.
  public init(
    _ first: (name: String, values: [Double]), _ second: (name: String, values: [Double]),
    accuracies: [Double], cutoff: Int, bootstrap: Bootstrap, test: PairedPermutation
  ) {
    let firsts = rankCorrelations(first.values, accuracies, at: cutoff, bootstrap: nil)
    let seconds = rankCorrelations(second.values, accuracies, at: cutoff, bootstrap: nil)
    let differences = rankCorrelationDifferences(
      first.values, minus: second.values, accuracies, at: cutoff, bootstrap: bootstrap)
    let found = differenceSignificance(
      first.values, second.values, accuracies, at: cutoff, test: test)
    rows = MetricName.allCases.map { metric in
      let difference = metric.estimate(in: differences)
      let probability = metric.probability(in: found)
      return Row(
        metric: metric, first: metric.estimate(in: firsts)?.value,
        second: metric.estimate(in: seconds)?.value, difference: difference,
        probability: probability,
        verdict: Verdict(difference, probability: probability, level: bootstrap.level))
    }
    self.first = first.name
    self.second = second.name
    networks = accuracies.count
    self.cutoff = cutoff
    level = bootstrap.level
    permutations = found.permutations
    isExact = found.isExact
  }
}

extension RankingComparison.Verdict {
  /// What interval and p-value say of a difference.
  ///
  /// - Parameters:
  ///   - difference: the difference with its interval.
  ///   - probability: its p-value.
  ///   - level: the share of the resamples inside the interval.
  init?(_ difference: Estimate?, probability: Double?, level: Double) {
    guard let difference, let interval = difference.interval, let probability else { return nil }
    let isAbove = difference.value > 0 && interval.lowerBound > 0
    let isBelow = difference.value < 0 && interval.upperBound < 0
    let isImprobable = probability <= 1 - level
    self =
      switch (isAbove || isBelow, isImprobable) {
      case (true, true): isAbove ? .first : .second
      case (true, false): .intervalAlone
      case (false, true): .testAlone
      case (false, false): .none
      }
  }

  /// A verdict in fewer words.
  @Sendable static func shortText(_ text: String) -> String {
    switch text {
    case let text where text.hasPrefix("no difference"): "no difference"
    case let text where text.hasPrefix("undecided: the interval"): "only by interval"
    case let text where text.hasPrefix("undecided: p"): "only by test"
    default: text
    }
  }

  /// The verdict in words.
  func text(level: Double) -> String {
    switch self {
    case .first: "A is better"
    case .second: "B is better"
    case .none: "no difference beyond the choice of the networks"
    case .intervalAlone:
      "undecided: the interval does not contain 0, but p > \(decimals(1 - level, 2))"
    case .testAlone:
      "undecided: p <= \(decimals(1 - level, 2)), but the interval contains 0"
    }
  }
}
