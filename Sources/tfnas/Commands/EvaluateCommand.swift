internal import ArgumentParser
internal import Networks
internal import Reports
internal import ResultStore
internal import TrainingFreeNAS

/// `tfnas evaluate`: proxies against the benchmark's accuracies.
struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Measures how well proxies rank networks by their known accuracies.")

  @Option(help: "The data set of the accuracies; classes and resolution follow from it.")
  var dataset = BenchmarkDataset.cifar10

  @Option(help: "The networks to draw from.")
  var population = NASBench201Population.live

  @Option(help: "Networks to draw. (default: the whole population)")
  var sample: Int?

  @Option(help: "The seed of the draw. (default: 0)")
  var sampleSeed: UInt64?

  @Option(
    help: ArgumentHelp(
      "Proxies, named rankings and expressions such as 'rank(vkdnw)*rank(flops)' with commas "
        + "between them; layers, flops and parameters always follow. "
        + "(default: \(Self.defaultProxies))",
      valueName: "a,b"),
    transform: RankingList.parse)
  var proxies: RankingList?

  @Option(help: "Shows the rows of a publication beside ours, and which lie inside our intervals.")
  var against: Publication?

  @Option(
    help: ArgumentHelp(
      "A file that keeps every score, so that a run can go on.", valueName: "file"))
  var store: String?

  @OptionGroup(title: "Metrics") var metrics: MetricOptions
  @OptionGroup(title: "Sizes") var skeleton: SkeletonOptions
  @OptionGroup(title: "Setting") var scoring: ScoringOptions
  @OptionGroup(title: "Images") var imageSource: ImageSourceOptions
  @OptionGroup(title: "Run") var running: RunOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  /// What is published about the same networks.
  enum Publication: String, CaseIterable, ExpressibleByArgument {
    /// Tybl and Neumann, CVPR 2025.
    case paper
  }

  private static let defaultProxies = "vkdnw-single,vkdnw"

  /// What is asked for, without baselines.
  private func rankings() throws -> RankingList {
    try proxies ?? RankingList.parse(Self.defaultProxies)
  }

  func validate() throws {
    _ = try rankings()
    try checkMinibatch(scoring.settings.batch, resolution: dataset.resolution)
    guard let sample else { return }
    try check("--sample", sample, in: 1...NASBench201Architecture.count)
    if sample > population.count {
      throw ValidationError(
        "--sample \(sample) is more than the \(population.count) networks of population "
          + population.rawValue)
    }
  }

  func run() throws {
    if sampleSeed != nil, sample == nil {
      Diagnostics.say("--sample-seed is ignored: without --sample the whole population is ranked")
    }
    if against != nil { notePublication() }
    let asked = try rankings()
    let baselines = try AllRankings.baselines(beside: asked.rankings)
    let list = RankingList(asked.rankings + baselines)
    let images = try imageSource.source(
      for: list.proxies, settings: scoring.settings, resolution: dataset.resolution,
      classes: dataset.classCount)
    let evaluator = Evaluator(
      space: NASBench201Space(
        skeleton: NASBench201Skeleton(
          channels: skeleton.width, cells: skeleton.cells, classes: dataset.classCount,
          resolution: dataset.resolution)),
      proxies: list.proxies, settings: scoring.settings, seed: running.seed ?? 0,
      threads: running.threadCount, images: images)
    let architectures =
      sample.map { population.sample(count: $0, seed: sampleSeed ?? 0) }
      ?? population.architectures
    var collection = try ScoreCollection(evaluator, store: store)
    let scores = try collection.scores(of: architectures)
    let report = EvaluationReport(
      EvaluationTable(
        list.rankings.map {
          ScoredRanking($0, scores: scores, count: architectures.count)
        },
        of: architectures, population: population, dataset: dataset, cutoff: metrics.at,
        bootstrap: metrics.bootstrap),
      seed: evaluator.seed, settings: evaluator.mergedSettings,
      besidePaper: against == nil ? nil : baselines.map(\.name))
    for row in report.evaluation.rows {
      for (reason, count) in row.undefined.sorted(by: { $0.key < $1.key }) {
        Diagnostics.say("\(row.name): \(count) networks have no score: \(reason)")
      }
    }
    try Output.write(report, as: output.format)
  }

  /// Says where the published numbers do not speak of what is evaluated.
  private func notePublication() {
    let published = PublishedRanking.population(for: population)
    if sample != nil || population != published {
      Diagnostics.say(
        "the published numbers are those of all \(published.count) networks of population "
          + "\(published.rawValue): nDCG is not compared with ours")
    } else if metrics.at != PublishedRanking.cutoff {
      Diagnostics.say(
        "the published nDCG is at \(PublishedRanking.cutoff) and is not compared with ours")
    }
  }
}
