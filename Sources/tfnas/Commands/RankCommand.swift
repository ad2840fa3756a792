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
    var rows: [MetricsRow] = []
    var missing: [Int] = []
    for column in try columns(of: table) {
      let pairs = zip(try table.numbers(in: column), accuracies).compactMap { score, accuracy in
        if let score, let accuracy { (score, accuracy) } else { nil }
      }
      guard !pairs.isEmpty else {
        throw CommandError(
          .badData, "\(table.file): no record has both a '\(column)' and a '\(accuracy)'")
      }
      let sign = direction == .higherIsBetter ? 1.0 : -1.0
      rows.append(
        MetricsRow(
          name: column,
          correlations: rankCorrelations(
            pairs.map { sign * $0.0 }, pairs.map(\.1), at: metrics.at,
            bootstrap: metrics.bootstrap),
          networks: pairs.count))
      missing.append(table.count - pairs.count)
      if pairs.count < table.count {
        Diagnostics.say(
          "\(column): \(table.count - pairs.count) of \(table.count) records are left out because "
            + "a value is missing")
      }
    }
    try Output.write(
      RankReport(rows: rows, missing: missing, accuracy: accuracy, cutoff: metrics.at),
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
