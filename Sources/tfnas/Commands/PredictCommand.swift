internal import ArgumentParser
internal import Ranking
internal import Reports
internal import Studies

/// `tfnas predict`: accuracies by a model that `train-ranking` has written.
struct PredictCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict",
    abstract: "Predicts accuracies by a model of train-ranking.")

  @Argument(help: ArgumentHelp("The file of the model.", valueName: "model"))
  var file: String

  @OptionGroup var list: ArchitectureList

  @Option(
    help: ArgumentHelp(
      "A file with the scores of proxies, where the model reads any.", valueName: "file"))
  var store: String?

  @OptionGroup(title: "Output") var output: OutputOptions

  func run() throws {
    let model = try RankingModel(contentsOfFile: file)
    let features: FeatureList
    do { features = try model.featureList() } catch {
      throw RankingModelError(file: file, problem: error)
    }
    let architectures = try list.parsed()
    let series = zip(model.sources, features.sources).compactMap { source, known in
      guard let proxy = known.proxy, let scores = source.scores else {
        return nil as StoredScores.Series?
      }
      return StoredScores.Series(proxy: proxy, settings: scores.settings, seed: scores.seed)
    }
    let scores = try StoredScores(
      space: model.space, store: store, arguments: model.scoreArguments
    ).scores(of: series, for: architectures)
    let table = try features.table(
      of: architectures, scores: scores, fallbacks: model.fallbacks)
    try Output.write(
      PredictionReport(
        model, of: architectures, predictions: model.forest.predictions(for: table)),
      as: output.format)
  }
}
