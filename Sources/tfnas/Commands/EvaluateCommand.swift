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
      "Proxies with commas between them; layers, flops and parameters always follow. "
        + "(default: \(Self.defaultProxies))",
      valueName: "a,b"),
    transform: ProxyList.parse)
  var proxies: ProxyList = EvaluateCommand.defaultProxies

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

  private static let defaultProxies = ProxyList([VKDNWSingle(), VKDNW()])
  private static let baselines: [any Proxy] = [Layers(), FLOPs(), ParameterCount()]

  func validate() throws {
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
    let rankings = ProxyList(proxies.proxies + Self.baselines).proxies
    let images = try imageSource.source(
      for: rankings.flatMap(Self.components), settings: scoring.settings,
      resolution: dataset.resolution, classes: dataset.classCount)
    let evaluator = Evaluator(
      space: NASBench201Space(
        skeleton: NASBench201Skeleton(
          channels: skeleton.width, cells: skeleton.cells, classes: dataset.classCount,
          resolution: dataset.resolution)),
      proxies: ProxyList(rankings.flatMap(Self.components)).proxies, settings: scoring.settings,
      seed: running.seed ?? 0, threads: running.threadCount, images: images)
    let architectures =
      sample.map { population.sample(count: $0, seed: sampleSeed ?? 0) }
      ?? population.architectures
    var collection = try ScoreCollection(evaluator, store: store)
    let scores = try collection.scores(of: architectures)
    let report = EvaluationReport(
      EvaluationTable(
        rankings.map { Self.ranking($0, scores) }, of: architectures, population: population,
        dataset: dataset, cutoff: metrics.at, bootstrap: metrics.bootstrap),
      seed: evaluator.seed, settings: evaluator.mergedSettings)
    for row in report.evaluation.rows {
      for (reason, count) in row.undefined.sorted(by: { $0.key < $1.key }) {
        Diagnostics.say("\(row.name): \(count) networks have no score: \(reason)")
      }
    }
    try Output.write(report, as: output.format)
  }

  /// The proxies whose scores a ranking is made of.
  private static func components(of proxy: any Proxy) -> [any Proxy] {
    proxy.name == VKDNWSingle().name ? [Layers(), VKDNW()] : [proxy]
  }

  private static func ranking(_ proxy: any Proxy, _ scores: [String: [Score]]) -> ProxyRanking {
    let parts = components(of: proxy).map { scores[$0.name, default: []] }
    return parts.count == 2
      ? ProxyRanking(layers: parts[0], thenBy: parts[1]) : ProxyRanking(proxy, scores: parts[0])
  }
}
