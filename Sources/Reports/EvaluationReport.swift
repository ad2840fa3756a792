public import Formats
internal import Scoring
internal import Spaces
internal import Studies

/// An evaluation table with what it takes to compute it again.
public struct EvaluationReport: Report {
  /// The table.
  public let evaluation: EvaluationTable
  /// The seed of weights and inputs.
  public let seed: UInt64
  /// The settings of all proxies together.
  public let settings: [String: SettingValue]
  /// The names of the rows that come first where the rows of the paper stand beside, `nil` where
  /// these do not.
  public let baselinesBesidePaper: [String]?

  /// Creates a report.
  ///
  /// - Parameters:
  ///   - evaluation: the table.
  ///   - seed: the seed of weights and inputs.
  ///   - settings: the settings of all proxies together.
  ///   - baselines: `nil`, or the names of the baselines, if the rows of the paper are to stand
  ///     beside those of the table. All rows of the paper then appear, and the baselines come first.
  public init(
    _ evaluation: EvaluationTable, seed: UInt64, settings: [String: SettingValue],
    besidePaper baselines: [String]? = nil
  ) {
    self.evaluation = evaluation
    self.seed = seed
    self.settings = settings
    baselinesBesidePaper = baselines
  }

  /// A row of the table, a row of the paper, or both.
  private struct Entry {
    let row: MetricsRow?
    let paper: PublishedComparison?
  }

  /// The rows in the order of the report.
  private var entries: [Entry] {
    guard let baselines = baselinesBesidePaper else {
      return evaluation.rows.map { Entry(row: $0, paper: nil) }
    }
    let published = PublishedRanking.rows(of: evaluation.population)
    func comparison(_ ranking: PublishedRanking, _ row: MetricsRow?) -> PublishedComparison {
      PublishedComparison(
        ranking, of: evaluation.population, on: evaluation.dataset, cutoff: evaluation.cutoff,
        with: row)
    }
    let first = baselines.compactMap { name in evaluation.rows.first { $0.name == name } }
    let rows = first + evaluation.rows.filter { !baselines.contains($0.name) }
    let names = Set(rows.map(\.name))
    return rows.map { row in
      Entry(
        row: row,
        paper: published.first { $0.rankings.contains(row.name) }.map { comparison($0, row) })
    }
      + published.filter { names.isDisjoint(with: $0.rankings) }.map {
        Entry(row: nil, paper: comparison($0, nil))
      }
  }

  private var metrics: String {
    guard baselinesBesidePaper != nil else {
      return MetricsRow.table(evaluation.rows, title: "proxy", cutoff: evaluation.cutoff)
    }
    let columns = MetricsRow.columns(title: "proxy", cutoff: evaluation.cutoff)
    var table = TextTable(columns + PublishedComparison.columns)
    for entry in entries {
      table.add(
        (entry.row?.cells ?? columns.map { _ in "-" }) + PublishedComparison.cells(of: entry.paper))
    }
    return table.text
  }

  /// The metrics, and the best networks by the first ranking.
  public var table: String {
    var best = TextTable([
      ("index", .right), ("accuracy", .right), ("position", .right), ("architecture", .left),
    ])
    for pick in evaluation.best {
      best.add([
        "\(pick.architecture.benchmarkIndex)", decimals(pick.accuracy, 2), grouped(pick.position),
        pick.architecture.description,
      ])
    }
    return metrics
      + "\nThe first \(evaluation.best.count) by \(evaluation.rows[0].name), with their accuracy "
      + "on \(evaluation.dataset) and the position that it has\namong all "
      + "\(grouped(evaluation.population.count)) of the population \(evaluation.population.rawValue):"
      + "\n\n" + best.text
  }

  /// The rows and the best networks, after what they were computed from.
  public var json: JSONValue {
    [
      "dataset": .text(evaluation.dataset.rawValue),
      "population": .text(evaluation.population.rawValue), "seed": .unsigned(seed),
      "settings": JSONValue(settings: settings), "ndcgAt": .integer(evaluation.cutoff),
      "rows": .array(lines),
      "best": .array(
        evaluation.best.map { pick in
          [
            "architecture": .text(pick.architecture.description),
            "index": .integer(pick.architecture.benchmarkIndex),
            "accuracy": .number(pick.accuracy), "position": .integer(pick.position),
          ]
        }),
    ]
  }

  /// One object for each ranking.
  public var lines: [JSONValue] {
    entries.map { entry in
      var members = entry.row?.members(key: "proxy") ?? MetricsRow.emptyMembers(key: "proxy")
      if baselinesBesidePaper != nil {
        members.append(JSONValue.Member("paper", PublishedComparison.json(of: entry.paper)))
      }
      return .object(members)
    }
  }

  /// The proxy, its metrics with their intervals, and the networks without a score.
  public var header: [String] {
    ["proxy"] + MetricsRow.header + ["undefined"]
      + (baselinesBesidePaper == nil ? [] : PublishedComparison.header)
  }

  /// One record for each ranking.
  public var records: [[String]] {
    entries.map { entry in
      let fields =
        entry.row.map { $0.record + ["\($0.undefined.values.reduce(0, +))"] }
        ?? [String](repeating: "", count: MetricsRow.header.count + 2)
      return baselinesBesidePaper == nil
        ? fields : fields + PublishedComparison.record(of: entry.paper)
    }
  }
}
