internal import ArgumentParser
internal import Reports

/// The form of the output.
struct OutputOptions: ParsableArguments {
  @Option(help: "How the result is written.")
  var format = ReportFormat.table

  @Flag(help: "Writes tables as wide as it takes, whatever the terminal has room for.")
  var wide = false

  @Option(
    help: ArgumentHelp(
      "Only these columns of table and csv, by the names that csv has, with commas between them.",
      valueName: "a,b"),
    transform: Self.names)
  var columns: [String]?

  @Flag(
    help: """
      In csv puts an apostrophe before cells that a spreadsheet would take for formulas: those that begin with \
      =, +, -, @, a tab or a line break and are no numbers.
      """)
  var spreadsheet = false

  private static func names(_ text: String) throws -> [String] {
    let names = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    if names.contains("") { throw ValidationError("names of columns with commas between them") }
    return names
  }

  func validate() throws {
    if columns != nil, format == .json || format == .jsonl {
      throw ValidationError("--columns chooses columns of table and csv, not of \(format.rawValue)")
    }
  }

  /// The room of a table.
  var layout: TableLayout {
    TableLayout(
      width: wide ? nil : Terminal.outputColumns,
      isBold: Terminal.hasColor(Terminal.isOutputInteractive))
  }

  /// Refuses columns that a report will not have, before it is computed.
  ///
  /// - Parameter header: the names that it will have.
  /// - Throws: 64 with the name that is unknown.
  func check(header: @autoclosure () -> [String]) throws(CommandError) {
    guard let columns else { return }
    let header = header()
    if let unknown = columns.first(where: { !header.contains($0) }) {
      throw CommandError(
        .usage,
        "--columns: there is no column '\(unknown)', only \(header.joined(separator: ", "))"
          + Suggestion.text(for: unknown, among: header))
    }
  }

  /// A report with the columns that are asked for, and without formulas where they are not wanted.
  ///
  /// - Throws: 64 where one of them is unknown.
  func selected(_ report: some Report) throws(CommandError) -> any Report {
    guard let columns else { return guarded(report) }
    try check(header: report.header)
    return guarded(SelectedColumns(of: report, named: columns))
  }

  /// A report whose CSV has no formulas, where that is asked for.
  func guarded(_ report: some Report) -> any Report {
    spreadsheet ? SpreadsheetReport(report) : report
  }

  /// Writes a report to standard output.
  ///
  /// - Throws: 64 where a column is unknown, 73 where the text cannot be written.
  func write(_ report: some Report) throws(CommandError) {
    try Output.write(try selected(report).text(format, layout))
  }
}
