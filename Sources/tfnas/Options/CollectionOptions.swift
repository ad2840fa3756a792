internal import ArgumentParser
internal import Networks
internal import TrainingFreeNAS

/// Networks with known accuracies, and how they are scored.
struct CollectionOptions: ParsableArguments {
  @OptionGroup var networks: NetworkOptions

  @Option(
    help: ArgumentHelp(
      "A file that keeps every score, so that a run can go on.", valueName: "file"))
  var store: String?

  @OptionGroup(title: "Sizes") var skeleton: SkeletonOptions
  @OptionGroup(title: "Setting") var scoring: ScoringOptions
  @OptionGroup(title: "Images") var imageSource: ImageSourceOptions
  @OptionGroup(title: "Run") var running: RunOptions

  /// Networks with a score of every proxy.
  struct Scored {
    let architectures: [NASBench201Architecture]
    /// The scores by the name of the proxy, in the order of the architectures.
    let scores: [String: [Score]]
    /// The seed of weights and inputs.
    let seed: UInt64
    /// The settings of all proxies together.
    let settings: [String: SettingValue]
  }

  /// The data set of the accuracies.
  var dataset: BenchmarkDataset { networks.dataset }
  /// What the networks are drawn from.
  var population: NASBench201Population { networks.population }
  /// How many are drawn, `nil` for all.
  var sample: Int? { networks.sample }

  func validate() throws {
    try checkMinibatch(scoring.settings.batch, resolution: dataset.resolution)
  }

  /// Takes the scores of proxies from the store or computes and stores them.
  ///
  /// Says on standard error how far it is.
  ///
  /// - Throws: 64, 65 or 66 with what stands in the way, 75 where it was interrupted.
  func scored(by proxies: [any Proxy]) throws -> Scored {
    let images = try imageSource.source(
      for: proxies, settings: scoring.settings, resolution: dataset.resolution,
      classes: dataset.classCount)
    let evaluator = Evaluator(
      space: skeleton.space(for: dataset),
      proxies: proxies, settings: scoring.settings, seed: running.seed ?? 0,
      threads: running.threadCount, images: images)
    let architectures = networks.architectures
    var collection = try ScoreCollection(evaluator, store: store)
    return Scored(
      architectures: architectures, scores: try collection.scores(of: architectures),
      seed: evaluator.seed, settings: evaluator.mergedSettings)
  }
}
