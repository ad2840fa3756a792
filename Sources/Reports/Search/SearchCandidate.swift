public import Formats
public import Networks
internal import Scoring
public import Search
internal import Spaces

/// A network as a search report shows it.
public struct SearchCandidate: Hashable, Sendable {
  /// The canonical text.
  public var architecture: String
  /// Its index in the benchmark of its space, if there is one.
  public var index: Int?
  /// Which search looked at it first: `search`, a baseline, or `beside` with its number.
  public var origin: String
  /// Its place among all candidates of the report, 1 being the best; equal ones share it.
  public var position: Int
  /// What it costs, as the constraints count it.
  public var costs: SpaceCosts
  /// The sum of `ln(rank / n)` over the components, among all candidates of the report; at most 0.
  public var aggregate: Double
  /// The number of each component in the order of the report, `nil` where there is none.
  public var values: [Double?]
  /// The seconds of a forward pass of one image, if they were measured.
  public var latency: Double?
  /// The known accuracy in percent, in a space that has one.
  public var accuracy: Double?

  /// Creates a row.
  public init(
    architecture: String, index: Int? = nil, origin: String, position: Int, costs: SpaceCosts,
    aggregate: Double, values: [Double?], latency: Double? = nil, accuracy: Double? = nil
  ) {
    self.architecture = architecture
    self.index = index
    self.origin = origin
    self.position = position
    self.costs = costs
    self.aggregate = aggregate
    self.values = values
    self.latency = latency
    self.accuracy = accuracy
  }
}

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
