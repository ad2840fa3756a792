public import Ranking
public import Scoring
internal import Spaces
internal import Studies

extension AblationTable {
  /// The ablations that series of scores allow, each with the file that holds what is varied.
  ///
  /// They are those of the released recipe with the paper's batches and generated textures, on every
  /// data set with at least two settings on the same networks.
  ///
  /// - Parameters:
  ///   - series: the scores of any number of stores.
  ///   - cutoff: the number of positions that nDCG looks at.
  ///   - bootstrap: the settings of the intervals, or `nil` for none.
  /// - Returns: the tables, data set after data set.
  /// - Throws: ``CollectionRankingError`` where an expression cannot be read.
  public static func tables(
    of series: [ScoreSeries], cutoff: Int, bootstrap: Bootstrap?
  ) throws(CollectionRankingError) -> [(table: AblationTable, store: String)] {
    var tables: [(table: AblationTable, store: String)] = []
    for dataset in BenchmarkDataset.allCases {
      // Sizes are compared with the largest, so those that were not computed are left out at once.
      let batches = AblationStudy.publishedBatches.filter { batch in
        series.contains { $0.dataset == dataset && $0.isReleased(batch: batch) }
      }
      let study = try AblationStudy(
        Ablation.allCases, base: ScoringSettings(recipe: .released), batch: nil,
        batches: batches)
      var scores = StudyScores(study, on: dataset, series: series)
      tables += Ablation.allCases.compactMap { ablation in
        guard let (names, architectures, store) = scores.settings(of: ablation) else { return nil }
        let table = AblationTable(
          ablation, of: study, scores: names, architectures: architectures, dataset: dataset,
          cutoff: cutoff, bootstrap: bootstrap)
        return table.isInformative ? (table, store) : nil
      }
    }
    return tables
  }
}

/// The series that hold the scores of a study.
private struct StudyScores {
  private let study: AblationStudy
  private var draws = Draws()
  /// By the key of the proxy.
  private var found: [String: ScoreSeries] = [:]

  init(_ study: AblationStudy, on dataset: BenchmarkDataset, series: [ScoreSeries]) {
    self.study = study
    let evaluator = Evaluator(
      space: NASBench201Space(
        skeleton: NASBench201Skeleton(
          classes: dataset.classCount, resolution: dataset.resolution)),
      proxies: study.proxies, settings: study.scoring, seed: 0, threads: 1,
      images: SyntheticImages())
    for proxy in study.proxies { found[proxy.key] = series.fullest(of: proxy, by: evaluator) }
  }

  /// The scores of an ablation by the key of the proxy, the networks that have all of them, and the file
  /// of what is varied; `nil` where fewer than two settings are there.
  mutating func settings(
    of ablation: Ablation
  ) -> ([String: [Score]], [NASBench201Architecture], store: String)? {
    let scored = study.settings.filter { $0.ablation == ablation }.map { setting in
      (setting, networks: networks(of: setting.ranking.proxies))
    }
    // A setting of which a run has only begun must not take the networks of all others away.
    let most = scored.map(\.networks.count).max() ?? 0
    let complete = scored.filter { !$0.networks.isEmpty && 10 * $0.networks.count >= most }
    guard complete.count > 1, let last = complete.last?.0.ranking.proxies.last else { return nil }
    let common = complete.dropFirst().reduce(complete[0].networks) { $0.intersection($1.networks) }
    guard common.count > 1 else { return nil }
    let architectures = draws.order(common, of: .live)
    let keys = Set(complete.flatMap(\.0.ranking.proxies).map(\.key))
    let scores = keys.reduce(into: [String: [Score]]()) { scores, key in
      scores[key] = architectures.compactMap { found[key]?.records[$0]?.score }
    }
    // Of a ranking's proxies the last one is what is varied.
    return (scores, architectures, found[last.key]?.store ?? "")
  }

  /// The live networks that have the scores of all proxies.
  private func networks(of proxies: [any Proxy]) -> Set<NASBench201Architecture> {
    let members = proxies.map { proxy in
      Set(found[proxy.key]?.records.keys.filter(\.isLive) ?? [])
    }
    return members.dropFirst().reduce(members.first ?? []) { $0.intersection($1) }
  }
}
