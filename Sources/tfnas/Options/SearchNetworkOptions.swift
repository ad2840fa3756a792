internal import ArgumentParser
internal import Scoring
internal import Search
internal import Spaces

/// The networks of a search.
struct SearchNetworkOptions: ParsableArguments {
  @OptionGroup var image: ImageOptions

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
    help: "The data set of accuracies, classes and resolution, in nas-bench-201. (default: cifar10)"
  )
  var dataset: BenchmarkDataset?

  @OptionGroup var skeleton: SkeletonOptions

  /// Refuses options of the other space.
  func check(space: SpaceName, preset: SearchPreset) throws {
    try skeleton.check(in: space)
    try image.check(in: space)
    guard space == .nasBench201 else {
      if dataset != nil {
        throw ValidationError("--dataset belongs to \(SpaceName.nasBench201.rawValue)")
      }
      return
    }
    let foreign = [
      image.classes.map { _ in "--classes" }, image.resolution.map { _ in "--resolution" },
      start.map { _ in "--start" }, typeWeights.map { _ in "--type-weights" },
    ].compactMap(\.self)
    if let option = foreign.first {
      throw ValidationError("\(option) belongs to \(SpaceName.mobileNetV2.rawValue)")
    }
    if preset != .default {
      throw ValidationError(
        "--preset \(preset.rawValue) belongs to \(SpaceName.mobileNetV2.rawValue)")
    }
  }

  /// The data set in NAS-Bench-201.
  var accuracies: BenchmarkDataset { dataset ?? .cifar10 }

  /// Classes and resolution: those of the data set, or of the options, or else of the preset.
  func sizes(in space: SpaceName, _ defaults: SearchDefaults) -> SpaceSizes {
    switch space {
    case .nasBench201:
      SpaceSizes(classes: accuracies.classCount, resolution: accuracies.resolution)
    case .mobileNetV2:
      SpaceSizes(
        classes: image.classes ?? defaults.sizes.classes,
        resolution: image.resolution ?? defaults.sizes.resolution)
    }
  }

  /// The MobileNetV2 space with the neighbourhood of a start.
  ///
  /// - Throws: 65 where the start is no architecture.
  func mobileNetV2Domain(
    _ preset: SearchPreset, defaults: SearchDefaults
  ) throws -> MobileNetV2Domain {
    var first = preset.start
    if let start { first = try ArchitectureList.parseBlocks(start, at: "--start") }
    let sizes = sizes(in: .mobileNetV2, defaults)
    return MobileNetV2Domain(
      space: MobileNetV2Space(classes: sizes.classes, resolution: sizes.resolution),
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
