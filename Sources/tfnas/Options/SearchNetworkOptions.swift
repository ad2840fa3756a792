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
        + "(default: uniform in the presets default and vkdnw, released in others)"))
  var typeWeights: MobileNetV2Mutation.TypeWeights?

  @OptionGroup var tasks: TaskOptions
  @OptionGroup var skeleton: SkeletonOptions

  /// A space with the sizes of the task and of the options; in the MobileNetV2 space those of the preset.
  ///
  /// - Throws: a usage error for options of another space.
  func sized(_ space: any ListedSpace, _ preset: SearchPreset) throws -> any ListedSpace {
    var space = space
    if space is MobileNetV2Space {
      space.sizes = SearchDefaults.mobileNetV2(preset).sizes
    } else {
      let given = [
        start.map { _ in "--start" }, typeWeights.map { _ in "--type-weights" },
        preset == .default || preset == .vkdnw ? nil : "--preset \(preset.rawValue)",
      ].compactMap(\.self)
      if let option = given.first {
        throw ValidationError("\(option) belongs to \(MobileNetV2Space.name)")
      }
    }
    if let task = try tasks.task(in: space) { space.sizes = task.sizes }
    return try skeleton.applied(to: image.applied(to: space))
  }

  /// The MobileNetV2 space with the neighbourhood of a start.
  ///
  /// - Throws: 65 where the start is no architecture.
  func domain(of space: MobileNetV2Space, _ preset: SearchPreset) throws -> MobileNetV2Domain {
    var first = preset.start
    if let start { first = try ArchitectureList.parse(start, at: "--start", in: space) }
    return MobileNetV2Domain(
      space: space, start: first,
      mutation: MobileNetV2Mutation(typeWeights: typeWeights ?? preset.typeWeights),
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
