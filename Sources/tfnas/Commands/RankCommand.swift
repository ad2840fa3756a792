internal import ArgumentParser
internal import Formats
internal import Ranking
internal import Reports
internal import Scoring

/// `tfnas rank`: the metrics for anybody's table.
struct RankCommand: Subcommand {
  static let configuration = CommandConfiguration(
    "rank",
    "Measures how well columns of a CSV file rank its records by accuracy.",
    arguments: "<file> --accuracy <column>",
    examples: [
      "tfnas rank scores.csv --accuracy accuracy",
      "tfnas rank scores.csv --accuracy accuracy --compare synflow,flops",
    ])

  @Argument(
    help: "A CSV file with a header; - reads standard input.", completion: .file())
  var file: String

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Columns of scores, or expressions over columns, with commas between them; a name with other "
        + "characters than letters and digits stands in double quotes. "
        + "(default: every other numeric column)",
      valueName: "column,column"))
  var score: String?

  @Option(
    help: ArgumentHelp("The column of accuracies, in percent.", valueName: "column"))
  var accuracy: String

  @Flag(help: "Accuracies are fractions: 0.93 is 93 %.")
  var fractions = false

  @Option(
    help: ArgumentHelp(
      "What stands between fields: a character, or tab. (default: comma, semicolon or tab, as the "
        + "header tells)",
      valueName: "character"),
    transform: Self.delimiter)
  var delimiter: CSVDelimiter?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Prints the metrics minus those of this column or expression, on the same networks and "
        + "resamples.",
      valueName: "column"))
  var minus: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Compares two columns or expressions: the difference in each metric with its interval and "
        + "p-value, and which is better.",
      valueName: "column,column"))
  var compare: String?

  @Flag(help: "Which scores are good ones.")
  var direction = Direction.higherIsBetter

  @OptionGroup(title: "Metrics") var metrics: MetricOptions
  @OptionGroup(title: "Metrics") var undefinedScores: UndefinedOptions
  @OptionGroup(title: "Comparison") var comparison: ComparisonOptions
  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Messages") var messages: MessageOptions

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
    let bytes = try Input.bytes(of: file)
    let csv = try CSV(
      bytes, file: Input.name(of: file),
      delimiter: delimiter ?? CSVDelimiter(recognizing: bytes, column: accuracy))
    let table = try RankTable(
      csv, accuracy: accuracy, hasFractions: fractions, undefined: undefinedScores.undefined,
      sign: direction == .higherIsBetter ? 1 : -1)
    if let compare { return try write(comparing: CollectionRanking.texts(in: compare), in: table) }
    let baseline = try minus.map { try ColumnScore($0, in: csv) }
    var (scores, notes) = try scores(of: table)
    notes = table.notes + notes
    var rows: [MetricsRow] = []
    var missing: [Int] = []
    for score in scores where baseline == nil || score.name != baseline?.name {
      let ranked: RankTable.Ranked
      do {
        ranked = try table.ranked(by: [score] + [baseline].compactMap(\.self))
      } catch let error as CommandError where self.score == nil {
        // A column that nobody asked for cannot end the run.
        notes.append("column '\(score.name)' is left out: \(error.message)")
        continue
      }
      let correlations =
        baseline == nil
        ? rankCorrelations(
          ranked.values[0], ranked.accuracies, at: metrics.at, bootstrap: metrics.bootstrap)
        : rankCorrelationDifferences(
          ranked.values[0], minus: ranked.values[1], ranked.accuracies, at: metrics.at,
          bootstrap: metrics.bootstrap)
      rows.append(
        MetricsRow(
          name: score.name, correlations: correlations, networks: ranked.accuracies.count))
      missing.append(ranked.missing)
      notes += ranked.notes
    }
    guard !rows.isEmpty else {
      throw CommandError(.badData, notes.last ?? "\(csv.file): there is nothing to rank")
    }
    for note in notes { Diagnostics.say(note) }
    try output.write(
      RankReport(
        rows: rows, missing: missing, accuracy: table.accuracy, baseline: baseline?.name,
        cutoff: metrics.at))
  }

  /// The columns and expressions that are asked for, or all columns that hold numbers, and what is to be
  /// said of the others.
  private func scores(of table: RankTable) throws -> ([ColumnScore], [String]) {
    guard let score else { return try table.allScores() }
    return (
      try CollectionRanking.texts(in: score).map { try ColumnScore($0, in: table.csv) }, []
    )
  }

  /// Writes what there is to say of two columns or expressions on the same records.
  private func write(comparing texts: [String], in table: RankTable) throws {
    let scores = try texts.map { try ColumnScore($0, in: table.csv) }
    let ranked = try table.ranked(by: scores)
    let result = RankingComparison(
      (scores[0].name, ranked.values[0]), (scores[1].name, ranked.values[1]),
      accuracies: ranked.accuracies, cutoff: metrics.at,
      bootstrap: try ComparisonOptions.bootstrap(metrics), test: comparison.test)
    for note in table.notes + ranked.notes { Diagnostics.say(note) }
    try output.write(
      ComparisonReport(
        result, of: .file(accuracy: table.accuracy, missing: ranked.missing)))
  }

  private static func delimiter(_ text: String) throws -> CSVDelimiter {
    guard let delimiter = CSVDelimiter(text) else {
      throw ValidationError(
        "'\(text)' is no delimiter; it must be one character such as ';' or '|', or tab")
    }
    return delimiter
  }
}
