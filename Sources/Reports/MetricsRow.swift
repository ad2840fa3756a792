internal import Formats
public import Ranking

/// How well one score ranks some networks.
public struct MetricsRow: Hashable, Sendable {
  /// The name of the score.
  public let name: String
  /// Kendall's tau-b, Spearman's rho and nDCG.
  public let correlations: RankCorrelations
  /// The number of networks that were ranked.
  public let networks: Int
  /// How many of them have no score, by reason.
  public let undefined: [String: Int]

  /// Creates a row.
  public init(
    name: String, correlations: RankCorrelations, networks: Int, undefined: [String: Int] = [:]
  ) {
    self.name = name
    self.correlations = correlations
    self.networks = networks
    self.undefined = undefined
  }

  /// The members of the row's object.
  ///
  /// - Parameter key: what the member with the name is called.
  /// - Returns: name, metrics, number of networks, and the undefined ones if there are any.
  func members(key: String) -> [JSONValue.Member] {
    var members = [
      JSONValue.Member(key, .text(name)),
      JSONValue.Member("kendall", JSONValue(correlations.kendall)),
      JSONValue.Member("spearman", JSONValue(correlations.spearman)),
      JSONValue.Member("ndcg", JSONValue(correlations.ndcg)),
      JSONValue.Member("networks", .integer(networks)),
    ]
    if !undefined.isEmpty {
      members.append(JSONValue.Member("undefined", JSONValue(counts: undefined)))
    }
    return members
  }

  private var estimates: [Estimate?] {
    [correlations.kendall, correlations.spearman, correlations.ndcg]
  }

  /// The members of the object of a row that was not measured here.
  static func emptyMembers(key: String) -> [JSONValue.Member] {
    let none = JSONValue(nil as Estimate?)
    return [
      JSONValue.Member(key, .null), JSONValue.Member("kendall", none),
      JSONValue.Member("spearman", none), JSONValue.Member("ndcg", none),
      JSONValue.Member("networks", .null),
    ]
  }

  /// The columns of `csv` after the name.
  static let header: [String] =
    ["kendall", "spearman", "ndcg"].flatMap { [$0, "\($0)Low", "\($0)High"] } + ["networks"]

  /// The row of `csv`.
  var record: [String] {
    [name] + estimates.flatMap { [cell($0?.value), cell($0?.low), cell($0?.high)] }
      + ["\(networks)"]
  }

  /// Rows under their titles, for reading.
  ///
  /// - Parameters:
  ///   - rows: the rows.
  ///   - title: the title of the names.
  ///   - cutoff: the number of positions that nDCG looked at.
  ///   - layout: the room that there is.
  /// - Returns: the lines, each with an end of line.
  static func table(
    _ rows: [MetricsRow], title: String, cutoff: Int, _ layout: TableLayout
  ) -> String {
    // What all rows have in common is said once where the room is scarce.
    let common = Set(rows.map(\.networks)).count == 1 ? rows.first?.networks : nil
    guard layout.width != nil, let common else {
      var table = TextTable(columns(title: title, cutoff: cutoff))
      for row in rows { table.add(row.cells) }
      return table.text(layout)
    }
    var table = TextTable(columns(title: title, cutoff: cutoff).dropLast())
    for row in rows { table.add(row.cells.dropLast()) }
    return table.text(layout) + layout.paragraph("All on \(counted(common, "network")).")
  }

  /// The columns of ``cells``.
  static func columns(title: String, cutoff: Int) -> [TextTable.Column] {
    [
      TextTable.Column(title, .left).with(.shortened(least: 12)),
      estimate("Kendall tau-b", short: "tau"), estimate("Spearman rho", short: "rho"),
      estimate("nDCG@\(cutoff)"), TextTable.Column("networks", .right, short: "n"),
    ]
  }

  /// A column of values with their intervals, which are written shorter where the room is scarce:
  /// `0.639 [.583,.690]`.
  static func estimate(_ title: String, short: String? = nil) -> TextTable.Column {
    TextTable.Column(title, .left, short: short).shortened { text in
      guard let bracket = text.firstIndex(of: "[") else { return text }
      return String(text[..<bracket])
        + text[bracket...].replacing(", ", with: ",").replacing("0.", with: ".")
    }
  }

  /// The row of a table.
  var cells: [String] { [name] + estimates.map(Self.text) + [grouped(networks)] }

  /// A value with its interval, for reading.
  static func text(_ estimate: Estimate?) -> String {
    guard let estimate else { return "undefined" }
    guard let interval = estimate.interval else { return decimals(estimate.value, 3) }
    return decimals(estimate.value, 3)
      + " [\(decimals(interval.lowerBound, 3)), \(decimals(interval.upperBound, 3))]"
  }
}
