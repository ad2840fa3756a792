internal import Ranking
internal import Reports
internal import TrainingFreeNAS

/// The ablations that stores hold the scores of.
enum StoredAblations {
  /// The tables of every data set with at least two settings on the same networks.
  ///
  /// - Parameters:
  ///   - series: what the stores hold.
  ///   - cutoff: the number of positions that nDCG looks at.
  ///   - bootstrap: the settings of the intervals, or `nil` for none.
  /// - Returns: each table with the file that holds its scores.
  /// - Throws: ``CollectionRankingError`` where an expression cannot be read.
  static func tables(
    of series: [ScoreSeries], cutoff: Int, bootstrap: Bootstrap?
  ) throws -> [(table: AblationTable, store: String)] {
    try BenchmarkDataset.allCases.flatMap { dataset in
      // Sizes are compared with the largest, so those that were not computed are left out at once.
      let batches = AblationStudy.publishedBatches.filter { batch in
        series.contains { $0.dataset == dataset && $0.isReleased(batch: batch) }
      }
      let study = try AblationStudy(
        Ablation.allCases, base: ScoringSettings(recipe: .released), batch: nil,
        batches: batches)
      return tables(
        of: study, on: dataset, series: series, cutoff: cutoff, bootstrap: bootstrap)
    }
  }

  private static func tables(
    of study: AblationStudy, on dataset: BenchmarkDataset, series: [ScoreSeries], cutoff: Int,
    bootstrap: Bootstrap?
  ) -> [(table: AblationTable, store: String)] {
    let evaluator = Evaluator(
      space: NASBench201Space(
        skeleton: NASBench201Skeleton(
          classes: dataset.classCount, resolution: dataset.resolution)),
      proxies: study.proxies, settings: study.scoring, seed: 0, threads: 1,
      images: SyntheticImages())
    var records: [String: [NASBench201Architecture: Evaluation]] = [:]
    var stores: [String: String] = [:]
    for proxy in study.proxies {
      let settings = evaluator.allSettings(of: proxy)
      let found = series.filter {
        $0.proxy == proxy.name && $0.seed == evaluator.seed && $0.settings == settings
      }
      // Of two stores with the same series the fuller one.
      let fullest = found.max { $0.records.count < $1.records.count }
      records[proxy.key] = fullest?.records
      stores[proxy.key] = fullest?.store
    }
    return Ablation.allCases.compactMap { ablation in
      var settings = study.settings.filter { setting in
        setting.ablation == ablation
          && setting.ranking.proxies.allSatisfy { records[$0.key] != nil }
      }
      // A setting of which a run has only begun must not take the networks of all others away.
      let counts = settings.map { setting in
        networks(with: Set(setting.ranking.proxies.map(\.key)), records: records).count
      }
      let most = counts.max() ?? 0
      settings = zip(settings, counts).filter { 10 * $1 >= most }.map(\.0)
      guard settings.count > 1 else { return nil }
      let keys = Set(settings.flatMap(\.ranking.proxies).map(\.key))
      let architectures = networks(with: keys, records: records)
      guard architectures.count > 1 else { return nil }
      let scores = keys.reduce(into: [String: [Score]]()) { scores, key in
        scores[key] = architectures.compactMap { records[key]?[$0]?.score }
      }
      let table = AblationTable(
        ablation, of: study, scores: scores, architectures: architectures, dataset: dataset,
        cutoff: cutoff, bootstrap: bootstrap)
      // Of several files the one that holds what is varied: the last proxy of a ranking.
      let store = settings.last?.ranking.proxies.last.flatMap { stores[$0.key] }
      return table.isInformative ? (table, store ?? "scores.sqlite") : nil
    }
  }

  /// The live networks with all scores: in the order of the draw if they are one, so that the digits are
  /// those of `tfnas ablate`, and else by their index.
  private static func networks(
    with keys: Set<String>, records: [String: [NASBench201Architecture: Evaluation]]
  ) -> [NASBench201Architecture] {
    let live = NASBench201Population.live
    let networks = live.architectures.filter { architecture in
      keys.allSatisfy { records[$0]?[architecture] != nil }
    }
    guard !networks.isEmpty, networks.count < live.count else { return networks }
    let draw = live.sample(count: networks.count, seed: 0)
    return Set(draw) == Set(networks) ? draw : networks
  }
}
