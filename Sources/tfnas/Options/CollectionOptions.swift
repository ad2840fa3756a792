internal import ArgumentParser
internal import Scoring
internal import Spaces

/// Networks of NAS-Bench-201, and how they are scored.
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
    let space = skeleton.space(for: sizes, scoring.recipe)
    return Evaluator(
      space: space, proxies: proxies, settings: scoring.settings,
      seed: running.seed ?? 0, threads: running.threadCount,
      images: try imageSource.source(
        for: proxies, settings: scoring.settings, resolution: space.skeleton.resolution,
        classes: sizes.classCount))
  }
}
