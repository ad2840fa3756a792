internal import ArgumentParser
internal import Formats
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

/// Whether files that are there are replaced.
struct ReplacementOptions: ParsableArguments {
  @Flag(
    help: "Replaces a file that is there; without it that is an error (73) before the work starts.")
  var force = false

  /// Refuses the flag where no file is written.
  ///
  /// - Parameter outputs: the options that name files, with their values.
  /// - Throws: a usage error.
  func check(_ outputs: [(option: String, path: String?)]) throws {
    guard force, outputs.allSatisfy({ $0.path == nil }) else { return }
    throw ValidationError("--force belongs to \(outputs.map(\.option).joined(separator: " and "))")
  }
}

/// An output and the option that named it.
struct NamedOutput {
  /// The option, such as `--out`.
  let option: String
  /// The file.
  let file: OutputFile

  /// Checks that the path of an option can be written, before any work is done; `nil` where the option is
  /// not given.
  ///
  /// - Parameters:
  ///   - option: the option, such as `--out`.
  ///   - path: its value, `nil` where it is not given.
  ///   - isForced: whether a file that is there is replaced.
  ///   - others: other options with the files that they name; the output must be none of them.
  /// - Throws: 73 where it cannot be written or a file is there, 64 where it is one of the others or the file of a
  ///   space.
  init?(
    _ option: String, _ path: String?, isForced: Bool,
    besides others: [(option: String, path: String?)]
  ) throws {
    guard let path else { return nil }
    self.option = option
    // That two options name one file says more than that there is one.
    let any = try OutputFile(path, isForced: true)
    for (other, otherPath) in others {
      if let otherPath, any.isSame(as: otherPath) {
        throw CommandError(.usage, "\(option) and \(other) name the same file, \(path)")
      }
    }
    if SpaceFileInput.paths.contains(where: { any.isSame(as: $0) }) {
      throw CommandError(.usage, "\(option) names the file of a space that is read, \(path)")
    }
    file = isForced ? any : try OutputFile(path, isForced: false)
  }
}
