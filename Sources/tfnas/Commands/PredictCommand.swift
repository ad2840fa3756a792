internal import ArgumentParser
internal import Ranking
internal import Reports
internal import Scoring
internal import Spaces
internal import Studies

/// `tfnas predict`: accuracies by a model that `train-ranking` has written.
struct PredictCommand: Subcommand {
  static let configuration = CommandConfiguration(
    "predict",
    "Predicts accuracies by a model of train-ranking.", arguments: "<model> <arch|file> ...",
    examples: ["tfnas predict model.json 13714", "tfnas predict model.json cells.txt --format csv"])

  @Argument(
    help: ArgumentHelp("The file of the model.", valueName: "model"),
    completion: .file(extensions: ["json"]))
  var file: String

  @OptionGroup var list: ArchitectureList

  @Option(
    help: ArgumentHelp(
      "A file with the scores of proxies, where the model reads any.", valueName: "file"),
    completion: .file())
  var store: String?

  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Messages") var messages: MessageOptions

  func run() throws {
    let model = try RankingModel(contentsOfFile: file)
    let features: FeatureList
    do { features = try model.featureList() } catch {
      throw RankingModelError(file: file, problem: error)
    }
    let architectures = try list.parsed(in: model.space)
    let series = zip(model.sources, features.sources).compactMap { source, known in
      guard let proxy = known.proxy, let scores = source.scores else {
        return nil as StoredSeries?
      }
      return StoredSeries(proxy: proxy, settings: scores.settings, seed: scores.seed)
    }
    let scores = try ScoreSource.stored(
      series, of: architectures, in: model.space, store: store, arguments: model.scoreArguments
    ).mapValues { $0.map(\.score) }
    let table = try features.table(
      of: architectures, scores: scores, fallbacks: model.fallbacks)
    try output.write(
      PredictionReport(
        model, of: architectures, predictions: model.forest.predictions(for: table)))
  }
}
