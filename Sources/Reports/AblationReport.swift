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
  public var table: String {
    tables.map { ablation in
      let isOrthogonality = ablation.ablation == .orthogonality
      var columns =
        isOrthogonality
        ? [("score", TextTable.Alignment.left), ("Kendall tau-b", .left)]
        : MetricsRow.columns(title: ablation.ablation.rawValue, cutoff: ablation.cutoff)
          + [("tau minus that of", .left), ("", .left)]
      columns += [("paper: tau", .left)]
      if !isOrthogonality { columns += [("rho", .left), ("nDCG", .left)] }
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
      return title + "\n\n" + table.text + "\n" + ablation.conclusion + "\n"
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
  public var header: [String] {
    ["ablation", "setting"] + MetricsRow.header + ["reference"]
      + ["kendall", "spearman", "ndcg"].flatMap {
        ["\($0)_difference", "\($0)_difference_low", "\($0)_difference_high"]
      }
      + ["kendall", "spearman", "ndcg"].flatMap { ["paper_\($0)", "\($0)_is"] }
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
