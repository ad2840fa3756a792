internal import Ranking
public import TrainingFreeNAS

/// A ranking that was learned from the accuracies of some networks, over several draws of these.
public struct LearnedRow: Sendable {
  /// What it is called in the paper, `nil` where it is not there.
  public let published: String?
  /// The data set of the accuracies.
  public let dataset: BenchmarkDataset
  /// The features, as the command takes them.
  public let features: String
  /// The settings of their scores in a few words, empty for graph features alone.
  public let setting: String
  /// The networks that were ranked.
  public let networks: Int
  /// tau, rho and nDCG of each draw, `nil` where one is undefined.
  public let draws: [[Double?]]
  /// The command that computes it.
  public let command: String

  /// Joins the parts.
  public init(
    published: String?, dataset: BenchmarkDataset, features: String, setting: String,
    networks: Int, draws: [[Double?]], command: String
  ) {
    self.published = published
    self.dataset = dataset
    self.features = features
    self.setting = setting
    self.networks = networks
    self.draws = draws
    self.command = command
  }

  /// The mean of a metric over the draws, and two standard deviations to both sides.
  func estimate(of metric: Int) -> Estimate? {
    let values = draws.compactMap { $0[metric] }
    guard !values.isEmpty, values.count == draws.count else { return nil }
    let summary = MeanAndDeviation(values)
    return Estimate(
      value: summary.mean,
      interval: summary.deviation.map { summary.mean - 2 * $0...summary.mean + 2 * $0 })
  }
}

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
          "Random forests that were trained on the accuracies of 1,024 networks rank the others. Means "
            + "of \(first.draws.count) draws of the training networks; the brackets are two standard "
            + "deviations over the draws to both sides.",
          "Features without scores rank the other 8,421 networks, as in the paper; those with scores "
            + "rank what is left of the networks that have all of them, and their nDCG is not compared.",
        ])
      section.tables = [
        ReportSection.Table(
          title: "", subject: "features",
          metrics: ["Kendall tau-b", "Spearman rho", "nDCG at 1,000"],
          rows: rows.map { row in
            let numbers = published.first { $0.name == row.published }?.metrics(on: dataset)
            let isWhole = row.networks == NASBench201Population.live.count - 1024
            return ReportSection.Row(
              name: row.features + (row.setting.isEmpty ? "" : ", " + row.setting),
              published: row.published, networks: row.networks,
              values: [
                .init(published: numbers?.kendall, ours: row.estimate(of: 0)),
                .init(published: numbers?.spearman, ours: row.estimate(of: 1)),
                .init(
                  published: numbers?.ndcg, ours: row.estimate(of: 2), isComparable: isWhole),
              ])
          })
      ]
      section.commands = rows.map { row in
        ReportSection.Command(row.published ?? row.features, row.command)
      }
      return section
    }
  }
}
