public import Formats
public import Search

/// All candidates of a search with their scores.
public struct SearchCandidatesReport: Report {
  private let columns: SearchColumns
  private let candidates: [SearchCandidate]

  /// Lists candidates.
  ///
  /// - Parameters:
  ///   - candidates: the candidates in their order.
  ///   - components: the scores whose ranks are multiplied.
  public init(_ candidates: [SearchCandidate], components: [SearchComponent]) {
    self.candidates = candidates
    columns = SearchColumns(components, of: candidates)
  }

  /// A row for each candidate.
  public func table(_ layout: TableLayout) -> String {
    var table = TextTable(columns.columns())
    for candidate in candidates { table.add(columns.cells(of: candidate)) }
    return table.text(layout)
  }

  /// The candidates.
  public var json: JSONValue { ["networks": .array(lines)] }
  /// One object for each candidate.
  public var lines: [JSONValue] { candidates.map { .object(columns.members(of: $0)) } }
  /// Costs and scores.
  public var header: [String] { columns.header }
  /// One record for each candidate.
  public var records: [[String]] { candidates.map(columns.record) }
}
