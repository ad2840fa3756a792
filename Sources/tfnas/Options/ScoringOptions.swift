internal import ArgumentParser
internal import Foundation
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

/// The seed and the number of workers.
struct RunOptions: ParsableArguments {
  @Option(help: "The seed of weights and inputs. (default: 0)")
  var seed: UInt64?

  @Option(help: "Worker threads; they do not change a digit. (default: one for each core)")
  var threads: Int?

  func validate() throws { try check("--threads", threads, in: 1...1024) }

  /// How many workers compute.
  var threadCount: Int { RunOptions.threadCount(threads) }

  /// A number of workers that is asked for, or one for each core.
  static func threadCount(_ asked: Int?) -> Int {
    asked ?? min(ProcessInfo.processInfo.activeProcessorCount, 1024)
  }
}
