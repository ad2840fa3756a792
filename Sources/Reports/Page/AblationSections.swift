internal import Ranking
internal import Scoring
internal import Studies

/// The parts of the report that vary one choice at a time.
public enum AblationSections {
  /// The sections of the tables that there are.
  ///
  /// - Parameter tables: what was varied, each on its data set, with the file that holds its scores.
  /// - Returns: Tables III, IV, V, VII, VIII and IX of the paper, as far as there are such, and last what
  ///   the paper left out.
  public static func sections(of tables: [(table: AblationTable, store: String)]) -> [ReportSection]
  {
    let plan: [(name: String, title: String, ablations: [Ablation])] = [
      ("table-3", "Table III: components of the product of ranks", [.components]),
      ("table-4", "Table IV: tau between scores and the number of layers", [.orthogonality]),
      ("table-5", "Table V: batch and input", [.batch, .input]),
      ("table-7", "Table VII: tensors in the Fisher information", [.dimension]),
      ("table-8", "Table VIII: which weights, and how many", [.position, .weightsPerLayer]),
      ("table-9", "Table IX: all subsets of the components", [.components]),
      (
        "ablations-left-out", "What the paper does not vary",
        [.batchNorm, .factor, .smoothing]
      ),
    ]
    return plan.compactMap { name, title, ablations in
      let found = ablations.flatMap { ablation in tables.filter { $0.table.ablation == ablation } }
      guard !found.isEmpty else { return nil }
      var section = ReportSection(
        name: name, title: title,
        text: [
          "The same networks for every setting; whatever is not varied is as in the released code. "
            + "Most published rows are of one run."
        ])
      if found.contains(where: { !$0.table.hasComparableGain }) {
        section.text.append(
          "nDCG has no verdict here: the best of fewer networks are easier to find than the best of "
            + "all.")
      }
      section.tables = found.map { table($0.table, isShort: name == "table-3") }
      section.conclusion = found.map { table, _ in
        (found.count > 1 ? "\(table.ablation.title), \(table.dataset): " : "") + table.conclusion
      }.joined(separator: " ")
      section.commands = found.map { command(for: $0.table, store: $0.store) }
      return section
    }
  }

  private static func table(_ table: AblationTable, isShort: Bool) -> ReportSection.Table {
    let isOrthogonality = table.ablation == .orthogonality
    // Table III leaves the pairs and triples to Table IX.
    let rows = table.rows.filter { row in
      let members = row.label.split(separator: ",").count
      return !isShort || members == 1 || members > 3
    }
    let metrics =
      isOrthogonality
      ? ["Kendall tau-b against layers"]
      : [
        "Kendall tau-b", "Spearman rho", "nDCG at \(grouped(table.cutoff))",
        "tau minus that of the reference",
      ]
    return ReportSection.Table(
      title: "\(table.ablation.title), \(table.dataset)",
      subject: isOrthogonality ? "score" : table.ablation.rawValue, metrics: metrics,
      rows: rows.map { row in
        let ours = row.metrics.correlations
        let values = [
          ReportSection.Value(published: row.published?.kendall, ours: ours.kendall),
          ReportSection.Value(published: row.published?.spearman, ours: ours.spearman),
          ReportSection.Value(
            published: row.published?.ndcg, ours: ours.ndcg,
            isComparable: table.hasComparableGain),
          row.difference.map {
            ReportSection.Value(published: nil, ours: $0.kendall, isComparable: false)
          } ?? .none,
        ]
        return ReportSection.Row(
          name: row.label + (row.reference.map { " (against \($0))" } ?? ""),
          networks: row.metrics.networks,
          values: Array(values.prefix(metrics.count)))
      })
  }

  private static func command(
    for table: AblationTable, store: String
  ) -> ReportSection.Command {
    let networks = table.rows.first?.metrics.networks ?? 0
    return ReportSection.Command(
      "\(table.ablation.title), \(table.dataset):",
      "tfnas ablate \(table.ablation.rawValue) --dataset \(table.dataset.rawValue) "
        + "--sample \(networks) --images synthetic --store \(store)")
  }
}
