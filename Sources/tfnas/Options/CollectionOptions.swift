internal import ArgumentParser
internal import Formats
internal import Networks
internal import Scoring
internal import Spaces

/// Networks with known accuracies, and how they are scored.
struct CollectionOptions: ParsableArguments {
  @OptionGroup var networks: NetworkOptions

  @Option(
    help: ArgumentHelp(
      "A file of scores: it keeps those that are computed, and what it holds is not computed again.",
      valueName: "file"), completion: .file())
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

  /// What computes the scores of proxies, and names their records.
  ///
  /// - Parameters:
  ///   - proxies: the proxies.
  ///   - sizes: the data set whose classes and resolution the networks have, `nil` for that of the
  ///     accuracies.
  /// - Returns: the evaluator.
  /// - Throws: 64, 65 or 66 with what stands in the way.
  func evaluator(
    of proxies: [any Proxy], sizedFor sizes: BenchmarkDataset? = nil
  ) throws -> Evaluator<NASBench201Space> {
    let sizes = sizes ?? dataset
    return Evaluator(
      space: skeleton.space(for: sizes), proxies: proxies, settings: scoring.settings,
      seed: running.seed ?? 0, threads: running.threadCount,
      images: try imageSource.source(
        for: proxies, settings: scoring.settings, resolution: sizes.resolution,
        classes: sizes.classCount))
  }

  /// Takes the scores of proxies from the store or computes and stores them.
  ///
  /// Says on standard error how far it is.
  ///
  /// - Throws: 64, 65 or 66 with what stands in the way, 75 where it was interrupted.
  func scored(by proxies: [any Proxy]) throws -> Scored {
    let evaluator = try evaluator(of: proxies)
    let architectures = networks.architectures
    evaluator.tellSettings()
    let collection = try ScoreCollection(evaluator, store: store)
    return Scored(
      architectures: architectures, scores: try collection.scores(of: architectures),
      seed: evaluator.seed, settings: evaluator.mergedSettings)
  }
}
