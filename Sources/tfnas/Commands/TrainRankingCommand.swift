internal import ArgumentParser
internal import Formats
internal import Foundation
internal import Ranking
internal import Reports
internal import Scoring
internal import Spaces
internal import Studies

/// `tfnas train-ranking`: rankings that are learned from the accuracies of some networks.
struct TrainRankingCommand: ComputingCommand {
  static let configuration = CommandConfiguration(
    "train-ranking",
    "Trains random forests on some networks and measures how they rank the others.",
    arguments: "--features <a,b>",
    examples: [
      "tfnas train-ranking --features graf --save model.json",
      "tfnas train-ranking --features graf,vkdnw --sample 2000 --store scores.sqlite",
    ])

  @Option(
    help: ArgumentHelp(
      "Sets of graph features (\(Self.graphSets)), proxies, their logarithms such as "
        + "'log(vkdnw-decile-1)', and bundles (\(Self.bundles)), with commas between them; scores "
        + "of proxies come from --store.",
      valueName: "a,b"),
    transform: Self.features)
  var features: FeatureList

  @Option(
    help: "The data set whose classes and resolution the scored networks have. (default: --dataset)"
  )
  var scoredFor: BenchmarkDataset?

  @Option(help: "Images of the minibatch of vkdnw and its deciles. (default: --batch)")
  var vkdnwBatch: Int?

  @OptionGroup var collection: CollectionOptions

  @Option(help: "Networks to train on; the others are ranked.")
  var train = 1024

  @Option(help: "Trees of a forest.")
  var trees = 100

  @Option(help: "How often networks are drawn and a forest is trained: with the seeds 1, 2, ...")
  var seeds = 5

  @Option(name: [.customLong("ndcg-at"), .customLong("at")], help: "Positions that nDCG looks at.")
  var at = 1000

  @Flag(help: "Measures how much tau falls where a feature is exchanged among the networks.")
  var importance = false

  @Option(
    help: ArgumentHelp(
      "Writes the model of seed 1, which tfnas predict reads.", valueName: "file"),
    completion: .file())
  var save: String?

  @OptionGroup(title: "Output") var replacement: ReplacementOptions
  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Messages") var messages: MessageOptions

  var processor: ProcessorOptions { collection.running.processor }

  private var dataset: BenchmarkDataset { collection.dataset }
  private var population: NASBench201Population { collection.population }
  private static let bundles = FeatureBundle.allCases.map(\.rawValue).joined(separator: ", ")
  private static let graphSets = GRAFFeatures.allCases.map(\.rawValue).joined(separator: ", ")
  /// Exchanges of each feature for each seed.
  private static let repeats = 3

  private static func features(_ text: String) throws -> FeatureList {
    do { return try FeatureList(parsing: text) } catch { throw ValidationError("\(error)") }
  }

  func validate() throws {
    try replacement.check([("--save", save)])
    try check("--vkdnw-batch", vkdnwBatch, in: 1...65_536)
    try checkMinibatch(
      max(collection.scoring.settings.batch, vkdnwBatch ?? 0), resolution: sized.resolution)
    let count = collection.sample ?? population.count
    try check("--train", train, in: 2...max(count - 2, 2))
    try check("--trees", trees, in: 1...100_000)
    try check("--seeds", seeds, in: 1...10_000)
    try check("--ndcg-at", at, in: 1...1_000_000_000)
  }

  func run() throws {
    try output.check(header: LearnedRankingReport.header)
    let saved = try NamedOutput(
      "--save", save, isForced: replacement.force, besides: [("--store", collection.store)])
    let architectures = collection.networks.architectures
    let evaluator = try collection.evaluator(of: features.proxies, sizedFor: sized)
    let series = evaluator.proxies.map {
      StoredSeries(
        proxy: $0, settings: self.evaluator(evaluator, for: $0).settingsText(of: $0),
        seed: evaluator.seed)
    }
    let scores = try ScoreSource.stored(
      series, of: architectures, in: evaluator.space, store: collection.store,
      arguments: scoreArguments
    ).mapValues { $0.map(\.score) }
    let fallbacks = try features.fallbacks(of: scores)
    let table = try features.table(of: architectures, scores: scores, fallbacks: fallbacks)
    let accuracies = AccuracyTable.nasBench201.accuracies(of: architectures, on: dataset)

    var runs: [LearnedRankingReport.Run] = []
    var first: RankingModel?
    var losses = [[Double]](repeating: [], count: features.names.count)
    for seed in 1...UInt64(seeds) {
      let ranking = try LearnedRanking(
        table, accuracies: accuracies,
        settings: LearnedRanking.Settings(
          trainingCount: train, treeCount: trees, threads: collection.running.threadCount),
        seed: seed)
      Diagnostics.say(
        String(
          format: "seed %d: %d trees on %d networks in %.2f s, %d networks predicted in %.3f s",
          Int(seed), trees, train, ranking.trainingSeconds, ranking.others.count,
          ranking.predictionSeconds))
      runs.append(LearnedRankingReport.Run(ranking, accuracies: accuracies, cutoff: at))
      if importance {
        for (feature, more) in importances(of: ranking, table, accuracies).enumerated() {
          losses[feature] += more
        }
      }
      if seed == 1, saved != nil {
        first = model(ranking, of: architectures, series: series, fallbacks: fallbacks)
      }
    }
    let context = LearnedRankingReport.Context(
      features: features.text,
      featureCount: features.names.count, dataset: dataset, population: population,
      networks: architectures.count, training: train, trees: trees, cutoff: at)
    let report = LearnedRankingReport(
      context, runs: runs,
      importances: importance
        ? zip(features.names, losses).map {
          LearnedRankingReport.Importance(feature: $0, losses: $1)
        } : nil)
    var steps = Steps()
    steps.take { try output.write(report) }
    if let saved, let first { steps.take { try saved.file.write(first.encoded()) } }
    try steps.finish()
  }

  /// The data set that the scored networks have their sizes from.
  private var sized: BenchmarkDataset { scoredFor ?? dataset }

  /// The same with the minibatch of one proxy.
  private func evaluator(
    _ evaluator: Evaluator<NASBench201Space>, for proxy: any Proxy
  ) -> Evaluator<NASBench201Space> {
    var settings = evaluator.settings
    if proxy is any FisherProxy { settings.batch = vkdnwBatch ?? settings.batch }
    return Evaluator(
      space: evaluator.space, proxies: [proxy], settings: settings, seed: evaluator.seed,
      threads: evaluator.threads, images: evaluator.images)
  }

  private func importances(
    of ranking: LearnedRanking, _ table: FeatureMatrix, _ accuracies: [Double]
  ) -> [[Double]] {
    let truths = ranking.others.map { accuracies[$0] }
    return ranking.forest.permutationImportances(
      on: table.selecting(ranking.others), repeats: Self.repeats, seed: ranking.seed,
      threads: collection.running.threadCount
    ) { kendallTau($0, truths) ?? 0 }
  }

  private func model(
    _ ranking: LearnedRanking, of architectures: [NASBench201Architecture],
    series: [StoredSeries], fallbacks: [String: Double]
  ) -> RankingModel {
    let skeleton = collection.skeleton.space(for: dataset, collection.scoring.recipe).skeleton
    return RankingModel(
      dataset: dataset, scoredFor: sized, population: population, width: skeleton.channels,
      cells: skeleton.cells,
      seed: ranking.seed, training: ranking.training.map { architectures[$0] },
      sources: features.sources.map { source in
        let scores = series.first { $0.proxy.name == source.proxy?.name }
        return RankingModel.Source(
          name: source.name,
          scores: scores.map {
            RankingModel.Source.Scores(
              settings: $0.settings, seed: $0.seed, fallback: fallbacks[$0.proxy.name] ?? 0)
          })
      },
      features: features.names, scoreArguments: features.proxies.isEmpty ? [] : scoreArguments,
      forest: ranking.forest)
  }

  /// The arguments of `tfnas evaluate` that compute the scores.
  private var scoreArguments: [String] {
    (sized == .cifar10 ? [] : ["--dataset", sized.rawValue])
      + ScoreArguments.shared(
        of: Self.configuration,
        without: [
          "--features", "--train", "--trees", "--seeds", "--ndcg-at", "--at", "--store", "--save",
          "--threads", "--format", "--vkdnw-batch", "--scored-for", "--dataset",
        ], words: ["--importance"])
  }
}
