public import Formats
internal import Ranking
internal import Scoring
internal import Studies

/// Ablations, each as a table beside the published numbers.
public struct AblationReport: Report {
  /// The tables.
  public let tables: [AblationTable]
  /// The seed of weights and inputs.
  public let seed: UInt64
  /// The settings of all proxies together, as far as they are not varied.
  public let settings: [String: SettingValue]

  /// Joins tables.
  ///
  /// - Parameters:
  ///   - tables: the tables.
  ///   - seed: the seed of weights and inputs.
  ///   - settings: what is not varied.
  public init(_ tables: [AblationTable], seed: UInt64, settings: [String: SettingValue]) {
    self.tables = tables
    self.seed = seed
    self.settings = settings
  }

  /// Each ablation under its title, and what follows from it.
  public func table(_ layout: TableLayout) -> String {
    tables.map { ablation in
      let isOrthogonality = ablation.ablation == .orthogonality
      var columns: [TextTable.Column] =
        isOrthogonality
        ? [.init("score", .left), .init("Kendall tau-b", .left)]
        : MetricsRow.columns(title: ablation.ablation.rawValue, cutoff: ablation.cutoff)
          + [
            TextTable.Column("tau minus that of", .left, short: "minus"),
            MetricsRow.estimate("difference"),
          ]
      columns += [.init("paper: tau", .left)]
      if !isOrthogonality {
        columns += [.init("paper: rho", .left), .init("paper: nDCG", .left)]
      }
      var table = TextTable(columns)
      for row in ablation.rows {
        var cells =
          isOrthogonality
          ? [row.label, MetricsRow.text(row.metrics.correlations.kendall)]
          : row.metrics.cells + [
            row.reference ?? "-",
            row.difference.map { MetricsRow.text($0.kendall) } ?? "-",
          ]
        let published = ablation.comparison(of: row)
        cells += published.prefix(isOrthogonality ? 1 : 3).map(\.text)
        table.add(cells)
      }
      let title =
        ablation.ablation.title + " (\(ablation.dataset)"
        + (ablation.ablation.publishedTable.map { ", \($0)" } ?? "") + ")"
      return layout.paragraph(title) + "\n" + table.text(layout) + "\n"
        + layout.paragraph(ablation.conclusion)
    }.joined(separator: "\n")
  }

  /// The tables after what they were computed from.
  public var json: JSONValue {
    [
      "seed": .unsigned(seed), "settings": JSONValue(settings: settings),
      "ablations": .array(
        tables.map { ablation in
          [
            "ablation": .text(ablation.ablation.rawValue),
            "dataset": .text(ablation.dataset.rawValue), "ndcgAt": .integer(ablation.cutoff),
            "publishedIn": ablation.ablation.publishedTable.map { .text($0) } ?? .null,
            "rows": .array(ablation.rows.map { line(of: $0, in: ablation) }),
            "conclusion": .text(ablation.conclusion),
          ]
        }),
    ]
  }

  private func line(of row: AblationTable.Row, in table: AblationTable) -> JSONValue {
    var members = [JSONValue.Member("ablation", .text(table.ablation.rawValue))]
    members += row.metrics.members(key: "setting")
    members.append(JSONValue.Member("reference", row.reference.map { .text($0) } ?? .null))
    let parts = [
      ("kendallDifference", row.difference?.kendall),
      ("spearmanDifference", row.difference?.spearman), ("ndcgDifference", row.difference?.ndcg),
    ]
    members += parts.map {
      JSONValue.Member($0, row.difference == nil ? .null : JSONValue($1))
    }
    members.append(
      JSONValue.Member(
        "paper",
        .object(
          zip(["kendall", "spearman", "ndcg"], table.comparison(of: row)).map {
            JSONValue.Member($0, $1.json)
          })))
    return .object(members)
  }

  /// One object for each setting.
  public var lines: [JSONValue] {
    tables.flatMap { table in table.rows.map { line(of: $0, in: table) } }
  }

  /// The setting, its metrics, the differences and the published numbers.
  public var header: [String] { Self.header }

  /// The names of the columns of `csv`.
  public static var header: [String] {
    ["ablation", "setting"] + MetricsRow.header + ["reference"]
      + ["kendall", "spearman", "ndcg"].flatMap {
        ["\($0)Difference", "\($0)DifferenceLow", "\($0)DifferenceHigh"]
      }
      + ["Kendall", "Spearman", "Ndcg"].flatMap { ["paper\($0)", "paper\($0)Ours"] }
  }

  /// One record for each setting.
  public var records: [[String]] {
    tables.flatMap { table in
      table.rows.map { row in
        let differences = [
          row.difference?.kendall, row.difference?.spearman, row.difference?.ndcg,
        ]
        return [table.ablation.rawValue] + row.metrics.record + [row.reference ?? ""]
          + differences.flatMap { [cell($0?.value), cell($0?.low), cell($0?.high)] }
          + table.comparison(of: row).flatMap(\.record)
      }
    }
  }
}

extension AblationTable {
  /// The published tau, rho and nDCG of a row, each with where ours stands.
  ///
  /// nDCG is compared only on as many networks: the best of a few are easier to find.
  func comparison(of row: Row) -> [PublishedComparison.Value] {
    let ours = row.metrics.correlations
    return [
      PublishedComparison.Value(row.published?.kendall, ours.kendall),
      PublishedComparison.Value(row.published?.spearman, ours.spearman),
      PublishedComparison.Value(row.published?.ndcg, hasComparableGain ? ours.ndcg : nil),
    ]
  }
}
