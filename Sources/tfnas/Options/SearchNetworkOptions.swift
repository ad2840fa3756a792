internal import ArgumentParser
internal import Scoring
internal import Search
internal import Spaces

/// The networks of a search.
struct SearchNetworkOptions: ParsableArguments {
  @Option(help: "Outputs of the classifier, in mobilenet-v2. (default: the preset's)")
  var classes: Int?

  @Option(help: "Rows and columns of an image, in mobilenet-v2. (default: 224)")
  var resolution: Int?

  @Option(
    help: ArgumentHelp(
      "The architecture whose neighbours come first, in mobilenet-v2. (default: the preset's)",
      valueName: "arch"))
  var start: String?

  @Option(
    help: ArgumentHelp(
      "How likely mutations draw types of blocks, in mobilenet-v2. "
        + "(default: uniform in the preset default, released in others)"))
  var typeWeights: MobileNetV2Mutation.TypeWeights?

  @Option(
    help: "The data set of accuracies, classes and resolution, in nas-bench-201.")
  var dataset = BenchmarkDataset.cifar10

  @OptionGroup var skeleton: SkeletonOptions

  func validate() throws {
    try tfnas.check("--classes", classes, in: 2...100_000)
    try tfnas.check("--resolution", resolution, in: 1...1024)
  }

  /// Refuses options of the other space.
  func check(space: SpaceName, preset: SearchPreset) throws {
    guard space == .nasBench201 else { return }
    let foreign = [
      classes.map { _ in "--classes" }, resolution.map { _ in "--resolution" },
      start.map { _ in "--start" }, typeWeights.map { _ in "--type-weights" },
    ].compactMap(\.self)
    if let option = foreign.first {
      throw ValidationError("\(option) belongs to mobilenet-v2")
    }
    if preset != .default {
      throw ValidationError("--preset \(preset.rawValue) belongs to mobilenet-v2")
    }
  }

  /// Rows and columns of an image.
  func resolution(in space: SpaceName, _ defaults: SearchDefaults) -> Int {
    space == .nasBench201 ? dataset.resolution : resolution ?? defaults.resolution
  }

  /// The MobileNetV2 space with the neighbourhood of a start.
  ///
  /// - Throws: 65 where the start is no architecture.
  func mobileNetV2Domain(
    _ preset: SearchPreset, defaults: SearchDefaults
  ) throws -> MobileNetV2Domain {
    var first = preset.start
    if let start { first = try ArchitectureList.parseBlocks(start, at: "--start") }
    return MobileNetV2Domain(
      space: MobileNetV2Space(
        classes: classes ?? defaults.classes, resolution: resolution ?? defaults.resolution),
      start: first, mutation: MobileNetV2Mutation(typeWeights: typeWeights ?? preset.typeWeights),
      counting: preset.counting)
  }
}

/// The settings of the proxies of a search.
struct SearchScoringOptions: ParsableArguments {
  @Option(help: "Images of the minibatch. (default: the preset's)")
  var batch: Int?

  @Option(help: "The element type of activations.")
  var precision = ScoringSettings().precision

  @OptionGroup(title: "Axes of VKDNW, each by default the preset's")
  var axes: AxisOptions

  func validate() throws { try check("--batch", batch, in: 1...65_536) }

  /// The settings of a preset with what deviates from them.
  func applied(to preset: ScoringSettings) -> ScoringSettings {
    var settings = preset
    settings.batch = batch ?? preset.batch
    settings.precision = precision
    settings.fisher = axes.applied(to: preset.fisher)
    return settings
  }
}
