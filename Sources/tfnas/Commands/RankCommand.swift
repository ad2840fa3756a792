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
      "Columns of scores with commas between them. (default: every other numeric column)",
      valueName: "column,column"))
  var score: String?

  @Option(help: ArgumentHelp("The column of accuracies, in percent.", valueName: "column"))
  var accuracy: String

  @Option(
    help: ArgumentHelp(
      "Prints the metrics minus those of this column, on the same networks and resamples.",
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
    let baseline = try minus.map { try table.numbers(in: $0) }
    let sign = direction == .higherIsBetter ? 1.0 : -1.0
    var rows: [MetricsRow] = []
    var missing: [Int] = []
    for column in try columns(of: table) where column != minus {
      let scores = try table.numbers(in: column)
      let complete = accuracies.indices.filter { record in
        scores[record] != nil && accuracies[record] != nil
          && (baseline == nil || baseline?[record] != nil)
      }
      guard !complete.isEmpty else {
        throw CommandError(
          .badData, "\(table.file): no record has both a '\(column)' and a '\(accuracy)'")
      }
      func values(_ column: [Double?], times factor: Double = 1) -> [Double] {
        complete.compactMap { column[$0].map { factor * $0 } }
      }
      let ranked = values(scores, times: sign)
      let correlations =
        baseline.map { baseline in
          rankCorrelationDifferences(
            ranked, minus: values(baseline, times: sign), values(accuracies), at: metrics.at,
            bootstrap: metrics.bootstrap)
        }
        ?? rankCorrelations(
          ranked, values(accuracies), at: metrics.at, bootstrap: metrics.bootstrap)
      rows.append(MetricsRow(name: column, correlations: correlations, networks: complete.count))
      missing.append(table.count - complete.count)
      if complete.count < table.count {
        Diagnostics.say(
          "\(column): \(table.count - complete.count) of \(table.count) records are left out because "
            + "a value is missing")
      }
    }
    try Output.write(
      RankReport(
        rows: rows, missing: missing, accuracy: accuracy, baseline: minus, cutoff: metrics.at),
      as: output.format)
  }

  /// The columns that are asked for, or all that hold numbers.
  private func columns(of table: CSV) throws -> [String] {
    if let score {
      return score.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
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
