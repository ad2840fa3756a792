public import Formats
internal import Ranking
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
    guard let baselines = baselinesBesidePaper, let population = evaluation.origin.population,
      let dataset = evaluation.origin.dataset
    else { return evaluation.rows.map { Entry(row: $0, paper: nil) } }
    let published = PublishedRanking.rows(of: population)
    func comparison(_ ranking: PublishedRanking, _ row: MetricsRow?) -> PublishedComparison {
      PublishedComparison(
        ranking, of: population, on: dataset, cutoff: evaluation.cutoff, with: row)
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

  /// Why some rows neither agree with the paper nor differ from it, and how many networks would tell; `nil`
  /// where every interval is narrow enough.
  public var wideness: String? {
    var rows = 0
    var widest: (width: Double, networks: Int)?
    for entry in entries {
      guard let row = entry.row, let paper = entry.paper else { continue }
      let pairs = [
        (paper.kendall, row.correlations.kendall), (paper.spearman, row.correlations.spearman),
        (paper.ndcg, row.correlations.ndcg),
      ]
      let widths = pairs.filter { $0.0.standing == .wide }.compactMap(\.1?.interval).map {
        $0.upperBound - $0.lowerBound
      }
      guard let width = widths.max() else { continue }
      rows += 1
      if width > widest?.width ?? 0 { widest = (width, row.networks) }
    }
    guard let widest else { return nil }
    let sample = PublishedComparison.Standing.sample(widest.networks, width: widest.width)
    return
      "\(counted(rows, "row")) cannot be judged: an interval is \(decimals(widest.width, 2)) wide; "
      + "about \(grouped(sample)) networks would tell (--sample \(sample))"
  }

  private func metrics(_ layout: TableLayout) -> String {
    guard baselinesBesidePaper != nil else {
      return MetricsRow.table(
        evaluation.rows, title: "proxy", cutoff: evaluation.cutoff, layout)
    }
    let columns = MetricsRow.columns(title: "proxy", cutoff: evaluation.cutoff)
    var table = TextTable(columns + PublishedComparison.columns)
    var others = TextTable(PublishedComparison.columns)
    for entry in entries {
      let paper = PublishedComparison.cells(of: entry.paper)
      if let row = entry.row { table.add(row.cells + paper) } else { others.add(paper) }
    }
    return table.text(layout)
      + (others.isEmpty ? "" : "\nRows of the paper that were not run:\n\n" + others.text(layout))
  }

  /// The metrics, and the best networks by the first ranking.
  public func table(_ layout: TableLayout) -> String {
    let hasIndex = evaluation.best.contains { $0.index != nil }
    var best = TextTable(
      (hasIndex ? [.init("index", .right)] : [])
        + [.init("accuracy", .right), .init("position", .right), .architecture()])
    for pick in evaluation.best {
      best.add(
        (hasIndex ? [pick.index.map { "\($0)" } ?? ""] : [])
          + [decimals(pick.accuracy, 2), grouped(pick.position), pick.architecture])
    }
    let caption =
      "The first \(evaluation.best.count) by \(evaluation.rows[0].name), with their "
      + "\(evaluation.origin.title) and the position that it has among \(evaluation.origin.source):"
    return metrics(layout) + "\n" + layout.paragraph(caption) + "\n" + best.text(layout)
  }

  /// The rows and the best networks, after what they were computed from.
  public var json: JSONValue {
    .object(
      evaluation.origin.members + [
        JSONValue.Member("seed", .unsigned(seed)),
        JSONValue.Member("settings", JSONValue(settings: settings)),
        JSONValue.Member("ndcgAt", .integer(evaluation.cutoff)),
        JSONValue.Member("rows", .array(lines)),
        JSONValue.Member(
          "best",
          .array(
            evaluation.best.map { pick in
              .object(
                [JSONValue.Member("architecture", .text(pick.architecture))]
                  + (pick.index.map { [JSONValue.Member("index", .integer($0))] } ?? []) + [
                    JSONValue.Member("accuracy", .number(pick.accuracy)),
                    JSONValue.Member("position", .integer(pick.position)),
                  ])
            })),
      ])
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
    Self.header(isBesidePaper: baselinesBesidePaper != nil)
  }

  /// The names of the columns of `csv`.
  ///
  /// - Parameter isBesidePaper: whether the rows of the paper stand beside those of the table.
  /// - Returns: the names.
  public static func header(isBesidePaper: Bool) -> [String] {
    ["proxy"] + MetricsRow.header + ["undefined"]
      + (isBesidePaper ? PublishedComparison.header : [])
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
