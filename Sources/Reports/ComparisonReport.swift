public import Formats
internal import Ranking
internal import Scoring
internal import Spaces

/// Two rankings beside each other, after what they were computed from.
public struct ComparisonReport: Report {
  /// Where the networks come from.
  public enum Origin: Sendable {
    /// Networks with known accuracies, scored here.
    case scored(Scored)
    /// Records of a file: the column of accuracies, and how many were left out because a value is
    /// missing.
    case file(accuracy: String, missing: Int)
  }

  /// Networks that were scored.
  public struct Scored: Sendable {
    /// Where networks and accuracies come from.
    public var networks: RatedNetworks.Origin
    /// The seed of weights and inputs.
    public var seed: UInt64
    /// The settings of all proxies together.
    public var settings: [String: SettingValue]
    /// How many networks the first ranking has no score of, by reason.
    public var firstUndefined: [String: Int]
    /// How many networks the second ranking has no score of, by reason.
    public var secondUndefined: [String: Int]

    /// Joins the parts.
    public init(
      networks: RatedNetworks.Origin, seed: UInt64, settings: [String: SettingValue],
      firstUndefined: [String: Int], secondUndefined: [String: Int]
    ) {
      self.networks = networks
      self.seed = seed
      self.settings = settings
      self.firstUndefined = firstUndefined
      self.secondUndefined = secondUndefined
    }
  }

  /// The metrics and their differences.
  public let comparison: RankingComparison
  /// Where the networks come from.
  public let origin: Origin

  /// Creates a report.
  public init(_ comparison: RankingComparison, of origin: Origin) {
    self.comparison = comparison
    self.origin = origin
  }

  /// What A and B are, and a line for each metric.
  public func table(_ layout: TableLayout) -> String {
    var table = TextTable([
      .init("metric", .left), .init("A", .right), .init("B", .right),
      MetricsRow.estimate("A - B"), .init("p", .left),
      .init("verdict", .left).shortened(by: RankingComparison.Verdict.shortText),
    ])
    for row in comparison.rows {
      table.add([
        row.metric.title(cutoff: comparison.cutoff), decimals(row.first, 3),
        decimals(row.second, 3), MetricsRow.text(row.difference),
        row.probability.map { significant($0, 2) } ?? "-",
        row.verdict?.text(level: comparison.level) ?? "-",
      ])
    }
    var names = FactList()
    names.add("A", comparison.first)
    names.add("B", comparison.second)
    return names.text(layout) + layout.paragraph(networks) + "\n" + table.text(layout)
  }

  private var networks: String {
    let count = grouped(comparison.networks)
    return switch origin {
    case .scored(let scored):
      "\(count) networks of "
        + (scored.networks.population.map { "the population \($0.rawValue)" }
          ?? scored.networks.file ?? scored.networks.space)
        + ", by their \(scored.networks.title)"
    case .file(let accuracy, _): "\(count) records, by \(accuracy)"
    }
  }

  /// The metrics, after what they were computed from.
  public var json: JSONValue {
    var members = [
      JSONValue.Member("a", .text(comparison.first)),
      JSONValue.Member("b", .text(comparison.second)),
    ]
    switch origin {
    case .scored(let scored):
      members += scored.networks.members
      members += [
        JSONValue.Member("seed", .unsigned(scored.seed)),
        JSONValue.Member("settings", JSONValue(settings: scored.settings)),
        JSONValue.Member(
          "undefined",
          [
            "a": JSONValue(counts: scored.firstUndefined),
            "b": JSONValue(counts: scored.secondUndefined),
          ]),
      ]
    case .file(let accuracy, let missing):
      members += [
        JSONValue.Member("accuracy", .text(accuracy)),
        JSONValue.Member("missing", .integer(missing)),
      ]
    }
    members += [
      JSONValue.Member("networks", .integer(comparison.networks)),
      JSONValue.Member("ndcgAt", .integer(comparison.cutoff)),
      JSONValue.Member("level", .number(comparison.level)),
      JSONValue.Member("permutations", .integer(comparison.permutations)),
      JSONValue.Member("exact", .boolean(comparison.isExact)),
      JSONValue.Member("metrics", .array(lines)),
    ]
    return .object(members)
  }

  /// One object for each metric.
  public var lines: [JSONValue] {
    comparison.rows.map { row in
      [
        "metric": .text(row.metric.rawValue), "a": .optional(row.first),
        "b": .optional(row.second), "difference": JSONValue(row.difference),
        "p": .optional(row.probability),
        "verdict": row.verdict.map { .text($0.rawValue) } ?? .null,
      ]
    }
  }

  /// The metric, both values, their difference with its interval, p-value and verdict.
  public var header: [String] { Self.header }

  /// The names of the columns of `csv`.
  public static var header: [String] {
    [
      "metric", "a", "b", "difference", "differenceLow", "differenceHigh", "p", "verdict",
      "networks",
    ]
  }

  /// One record for each metric.
  public var records: [[String]] {
    comparison.rows.map { row in
      [
        row.metric.rawValue, cell(row.first), cell(row.second), cell(row.difference?.value),
        cell(row.difference?.low), cell(row.difference?.high), cell(row.probability),
        row.verdict?.rawValue ?? "", "\(comparison.networks)",
      ]
    }
  }
}
