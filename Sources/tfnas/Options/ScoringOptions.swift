internal import ArgumentParser
internal import Reports
internal import Scoring
internal import Tensors

/// What a score depends on besides architecture and sizes.
struct ScoringOptions: ParsableArguments {
  @Option(help: "The bundle of axes that the options below deviate from.")
  var recipe = Recipe.default

  @Option(help: "Images of the minibatch. (default: the recipe's)")
  var batch: Int?

  @Option(help: "Independent initialisations whose scores are averaged. (default: the recipe's)")
  var inits: Int?

  @Option(help: "The element type of activations.")
  var precision = ScoringSettings().precision

  @OptionGroup(title: "Axes of VKDNW, each by default the recipe's")
  var axes: AxisOptions

  func validate() throws {
    try check("--batch", batch, in: 1...65_536)
    try check("--inits", inits, in: 1...10_000)
  }

  /// The settings of all proxies.
  var settings: ScoringSettings {
    var settings = ScoringSettings(
      recipe: recipe, batch: batch, initializations: inits, precision: precision)
    settings.fisher = axes.applied(to: settings.fisher)
    return settings
  }
}

/// The seed and the workers.
struct RunOptions: ParsableArguments {
  @Option(help: "The seed of weights and inputs. (default: 0)")
  var seed: UInt64?

  @OptionGroup var processor: ProcessorOptions

  /// How many workers compute.
  var threadCount: Int { processor.threadCount }
}
