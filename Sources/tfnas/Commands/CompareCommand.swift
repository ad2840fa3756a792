internal import ArgumentParser
internal import Reports
internal import Scoring
internal import Spaces

/// `tfnas compare`: whether one ranking is better than another.
struct CompareCommand: ComputingCommand {
  static let configuration = CommandConfiguration(
    "compare",
    "Tells whether one ranking is better than another, or only on these networks.",
    arguments: "<a> <b>",
    examples: [
      "tfnas compare vkdnw flops --sample 200",
      "tfnas compare vkdnw-agg jacov-parameters --images noise --sample 200",
    ])

  @Argument(
    help: ArgumentHelp(
      "A proxy, a named ranking or an expression, as in tfnas evaluate --proxies.", valueName: "a"),
    completion: NameCompletion.rankings, transform: Self.ranking)
  var first: CollectionRanking

  @Argument(
    help: ArgumentHelp("What it is compared with.", valueName: "b"),
    completion: NameCompletion.rankings, transform: Self.ranking)
  var second: CollectionRanking

  @OptionGroup var collection: RatedOptions
  @OptionGroup(title: "Metrics") var metrics: MetricOptions
  @OptionGroup(title: "Metrics") var undefinedScores: UndefinedOptions
  @OptionGroup(title: "Comparison") var comparison: ComparisonOptions
  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Messages") var messages: MessageOptions

  var processor: ProcessorOptions { collection.running.processor }

  private static func ranking(_ text: String) throws -> CollectionRanking {
    let rankings = try RankingList.parse(text).rankings
    guard rankings.count == 1, let ranking = rankings.first else {
      throw ValidationError("'\(text)' is a list; one ranking is compared with one")
    }
    return ranking
  }

  func validate() throws { _ = try ComparisonOptions.bootstrap(metrics) }

  func run() throws {
    try output.check(header: ComparisonReport.header)
    try compare(in: collection.sized())
  }

  private func compare<Space: ListedSpace>(in space: Space) throws {
    let evaluator = try collection.evaluator(
      of: RankingList([first, second]).proxies, in: space)
    let rated = try collection.rated(in: space)
    evaluator.tellSettings()
    let scores = try ScoreSource(evaluator, store: collection.stored).scores(
      of: rated.architectures)
    let count = rated.architectures.count
    let rankings = [first, second].map { ScoredRanking($0, scores: scores, count: count) }
    for ranking in first.name == second.name ? [rankings[0]] : rankings {
      Diagnostics.say(undefined: ranking.undefined, of: ranking.name)
    }
    var (networks, compared) = (rated.networks, rankings)
    if undefinedScores.undefined == .omit {
      let numbers = ScoredRanking.networks(
        rankedByAll: [first, second], scores: scores, count: count)
      let kept = ScoredRanking.scores(scores, of: numbers)
      networks = networks.selecting(numbers)
      compared = [first, second].map {
        ScoredRanking($0, scores: kept, count: numbers.count)
      }
    }
    let result = RankingComparison(
      (compared[0].name, compared[0].values), (compared[1].name, compared[1].values),
      accuracies: networks.accuracies, cutoff: metrics.at,
      bootstrap: try ComparisonOptions.bootstrap(metrics), test: comparison.test)
    try output.write(
      ComparisonReport(
        result,
        of: .scored(
          ComparisonReport.Scored(
            networks: networks.origin, seed: evaluator.seed, settings: evaluator.mergedSettings,
            firstUndefined: rankings[0].undefined, secondUndefined: rankings[1].undefined))))
  }
}
