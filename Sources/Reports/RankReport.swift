public import Formats

/// How well columns of a file rank its records by a column of accuracies.
public struct RankReport: Report {
  /// A row for each column of scores.
  public let rows: [MetricsRow]
  /// How many records were left out of each row because a value is missing.
  public let missing: [Int]
  /// The name of the column of accuracies.
  public let accuracy: String
  /// The column whose metrics are subtracted, if there is one.
  public let baseline: String?
  /// The number of positions that nDCG looks at.
  public let cutoff: Int

  /// Creates a report.
  public init(
    rows: [MetricsRow], missing: [Int], accuracy: String, baseline: String? = nil, cutoff: Int
  ) {
    precondition(rows.count == missing.count, "\(missing.count) counts for \(rows.count) rows")
    self.rows = rows
    self.missing = missing
    self.accuracy = accuracy
    self.baseline = baseline
    self.cutoff = cutoff
  }

  /// The metrics.
  public func table(_ layout: TableLayout) -> String {
    MetricsRow.table(
      rows, title: baseline.map { "score minus \($0)" } ?? "score", cutoff: cutoff, layout)
  }

  /// The rows, after what they were compared with.
  public var json: JSONValue {
    var members = [JSONValue.Member("accuracy", .text(accuracy))]
    if let baseline { members.append(JSONValue.Member("minus", .text(baseline))) }
    members += [
      JSONValue.Member("ndcgAt", .integer(cutoff)), JSONValue.Member("rows", .array(lines)),
    ]
    return .object(members)
  }

  /// One object for each column.
  public var lines: [JSONValue] {
    zip(rows, missing).map { row, missing in
      .object(row.members(key: "score") + [JSONValue.Member("missing", .integer(missing))])
    }
  }

  /// The column, its metrics with their intervals, and the records left out.
  public var header: [String] { ["score"] + MetricsRow.header + ["missing"] }
  /// One record for each column.
  public var records: [[String]] { zip(rows, missing).map { $0.record + ["\($1)"] } }
}
