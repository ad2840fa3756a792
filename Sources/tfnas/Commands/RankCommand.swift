internal import ArgumentParser
internal import Formats
internal import Ranking
internal import Reports
internal import Scoring

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

  @Option(
    help: ArgumentHelp(
      "Compares two columns or expressions: the difference in each metric with its interval and "
        + "p-value, and which is better.",
      valueName: "column,column"))
  var compare: String?

  @Flag(help: "Which scores are good ones.")
  var direction = Direction.higherIsBetter

  @OptionGroup(title: "Metrics") var metrics: MetricOptions
  @OptionGroup(title: "Comparison") var comparison: ComparisonOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  /// Which end of a score is the good one.
  enum Direction: String, EnumerableFlag {
    case higherIsBetter
    case lowerIsBetter
  }

  func validate() throws {
    guard let compare else {
      if comparison.permutations != nil {
        throw ValidationError("--permutations belongs to --compare")
      }
      return
    }
    if let option = [score.map { _ in "--score" }, minus.map { _ in "--minus" }].compactMap(\.self)
      .first
    {
      throw ValidationError("\(option) conflicts with --compare, which names both columns")
    }
    let count = CollectionRanking.texts(in: compare).count
    guard count == 2 else {
      throw ValidationError("--compare must be two columns with a comma between them, not \(count)")
    }
    _ = try ComparisonOptions.bootstrap(metrics)
  }

  func run() throws {
    let table = try CSV(Input.bytes(of: file), file: Input.name(of: file))
    if let compare {
      let texts = CollectionRanking.texts(in: compare)
      return try Output.write(try comparison(of: texts[0], texts[1], in: table), as: output.format)
    }
    let accuracies = try table.numbers(in: accuracy)
    let baseline = try minus.map { try ColumnScore($0, in: table) }
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

  /// What the columns are multiplied with.
  private var sign: Double { direction == .higherIsBetter ? 1 : -1 }

  /// Two columns or expressions on the records that have all values.
  private func comparison(
    of first: String, _ second: String, in table: CSV
  ) throws -> ComparisonReport {
    let accuracies = try table.numbers(in: accuracy)
    let columns = [try ColumnScore(first, in: table), try ColumnScore(second, in: table)]
    let complete = accuracies.indices.filter { record in
      accuracies[record] != nil && columns.allSatisfy { $0.isComplete(record) }
    }
    let scores = columns.map { $0.values(of: complete, times: sign) }
    let ranked = complete.indices.filter { record in scores.allSatisfy { $0[record] != nil } }
    guard !ranked.isEmpty else {
      throw CommandError(
        .badData, "\(table.file): no record has a '\(first)', a '\(second)' and a '\(accuracy)'")
    }
    if ranked.count < table.count {
      Diagnostics.say(
        "\(table.count - ranked.count) of \(table.count) records are left out because a value is "
          + "missing")
    }
    let values = scores.map { column in ranked.compactMap { column[$0] } }
    return ComparisonReport(
      RankingComparison(
        (first, values[0]), (second, values[1]),
        accuracies: ranked.compactMap { accuracies[complete[$0]] }, cutoff: metrics.at,
        bootstrap: try ComparisonOptions.bootstrap(metrics), test: comparison.test),
      of: .file(accuracy: accuracy, missing: table.count - ranked.count))
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
