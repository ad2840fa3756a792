public import Formats

/// A report whose CSV can be opened in a spreadsheet: no cell of it is a formula there.
public struct SpreadsheetReport: Report {
  private let base: any Report

  /// Guards the cells of a report.
  public init(_ base: any Report) { self.base = base }

  /// That of the report.
  public func table(_ layout: TableLayout) -> String { base.table(layout) }
  /// That of the report.
  public var json: JSONValue { base.json }
  /// Those of the report.
  public var lines: [JSONValue] { base.lines }
  /// The names, each as ``CSV/guarded(_:)`` has it.
  public var header: [String] { base.header.map(CSV.guarded) }
  /// The cells, each as ``CSV/guarded(_:)`` has it.
  public var records: [[String]] { base.records.map { $0.map(CSV.guarded) } }
}
