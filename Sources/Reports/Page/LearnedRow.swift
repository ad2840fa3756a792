internal import Ranking
public import Scoring
internal import Spaces
internal import Studies

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

extension LearnedRow {
  /// What is learned from.
  private struct Plan {
    let published: String?
    let features: String
    let trees: Int
    let recipe: Recipe
  }

  /// The training networks of the paper.
  static let training = 1024
  /// The positions that its nDCG looks at.
  static let cutoff = PublishedRanking.cutoff
  /// Fewer networks to rank are not worth a row.
  fileprivate static let leastRanked = 100

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

  /// The learned rankings for which series hold the scores, on every data set.
  ///
  /// - Parameters:
  ///   - series: the scores of any number of stores.
  ///   - draws: how often networks are drawn and a forest is trained, with the seeds 1, 2, ...
  ///   - threads: the number of workers, which does not change a digit.
  /// - Returns: a row for each ranking and data set.
  /// - Throws: what is wrong with features or accuracies.
  public static func rows(
    of series: [ScoreSeries], draws: Int, threads: Int
  ) throws -> [LearnedRow] {
    if draws == 0 { return [] }
    let accuracies = AccuracyTable.nasBench201
    return try plans.flatMap { plan in
      let features = try FeatureList(parsing: plan.features)
      guard
        let scored = Scored(features, recipe: plan.recipe, series: series),
        scored.architectures.count >= training + leastRanked
      else { return [] as [LearnedRow] }
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
            accuracies: truths, cutoff: cutoff
          ).metrics
        }
        return LearnedRow(
          published: plan.published, dataset: dataset, features: plan.features,
          setting: scored.setting, networks: scored.architectures.count - training, draws: metrics,
          command: ([
            "tfnas train-ranking --features \(plan.features) --dataset \(dataset.rawValue)"
          ]
            + ["--trees \(plan.trees)"] + (draws == 5 ? [] : ["--seeds \(draws)"])
            + scored.options).joined(separator: " "))
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

  /// The networks of the data set on which most networks have all scores.
  ///
  /// Records are those of generated textures at batch 64, and of `vkdnw` with its batch of 16.
  init?(_ features: FeatureList, recipe: Recipe, series: [ScoreSeries]) {
    var draws = Draws()
    let candidates = BenchmarkDataset.allCases.compactMap { dataset in
      Scored(features, recipe: recipe, on: dataset, series: series, draws: &draws)
    }
    let best = candidates.max { $0.architectures.count < $1.architectures.count }
    guard let best else { return nil }
    self = best
  }

  private init?(
    _ features: FeatureList, recipe: Recipe, on dataset: BenchmarkDataset,
    series: [ScoreSeries], draws: inout Draws
  ) {
    let space = NASBench201Space(
      skeleton: NASBench201Skeleton(classes: dataset.classCount, resolution: dataset.resolution))
    var found: [String: ScoreSeries] = [:]
    for proxy in features.proxies where !(proxy is any CostProxy) {
      let batch = proxy is any FisherProxy ? 16 : 64
      let evaluator = Evaluator(
        space: space, proxies: [proxy], settings: ScoringSettings(recipe: recipe, batch: batch),
        seed: 0, threads: 1, images: SyntheticImages())
      guard let fullest = series.fullest(of: proxy, by: evaluator) else { return nil }
      found[proxy.name] = fullest
    }
    let live = NASBench201Population.live
    let networks = live.architectures.filter { architecture in
      found.values.allSatisfy { $0.records[architecture] != nil }
    }
    // In the order of the command, so that it draws the same networks for training.
    let architectures = draws.order(Set(networks), of: live)
    var scores = found.mapValues { series in
      architectures.compactMap { series.records[$0]?.score }
    }
    for case let cost as any CostProxy in features.proxies {
      scores[cost.name] = architectures.map { cost.score(of: $0, in: space) }
    }
    self.architectures = architectures
    self.scores = scores
    guard let store = found.values.map(\.store).min() else {
      setting = ""
      options = []
      return
    }
    setting = "scores of the \(dataset) networks, \(recipe.rawValue)"
    options =
      ["--sample \(architectures.count) --scored-for \(dataset.rawValue)"]
      + ["--recipe \(recipe.rawValue) --batch 64 --vkdnw-batch 16"]
      + (found.values.contains { $0.settings["images"] != nil } ? ["--images synthetic"] : [])
      + ["--store \(store)"]
  }
}
