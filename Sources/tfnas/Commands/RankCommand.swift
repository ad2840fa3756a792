internal import ArgumentParser
internal import Ranking
internal import Reports
internal import TrainingFreeNAS

/// `tfnas rank`: the metrics for anybody's table.
struct RankCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rank",
    abstract: "Measures how well columns of a CSV file rank its records by accuracy.")

  @Argument(help: "A CSV file with a header; - reads standard input.")
  var file: String

  @Option(
    help: ArgumentHelp(
      "Columns of scores, or expressions over columns, with commas between them. "
        + "(default: every other numeric column)",
      valueName: "column,column"))
  var score: String?

  @Option(help: ArgumentHelp("The column of accuracies, in percent.", valueName: "column"))
  var accuracy: String

  @Option(
    help: ArgumentHelp(
      "Prints the metrics minus those of this column or expression, on the same networks and "
        + "resamples.",
      valueName: "column"))
  var minus: String?

  @Flag(help: "Which scores are good ones.")
  var direction = Direction.higherIsBetter

  @OptionGroup(title: "Metrics") var metrics: MetricOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  /// Which end of a score is the good one.
  enum Direction: String, EnumerableFlag {
    case higherIsBetter
    case lowerIsBetter
  }

  func run() throws {
    let table = try CSV(Input.bytes(of: file), file: Input.name(of: file))
    let accuracies = try table.numbers(in: accuracy)
    let baseline = try minus.map { try ColumnScore($0, in: table) }
    let sign = direction == .higherIsBetter ? 1.0 : -1.0
    var rows: [MetricsRow] = []
    var missing: [Int] = []
    for column in try columns(of: table) where column != minus {
      let score = try ColumnScore(column, in: table)
      let complete = accuracies.indices.filter { record in
        accuracies[record] != nil && score.isComplete(record)
          && baseline?.isComplete(record) != false
      }
      let scores = score.values(of: complete, times: sign)
      let baselines = baseline?.values(of: complete, times: sign)
      let ranked = complete.indices.filter { scores[$0] != nil && baselines?[$0] != .some(nil) }
      guard !ranked.isEmpty else {
        throw CommandError(
          .badData, "\(table.file): no record has both a '\(column)' and a '\(accuracy)'")
      }
      func values(_ column: [Double?]) -> [Double] { ranked.compactMap { column[$0] } }
      let targets = ranked.compactMap { accuracies[complete[$0]] }
      let correlations =
        baselines.map { baselines in
          rankCorrelationDifferences(
            values(scores), minus: values(baselines), targets, at: metrics.at,
            bootstrap: metrics.bootstrap)
        }
        ?? rankCorrelations(
          values(scores), targets, at: metrics.at, bootstrap: metrics.bootstrap)
      rows.append(MetricsRow(name: column, correlations: correlations, networks: ranked.count))
      missing.append(table.count - ranked.count)
      if ranked.count < table.count {
        Diagnostics.say(
          "\(column): \(table.count - ranked.count) of \(table.count) records are left out because "
            + "a value is missing")
      }
    }
    try Output.write(
      RankReport(
        rows: rows, missing: missing, accuracy: accuracy, baseline: minus, cutoff: metrics.at),
      as: output.format)
  }

  /// The columns and expressions that are asked for, or all columns that hold numbers.
  private func columns(of table: CSV) throws -> [String] {
    if let score { return CollectionRanking.texts(in: score) }
    let numeric = table.header.filter { name in
      // A column that is not asked for may hold anything.
      name != accuracy && (try? table.numbers(in: name))?.contains { $0 != nil } == true
    }
    guard !numeric.isEmpty else {
      throw CommandError(.badData, "\(table.file): no column but '\(accuracy)' holds numbers")
    }
    return numeric
  }
}
