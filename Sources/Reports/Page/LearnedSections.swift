internal import Ranking
internal import Scoring
internal import Spaces
internal import Studies

/// The parts of the report about learned rankings, the last rows of Table I.
public enum LearnedSections {
  /// A section for each data set.
  public static func sections(of rows: [LearnedRow]) -> [ReportSection] {
    BenchmarkDataset.allCases.compactMap { dataset in
      let rows = rows.filter { $0.dataset == dataset }
      guard let first = rows.first else { return nil }
      let published = PublishedRanking.rows(of: .live)
      var section = ReportSection(
        name: "learned-\(dataset.rawValue)",
        title: "Table I, learned rankings on \(dataset)",
        text: [
          "Random forests that were trained on the accuracies of \(grouped(LearnedRow.training)) networks "
            + "rank the others. Means "
            + "of \(first.draws.count) draws of the training networks; the brackets are two standard "
            + "deviations over the draws to both sides.",
          "Features without scores rank the other 8,421 networks, as in the paper; those with scores "
            + "rank what is left of the networks that have all of them, and their nDCG is not compared.",
        ])
      let done = rows.map { row in
        let numbers = published.first { $0.name == row.published }?.metrics(on: dataset)
        let isWhole = row.networks == NASBench201Population.live.count - LearnedRow.training
        return ReportSection.Row(
          name: row.features + (row.setting.isEmpty ? "" : ", " + row.setting),
          published: row.published, networks: row.networks,
          values: [
            .init(published: numbers?.kendall, ours: row.estimate(of: 0)),
            .init(published: numbers?.spearman, ours: row.estimate(of: 1)),
            .init(published: numbers?.ndcg, ours: row.estimate(of: 2), isComparable: isWhole),
          ])
      }
      let open = published.filter { row in
        row.isLearned && !rows.contains { $0.published == row.name }
      }
      section.tables = [
        ReportSection.Table(
          title: "", subject: "features",
          metrics: ["Kendall tau-b", "Spearman rho", "nDCG at \(grouped(LearnedRow.cutoff))"],
          rows: done)
      ]
      if let line = RankingSections.openLine(open, dataset) { section.text.append(line) }
      section.commands = rows.map { row in
        ReportSection.Command(row.published ?? row.features, row.command)
      }
      return section
    }
  }
}
