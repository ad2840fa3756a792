public import Formats

/// How a report is written.
public enum ReportFormat: String, CaseIterable, Sendable {
  /// Aligned columns for reading.
  case table
  /// One JSON document.
  case json
  /// One JSON document a line.
  case jsonl
  /// Comma-separated values with a header.
  case csv
}

/// What a command found out, in a form that every format can be written from.
public protocol Report {
  /// The text for reading, with an end of line.
  var table: String { get }
  /// The whole as one document.
  var json: JSONValue { get }
  /// The parts of which `jsonl` has one a line.
  var lines: [JSONValue] { get }
  /// The names of the columns of `csv`.
  var header: [String] { get }
  /// The records of `csv`, as long as the header.
  var records: [[String]] { get }
}

extension Report {
  /// The report in a format, with an end of line.
  public func text(_ format: ReportFormat) -> String {
    switch format {
    case .table: table
    case .json: json.pretty + "\n"
    case .jsonl: linesText
    case .csv: headerText + recordsText
    }
  }

  /// The lines of `jsonl`.
  public var linesText: String { lines.map { $0.compact + "\n" }.joined() }
  /// The first line of `csv`.
  public var headerText: String { CSV.line(header) + "\n" }
  /// The other lines of `csv`.
  public var recordsText: String { records.map { CSV.line($0) + "\n" }.joined() }
}

/// A number as a cell of `csv`: the fewest digits that read back, nothing where there is none.
func cell(_ number: Double?) -> String { number.map { "\($0)" } ?? "" }
