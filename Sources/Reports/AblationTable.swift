public import Ranking
public import Scoring
public import Spaces
public import Studies

/// How rankings change with one choice, on the same networks for every setting.
public struct AblationTable: Sendable {
  /// One setting.
  public struct Row: Sendable {
    /// The value of what is varied.
    public let label: String
    /// The metrics.
    public let metrics: MetricsRow
    /// The label of the setting that it is compared with, `nil` for that one itself.
    public let reference: String?
    /// The metrics minus those of the reference, on the same resamples.
    public let difference: RankCorrelations?
    /// The published numbers.
    public let published: PublishedRanking.Metrics?
  }

  /// What is varied.
  public let ablation: Ablation
  /// The data set of the accuracies.
  public let dataset: BenchmarkDataset
  /// The number of positions that nDCG looks at.
  public let cutoff: Int
  /// A row for each setting.
  public let rows: [Row]
  /// Whether the networks are those of the published nDCG.
  let hasComparableGain: Bool

  /// Evaluates the settings of one ablation, as far as there are scores.
  ///
  /// - Parameters:
  ///   - ablation: what is varied.
  ///   - study: the settings; those of other ablations are left out.
  ///   - scores: the scores by the key of the proxy, one for each architecture; a setting that needs
  ///     others is left out.
  ///   - architectures: the networks.
  ///   - dataset: the data set of the accuracies.
  ///   - cutoff: the number of positions that nDCG looks at.
  ///   - bootstrap: the settings of the intervals, or `nil` for none.
  public init(
    _ ablation: Ablation, of study: AblationStudy, scores: [String: [Score]],
    architectures: [NASBench201Architecture], dataset: BenchmarkDataset, cutoff: Int,
    bootstrap: Bootstrap?
  ) {
    let settings = study.settings.filter { setting in
      setting.ablation == ablation
        && setting.ranking.proxies.allSatisfy { scores[$0.key] != nil }
    }
    // The layer count takes the place of the accuracy where the question is what a score adds to it.
    let truths =
      ablation == .orthogonality
      ? architectures.map { Double($0.convolutionCount) }
      : AccuracyTable.nasBench201.accuracies(of: architectures, on: dataset)
    let rankings = settings.map {
      ScoredRanking(
        $0.ranking, scores: $0.columns(of: scores), count: architectures.count)
    }
    let values = Dictionary(
      zip(settings.map(\.label), rankings.map(\.values))
    ) { first, _ in first }
    rows = zip(settings, rankings).map { setting, ranking in
      let reference = setting.reference.flatMap { values[$0] }
      return Row(
        label: setting.label,
        metrics: MetricsRow(
          name: setting.label,
          correlations: rankCorrelations(
            ranking.values, truths, at: cutoff, bootstrap: bootstrap),
          networks: architectures.count, undefined: ranking.undefined),
        reference: setting.reference,
        difference: reference.map {
          rankCorrelationDifferences(
            ranking.values, minus: $0, truths, at: cutoff, bootstrap: bootstrap)
        },
        published: PublishedAblation.metrics(of: ablation, setting.label, on: dataset))
    }
    self.ablation = ablation
    self.dataset = dataset
    self.cutoff = cutoff
    hasComparableGain =
      architectures.count == NASBench201Population.live.count
      && cutoff == PublishedRanking.cutoff
  }

  /// What follows from the differences of tau whose intervals do not contain zero, in one line.
  public var conclusion: String {
    if ablation == .orthogonality {
      return rows.map { "\($0.label) \(decimals($0.metrics.correlations.kendall?.value, 3))" }
        .joined(separator: ", ") + ": the nearer to 0, the more a score knows besides the depth."
    }
    var better: [String] = []
    var worse: [String] = []
    var open: [String] = []
    for row in rows {
      guard let difference = row.difference?.kendall else { continue }
      let name = row.label
      guard let interval = difference.interval, !interval.contains(0) else {
        open.append(name)
        continue
      }
      if difference.value > 0 { better.append(name) } else { worse.append(name) }
    }
    let references = Set(rows.compactMap(\.reference))
    let than = references.count == 1 ? references.first ?? "" : "its reference"
    func part(_ names: [String], _ text: String) -> String? {
      names.isEmpty ? nil : text + names.map { "'\($0)'" }.joined(separator: " ")
    }
    let parts = [
      part(better, "better in tau than '\(than)': "),
      part(worse, better.isEmpty ? "worse in tau than '\(than)': " : "worse: "),
      part(open, "no difference beyond the choice of the networks: "),
    ].compactMap(\.self)
    return parts.joined(separator: "; ") + "."
  }

  /// Whether a setting is compared with another one, or with the layers.
  public var isInformative: Bool {
    ablation == .orthogonality || rows.contains { $0.difference != nil }
  }
}
