internal import ArgumentParser
internal import Networks
internal import TrainingFreeNAS

/// Networks with known accuracies, and how they are scored.
struct CollectionOptions: ParsableArguments {
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

  /// Takes the scores of proxies from the store or computes and stores them.
  ///
  /// Says on standard error how far it is.
  ///
  /// - Throws: 64, 65 or 66 with what stands in the way, 75 where it was interrupted.
  func scored(by proxies: [any Proxy]) throws -> Scored {
    if sampleSeed != nil, sample == nil {
      Diagnostics.say("--sample-seed is ignored: without --sample the whole population is ranked")
    }
    let images = try imageSource.source(
      for: proxies, settings: scoring.settings, resolution: dataset.resolution,
      classes: dataset.classCount)
    let evaluator = Evaluator(
      space: NASBench201Space(
        skeleton: NASBench201Skeleton(
          channels: skeleton.width, cells: skeleton.cells, classes: dataset.classCount,
          resolution: dataset.resolution)),
      proxies: proxies, settings: scoring.settings, seed: running.seed ?? 0,
      threads: running.threadCount, images: images)
    let architectures =
      sample.map { population.sample(count: $0, seed: sampleSeed ?? 0) }
      ?? population.architectures
    var collection = try ScoreCollection(evaluator, store: store)
    return Scored(
      architectures: architectures, scores: try collection.scores(of: architectures),
      seed: evaluator.seed, settings: evaluator.mergedSettings)
  }
}
