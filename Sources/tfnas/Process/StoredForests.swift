internal import Networks
internal import Ranking
internal import Reports
internal import TrainingFreeNAS

/// Learned rankings of what stores hold.
enum StoredForests {
  /// What is learned from.
  private struct Plan {
    let published: String?
    let features: String
    let trees: Int
    let recipe: Recipe
  }

  private static let training = 1024

  /// The rows of the paper with its features, and beside them better ones.
  private static let plans: [Plan] = [
    Plan(published: "GRAF", features: "graf-paper-older", trees: 300, recipe: .default),
    Plan(published: nil, features: "graf", trees: 100, recipe: .default),
    Plan(published: "VKDNW_m", features: "vkdnw-m", trees: 100, recipe: .released),
    Plan(
      published: "(VKDNW+ZCS)_m", features: "vkdnw-m,zcs-without-ntk", trees: 100,
      recipe: .released),
    Plan(
      published: "(VKDNW+ZCS+GRAF)_m", features: "vkdnw-m,zcs-without-ntk,graf-paper-older",
      trees: 100, recipe: .released),
    Plan(
      published: nil, features: "vkdnw-log-deciles,layers,flops", trees: 100, recipe: .default),
    Plan(
      published: nil, features: "vkdnw-log-deciles,layers,flops,zcs-without-ntk", trees: 100,
      recipe: .default),
    Plan(
      published: nil, features: "vkdnw-log-deciles,layers,flops,zcs-without-ntk,graf", trees: 100,
      recipe: .default),
  ]

  /// The learned rankings for which there are scores, on every data set.
  ///
  /// - Parameters:
  ///   - series: what the stores hold.
  ///   - draws: how often networks are drawn and a forest is trained, with the seeds 1, 2, ...
  ///   - threads: the number of workers, which does not change a digit.
  /// - Returns: a row for each ranking and data set.
  /// - Throws: what is wrong with features or accuracies.
  static func rows(
    of series: [ScoreSeries], draws: Int, threads: Int
  ) throws -> [LearnedRow] {
    if draws == 0 { return [] }
    let accuracies = AccuracyTable.nasBench201
    return try plans.flatMap { plan in
      let features = try FeatureList(parsing: plan.features)
      guard let scored = Scored(features, recipe: plan.recipe, series: series) else {
        return [] as [LearnedRow]
      }
      let table = try features.table(
        of: scored.architectures, scores: scored.scores,
        fallbacks: try features.fallbacks(of: scored.scores))
      return try BenchmarkDataset.allCases.map { dataset in
        let truths = accuracies.accuracies(of: scored.architectures, on: dataset)
        let metrics = try (1...UInt64(draws)).map { seed in
          LearnedRankingReport.Run(
            try LearnedRanking(
              table, accuracies: truths,
              settings: LearnedRanking.Settings(
                trainingCount: training, treeCount: plan.trees, threads: threads),
              seed: seed),
            accuracies: truths, cutoff: PublishedRanking.cutoff
          ).metrics
        }
        return LearnedRow(
          published: plan.published, dataset: dataset, features: plan.features,
          setting: scored.setting, networks: scored.architectures.count - training, draws: metrics,
          command: Interrupt.quoted(
            ["tfnas", "train-ranking", "--features", plan.features]
              + ["--dataset", dataset.rawValue, "--trees", "\(plan.trees)"]
              + (draws == 5 ? [] : ["--seeds", "\(draws)"]) + scored.options))
      }
    }
  }
}

/// Networks with a score of everything that features are made of.
private struct Scored {
  let architectures: [NASBench201Architecture]
  let scores: [String: [Score]]
  /// The settings of the scores in a few words.
  let setting: String
  /// The options of `tfnas train-ranking` that name the records.
  let options: [String]

  /// The networks of the data set on which most networks have all scores, `nil` where too few do.
  ///
  /// Records are those of generated textures at batch 64, and of `vkdnw` with its batch of 16.
  init?(_ features: FeatureList, recipe: Recipe, series: [ScoreSeries]) {
    let candidates = BenchmarkDataset.allCases.compactMap { dataset in
      Scored(features, recipe: recipe, on: dataset, series: series)
    }
    // At least as many are left to be ranked as trees are told apart by.
    guard
      let best = candidates.max(by: { $0.architectures.count < $1.architectures.count }),
      best.architectures.count > 1100
    else { return nil }
    self = best
  }

  private init?(
    _ features: FeatureList, recipe: Recipe, on dataset: BenchmarkDataset, series: [ScoreSeries]
  ) {
    let space = NASBench201Space(
      skeleton: NASBench201Skeleton(classes: dataset.classCount, resolution: dataset.resolution))
    let live = NASBench201Population.live
    var records: [String: ScoreSeries] = [:]
    for proxy in features.proxies where !proxy.needs.isEmpty {
      let batch = proxy is any FisherProxy ? 16 : 64
      let evaluator = Evaluator(
        space: space, proxies: [proxy], settings: ScoringSettings(recipe: recipe, batch: batch),
        seed: 0, threads: 1, images: SyntheticImages())
      let settings = evaluator.allSettings(of: proxy)
      let found = series.filter {
        $0.proxy == proxy.name && $0.seed == evaluator.seed && $0.settings == settings
      }
      guard let fullest = found.max(by: { $0.records.count < $1.records.count }) else {
        return nil
      }
      records[proxy.name] = fullest
    }
    let architectures = live.architectures.filter { architecture in
      records.values.allSatisfy { $0.records[architecture] != nil }
    }
    // In the order of the draw, so that the command draws the same networks for training.
    let draw = live.sample(count: architectures.count, seed: 0)
    let isDraw = Set(draw) == Set(architectures)
    let ordered = records.isEmpty || !isDraw ? architectures : draw
    var scores = records.mapValues { series in
      ordered.compactMap { series.records[$0]?.score }
    }
    for proxy in features.proxies {
      guard let cost = proxy as? any CostProxy else { continue }
      scores[proxy.name] = ordered.map { architecture in
        do {
          return .value(cost.value(of: try space.network(for: architecture).cost))
        } catch {
          return .undefined("the sizes leave no room for the network: \(error)")
        }
      }
    }
    self.architectures = ordered
    self.scores = scores
    guard let store = records.values.map(\.store).sorted().first else {
      setting = ""
      options = []
      return
    }
    setting = "scores of the \(dataset) networks, \(recipe.rawValue)"
    options =
      ["--sample", "\(architectures.count)", "--scored-for", dataset.rawValue]
      + ["--recipe", recipe.rawValue, "--batch", "64", "--vkdnw-batch", "16"]
      + (records.values.contains { $0.settings["images"] != nil } ? ["--images", "synthetic"] : [])
      + ["--store", store]
  }
}
