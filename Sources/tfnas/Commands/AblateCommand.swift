internal import ArgumentParser
internal import Formats
internal import Ranking
internal import Reports
internal import ResultStore
internal import Scoring
internal import Spaces
internal import Studies

/// `tfnas ablate`: how a ranking changes with one choice.
struct AblateCommand: ComputingCommand {
  static let configuration = CommandConfiguration(
    "ablate",
    "Varies one choice at a time, on the same networks, beside the published ablations.",
    arguments: "<ablation,ablation>",
    discussion: """
      components, batch, input, dimension, position, weights-per-layer and orthogonality are in the \
      paper; batch-norm, factor and smoothing are not. Ablations that are named together share \
      their passes, so that they take less time than one after the other.
      """,
    examples: [
      "tfnas ablate dimension --sample 100",
      "tfnas ablate batch,input --images synthetic --store scores.sqlite",
    ])

  @Argument(
    help: ArgumentHelp("What is varied: \(Self.names), with commas between them, or all."),
    completion: .list(Ablation.allCases.map(\.rawValue) + ["all"]), transform: Self.ablations)
  var ablations: [Ablation]

  @Option(help: "The data set of the accuracies; classes and resolution follow from it.")
  var dataset = BenchmarkDataset.imageNet16

  @Option(help: "The networks to draw from.")
  var population = NASBench201Population.live

  @Option(help: "Networks to draw, the same for every setting.")
  var sample = 1000

  @Option(help: "The seed of the draw.")
  var sampleSeed: UInt64 = 0

  @OptionGroup var stored: StoreOptions

  @Option(help: "The bundle of axes that is varied.")
  var recipe = Recipe.released

  @Option(
    help: """
      Images of every minibatch whose size is not varied. (default: 32 for dimension, \
      weights-per-layer and batch-norm, 64 otherwise)
      """)
  var batch: Int?

  @Option(
    help: ArgumentHelp(
      "Images of the minibatches of batch and input. (default: 8,16,32,64,128)",
      valueName: "a,b"),
    transform: Self.batches)
  var batches: [Int] = AblationStudy.publishedBatches

  @Option(help: "Independent initialisations whose scores are averaged.")
  var inits = 1

  @OptionGroup(title: "Metrics") var metrics: MetricOptions
  @OptionGroup(title: "Sizes") var skeleton: SkeletonOptions
  @OptionGroup(title: "Axes of VKDNW, each by default the recipe's") var axes: AxisOptions
  @OptionGroup(title: "Images") var imageSource: ImageSourceOptions
  @OptionGroup(title: "Run") var running: RunOptions
  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Messages") var messages: MessageOptions

  var processor: ProcessorOptions { running.processor }

  private static let names = Ablation.allCases.map(\.rawValue).joined(separator: ", ")

  /// Each ablation once, in the order in which they are named.
  private static func ablations(_ text: String) throws -> [Ablation] {
    if text == "all" { return Ablation.allCases }
    var seen: Set<Ablation> = []
    return try text.split(separator: ",", omittingEmptySubsequences: false).compactMap { name in
      guard let ablation = Ablation(rawValue: String(name)) else {
        let known = Ablation.allCases.map(\.rawValue) + ["all"]
        throw ValidationError(
          "unknown ablation '\(name)'; known are " + known.joined(separator: ", ")
            + Suggestion.text(for: String(name), among: known))
      }
      return seen.insert(ablation).inserted ? ablation : nil
    }
  }

  /// Sizes of minibatches, each once.
  private static func batches(_ text: String) throws -> [Int] {
    var seen: Set<Int> = []
    return try text.split(separator: ",", omittingEmptySubsequences: false).compactMap { size in
      guard let batch = Int(size) else {
        throw ValidationError("'\(size)' is no number of images")
      }
      try check("--batches", batch, in: 1...65_536)
      return seen.insert(batch).inserted ? batch : nil
    }
  }

  func validate() throws {
    try check("--batch", batch, in: 1...65_536)
    try check("--inits", inits, in: 1...10_000)
    try check("--sample", sample, in: 2...population.count)
    try checkMinibatch(max(batch ?? 64, batches.max() ?? 0), resolution: dataset.resolution)
  }

  func run() throws {
    try output.check(header: AblationReport.header)
    var base = ScoringSettings(recipe: recipe, initializations: inits)
    base.fisher = axes.applied(to: base.fisher).resolved(classes: dataset.classCount)
    let study = try AblationStudy(ablations, base: base, batch: batch, batches: batches)
    let space = skeleton.space(for: dataset, recipe)
    let images = try imageSource.source(
      for: study.proxies, settings: study.scoring, resolution: space.skeleton.resolution,
      classes: dataset.classCount)
    let evaluator = Evaluator(
      space: space, proxies: study.proxies, settings: study.scoring, seed: running.seed ?? 0,
      threads: running.threadCount, images: images)
    let architectures = population.sample(count: sample, seed: sampleSeed)
    let scores = try ScoreSource(evaluator, store: stored).scores(of: architectures)
    let report = AblationReport(
      ablations.map {
        AblationTable(
          $0, of: study, scores: scores, architectures: architectures, dataset: dataset,
          cutoff: metrics.at, bootstrap: metrics.bootstrap)
      },
      seed: evaluator.seed,
      settings: evaluator.space.settings.merging(study.fixed) { $1 }
        .merging(images.settings) { $1 })
    for row in report.tables.flatMap(\.rows) {
      Diagnostics.say(undefined: row.metrics.undefined, of: row.label)
    }
    try output.write(report)
  }
}
