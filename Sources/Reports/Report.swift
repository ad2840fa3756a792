public import Formats
internal import Ranking

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
///
/// A thing has one name in all of them: a column of `csv` is called as the member of `json`, and one of an
/// object inside is called by both, so that the member `low` of `kendall` is the column `kendallLow`.
public protocol Report {
  /// The text for reading, with an end of line.
  func table(_ layout: TableLayout) -> String
  /// The whole as one object.
  var json: JSONValue { get }
  /// The objects of which `jsonl` has one a line.
  var lines: [JSONValue] { get }
  /// The names of the columns of `csv`.
  var header: [String] { get }
  /// The records of `csv`, as long as the header.
  var records: [[String]] { get }
}

extension Report {
  /// The report in a format, with an end of line.
  public func text(_ format: ReportFormat, _ layout: TableLayout = .wide) -> String {
    switch format {
    case .table: table(layout)
    case .json: json.withSchema.pretty + "\n"
    case .jsonl: linesText
    case .csv: headerText + recordsText
    }
  }

  /// The lines of `jsonl`.
  public var linesText: String { lines.map { $0.withSchema.compact + "\n" }.joined() }
  /// The first line of `csv`.
  public var headerText: String { CSV.line(header) + "\n" }
  /// The other lines of `csv`.
  public var recordsText: String { records.map { CSV.line($0) + "\n" }.joined() }
}

extension JSONValue {
  /// The version of all documents, which grows when a reader of the one before could be misled.
  public static let schema = 1

  /// An object with the version of the schema before its other members.
  fileprivate var withSchema: JSONValue {
    guard case .object(let members) = self else { return self }
    return .object([Member("schema", .integer(Self.schema))] + members)
  }
}

/// A number as a cell of `csv`: the fewest digits that read back, nothing where there is none.
func cell(_ number: Double?) -> String { number.map { "\($0)" } ?? "" }

/// A count in the unit that it has in every report: millions.
func millions(_ count: Int) -> Double { Double(count) / 1e6 }

extension JSONValue {
  /// A metric with its interval; all three are `null` where the metric is undefined.
  init(_ estimate: Estimate?) {
    self = [
      "value": .optional(estimate?.value), "low": .optional(estimate?.low),
      "high": .optional(estimate?.high),
    ]
  }

  /// Counts by name, the names sorted.
  init(counts: [String: Int]) {
    self = .object(
      counts.sorted { $0.key < $1.key }.map { Member($0.key, .integer($0.value)) })
  }
}
