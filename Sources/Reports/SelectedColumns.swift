public import Formats

/// A report of which table and CSV have some columns alone, in an order of their own.
public struct SelectedColumns: Report {
  private let base: any Report
  private let names: [String]
  private let places: [Int]

  /// Selects columns.
  ///
  /// - Parameters:
  ///   - base: the report.
  ///   - names: names of its header.
  public init(of base: some Report, named names: [String]) {
    let header = base.header
    self.base = base
    self.names = names
    places = names.compactMap { header.firstIndex(of: $0) }
    precondition(places.count == names.count, "\(names) are no columns of \(header)")
  }

  /// The columns under their names; numbers with six significant digits.
  public func table(_ layout: TableLayout) -> String {
    let records = records
    let columns = names.enumerated().map { place, name in
      let cells = records.map { $0[place] }
      let isNumeric = cells.allSatisfy { $0.isEmpty || Double($0) != nil }
      return isNumeric
        ? TextTable.Column(name, .right)
        : TextTable.Column(name, .left).with(.shortened(least: 16))
    }
    var table = TextTable(columns)
    for record in records {
      table.add(
        record.map { text in
          guard text.contains("."), let number = Double(text) else {
            return text.isEmpty ? "-" : text
          }
          return significant(number)
        })
    }
    return table.text(layout)
  }

  /// That of the whole report.
  public var json: JSONValue { base.json }
  /// Those of the whole report.
  public var lines: [JSONValue] { base.lines }
  /// The names that are selected.
  public var header: [String] { names }
  /// The records as far as they are selected.
  public var records: [[String]] { base.records.map { record in places.map { record[$0] } } }
}

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
