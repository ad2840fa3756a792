internal import ArgumentParser
internal import Reports
internal import Scoring
internal import Spaces

/// `tfnas compare`: whether one ranking is better than another.
struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Tells whether one ranking is better than another, or only on these networks.")

  @Argument(
    help: ArgumentHelp(
      "A proxy, a named ranking or an expression, as in tfnas evaluate --proxies.", valueName: "a"),
    transform: Self.ranking)
  var first: CollectionRanking

  @Argument(
    help: ArgumentHelp("What it is compared with.", valueName: "b"), transform: Self.ranking)
  var second: CollectionRanking

  @OptionGroup var collection: CollectionOptions
  @OptionGroup(title: "Metrics") var metrics: MetricOptions
  @OptionGroup(title: "Comparison") var comparison: ComparisonOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  private static func ranking(_ text: String) throws -> CollectionRanking {
    let rankings = try RankingList.parse(text).rankings
    guard rankings.count == 1, let ranking = rankings.first else {
      throw ValidationError("'\(text)' is a list; one ranking is compared with one")
    }
    return ranking
  }

  func validate() throws { _ = try ComparisonOptions.bootstrap(metrics) }

  func run() throws {
    let scored = try collection.scored(by: RankingList([first, second]).proxies)
    let rankings = [first, second].map {
      ScoredRanking($0, scores: scored.scores, count: scored.architectures.count)
    }
    for ranking in first.name == second.name ? [rankings[0]] : rankings {
      Diagnostics.say(undefined: ranking.undefined, of: ranking.name)
    }
    let result = RankingComparison(
      (rankings[0].name, rankings[0].values), (rankings[1].name, rankings[1].values),
      accuracies: AccuracyTable.nasBench201.accuracies(
        of: scored.architectures, on: collection.dataset),
      cutoff: metrics.at, bootstrap: try ComparisonOptions.bootstrap(metrics),
      test: comparison.test)
    try Output.write(
      ComparisonReport(
        result,
        of: .benchmark(
          ComparisonReport.Benchmark(
            dataset: collection.dataset, population: collection.population, seed: scored.seed,
            settings: scored.settings, firstUndefined: rankings[0].undefined,
            secondUndefined: rankings[1].undefined))), as: output.format)
  }
}
