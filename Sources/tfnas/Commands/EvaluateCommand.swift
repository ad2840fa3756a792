internal import ArgumentParser
internal import Formats
internal import Ranking
internal import Reports
internal import ResultStore
internal import Scoring
internal import Spaces
internal import Studies

/// `tfnas evaluate`: proxies against known accuracies.
struct EvaluateCommand: DividedCommand {
  static let configuration = CommandConfiguration(
    "evaluate", "Measures how well proxies rank networks by their known accuracies.",
    discussion: """
      The accuracies are those on record for a task of the space, which tfnas spaces lists, or those of a CSV \
      file with an architecture in each record.
      """,
    examples: [
      "tfnas evaluate --sample 200",
      "tfnas evaluate --sample 1000 --proxies vkdnw-agg --images synthetic",
      "tfnas evaluate --sample 1000 --store scores.sqlite --scores scores.csv",
      "tfnas evaluate --against paper --store scores.sqlite",
      "tfnas evaluate --sample 1000 --join run",
      "tfnas evaluate --space mobilenet-v2 --accuracies trained.csv --column top1",
    ])

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Proxies, named rankings and expressions such as 'rank(vkdnw)*rank(flops)' with commas "
        + "between them; layers, flops and parameters always follow. "
        + "(default: \(Self.defaultProxies))",
      valueName: "a,b"),
    completion: NameCompletion.rankings, transform: RankingList.parse)
  var proxies: RankingList?

  @Option(help: "Shows the rows of a publication beside ours, and which lie inside our intervals.")
  var against: Publication?

  @OptionGroup var collection: RatedOptions
  @OptionGroup(title: "Many processes") var sharing: SharingOptions
  @OptionGroup(title: "Metrics") var metrics: MetricOptions
  @OptionGroup(title: "Metrics") var undefinedScores: UndefinedOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  @Option(
    help: ArgumentHelp(
      "Writes each network with index, accuracy, and a column for each proxy and ranking to a CSV "
        + "file.", valueName: "file"), completion: .file())
  var scores: String?

  @OptionGroup(title: "Output") var replacement: ReplacementOptions
  @OptionGroup(title: "Messages") var messages: MessageOptions

  /// What is published about the same networks.
  enum Publication: String, CaseIterable, ExpressibleByArgument {
    /// Tybl and Neumann, CVPR 2025.
    case paper
  }

  private static let defaultProxies = "\(AllRankings.recommended),vkdnw-single,vkdnw"

  /// What is asked for, without baselines.
  private func rankings() throws -> RankingList {
    try proxies ?? RankingList.parse(Self.defaultProxies)
  }

  var processor: ProcessorOptions { collection.running.processor }

  func validate() throws {
    try replacement.check([("--scores", scores)])
    _ = try rankings()
    try sharing.checkStore(collection.stored)
    let task = try collection.tasks.task(in: collection.spaceOptions.usual)
    if let against,
      collection.cells == nil || task.flatMap({ BenchmarkDataset(rawValue: $0.name) }) == nil
    {
      throw ValidationError(
        "--against \(against.rawValue) belongs to the accuracies of \(NASBench201Space.name)")
    }
  }

  func run() throws {
    try output.check(header: EvaluationReport.header(isBesidePaper: against != nil))
    try evaluate(in: collection.sized())
  }

  private func evaluate<Space: ListedSpace>(in space: Space) throws {
    let table = try joining.unlessWritten {
      try NamedOutput(
        "--scores", scores, isForced: replacement.force,
        besides: [
          ("--store", collection.stored.path), ("--accuracies", collection.file.accuracies),
        ])
    }
    if against != nil { notePublication() }
    let (source, rated) = try begun(in: space)
    try source.share(rated.architectures)
    guard try source.isPrinting() else { return }
    let result = try measured(rated, from: source)
    let report = EvaluationReport(
      result.table, seed: result.evaluator.seed, settings: result.evaluator.mergedSettings,
      besidePaper: against == nil ? nil : result.baselines)
    for row in report.evaluation.rows { Diagnostics.say(undefined: row.undefined, of: row.name) }
    if let wideness = report.wideness { Diagnostics.say(wideness) }
    var steps = Steps()
    steps.take { try output.write(report) }
    if let table {
      steps.take {
        try table.file.write(
          output.guarded(
            CollectionScores(
              result.networks, scores: result.scores, rankings: result.list.rankings)
          ).text(.csv))
      }
    }
    if let loss = result.loss { steps.take { throw loss } }
    try steps.finish()
  }

  /// What an evaluation found.
  private struct Measured<Space: ListedSpace> {
    let evaluator: Evaluator<Space>
    let list: RankingList
    /// The names of the baselines at the end of the list.
    let baselines: [String]
    let networks: RatedNetworks
    let scores: [String: [Score]]
    /// The rankings of the list.
    let ranked: [ScoredRanking]
    let table: EvaluationTable
    /// Why the store was lost on the way, where it was.
    let loss: ResultStoreError?
  }

  /// What a study takes from an evaluation.
  struct StudyPart {
    /// The rows of all rankings and baselines.
    let rows: [MetricsRow]
    /// What products are chosen by.
    let task: RankProductChoice.Task
    /// What a front takes of each ranking that is asked for.
    let measurements: [StudyFront.Measurement]
  }

  /// The rows of all rankings and baselines, and the ranks of the members of a choice.
  ///
  /// - Parameter members: rankings whose proxies are among those of the command.
  /// - Returns: both.
  /// - Throws: as the command would end.
  func part(members: [String]) throws -> StudyPart {
    func part<Space: ListedSpace>(in space: Space) throws -> StudyPart {
      let (source, rated) = try begun(in: space)
      try source.share(rated.architectures)
      let result = try measured(rated, from: source)
      if let loss = result.loss { throw loss }
      let count = result.networks.accuracies.count
      let ranks = try members.map { member in
        try RankingList.ranking("rank(\(member))").values(of: result.scores, count: count).map {
          // A rank has a number, also of a score that is undefined.
          $0 ?? 0
        }
      }
      // They are the first of the list; baselines may be among them.
      let asked = try rankings().rankings
      return StudyPart(
        rows: result.table.rows,
        task: RankProductChoice.Task(
          space: space.name, ranks: ranks, accuracies: result.networks.accuracies),
        measurements: asked.enumerated().map { number, ranking in
          StudyFront.Measurement(
            result.table.rows[number], result.ranked[number],
            accuracies: result.networks.accuracies,
            seconds: source.meanSeconds(of: ranking.proxies, for: rated.architectures))
        })
    }
    return try part(in: collection.sized())
  }

  /// Computes what there is to be claimed of a run that is shared, and waits for nobody.
  ///
  /// - Returns: the name of this process among the workers, `nil` where it computed nothing.
  /// - Throws: as the command would end.
  func takePart() throws -> String? {
    func takePart<Space: ListedSpace>(in space: Space) throws -> String? {
      let (source, rated) = try begun(in: space)
      try source.share(rated.architectures, through: .work)
      return source.hasComputed ? source.worker : nil
    }
    return try takePart(in: collection.sized())
  }

  /// What is asked for, with the baselines behind it.
  private func list() throws -> (all: RankingList, baselines: [String]) {
    let asked = try rankings()
    let baselines = try AllRankings.baselines(beside: asked.rankings)
    return (RankingList(asked.rankings + baselines), baselines.map(\.name))
  }

  /// Where the scores come from, and the networks.
  private func begun<Space: ListedSpace>(
    in space: Space
  ) throws -> (source: ScoreSource<Space>, rated: RatedOptions.Rated<Space>) {
    let evaluator = try collection.evaluator(of: list().all.proxies, in: space)
    let rated = try collection.rated(in: space)
    evaluator.tellSettings()
    let source = try ScoreSource(
      evaluator, store: collection.stored, sharing: sharing.sharing)
    return (source, rated)
  }

  /// What the evaluation finds.
  private func measured<Space: ListedSpace>(
    _ rated: RatedOptions.Rated<Space>, from source: ScoreSource<Space>
  ) throws -> Measured<Space> {
    let (list, baselines) = try list()
    var rated = rated
    let scored: [String: [Score]]
    var loss: ResultStoreError?
    do { scored = try source.scores(of: rated.architectures) } catch let error as ResultStoreError {
      // What was computed before the store was lost is printed, for it is nowhere else.
      rated = rated.filter { source.known(of: $0.description) != nil }
      guard source.hasComputed, rated.architectures.count > 1 else { throw error }
      Diagnostics.say(
        "the store failed: what follows is of the "
          + "\(counted(rated.architectures.count, "network")) scored so far")
      scored = source.knownScores(of: rated.architectures)
      loss = error
    }
    let ranked = list.rankings.map {
      ScoredRanking(
        $0, scores: scored, count: rated.architectures.count, undefined: undefinedScores.undefined)
    }
    return Measured(
      evaluator: source.evaluator, list: list, baselines: baselines, networks: rated.networks,
      scores: scored, ranked: ranked,
      table: EvaluationTable(
        ranked, of: rated.networks, cutoff: metrics.at, bootstrap: metrics.bootstrap),
      loss: loss)
  }

  /// Says where the published numbers do not speak of what is evaluated.
  private func notePublication() {
    guard let population = collection.cells else { return }
    let published = PublishedRanking.population(for: population)
    if collection.sample != nil || population != published {
      Diagnostics.say(
        "the published numbers are those of all \(published.count) networks of population "
          + "\(published.rawValue): nDCG is not compared with ours")
    } else if metrics.at != PublishedRanking.cutoff {
      Diagnostics.say(
        "the published nDCG is at \(PublishedRanking.cutoff) and is not compared with ours")
    }
  }
}
