public import Formats
internal import Ranking
public import Scoring
public import Spaces
public import Studies

/// How well learned rankings order the networks that they were not trained on.
public struct LearnedRankingReport: Report {
  /// The metrics of one seed, each `nil` where it is undefined.
  public struct Run: Hashable, Sendable {
    /// The seed of draw and forest.
    public let seed: UInt64
    /// Kendall's tau-b, Spearman's rho and nDCG.
    public let metrics: [Double?]

    /// Measures a ranking.
    ///
    /// - Parameters:
    ///   - ranking: the ranking.
    ///   - accuracies: the accuracy of each network, the training ones included.
    ///   - cutoff: the number of positions that nDCG looks at.
    public init(_ ranking: LearnedRanking, accuracies: [Double], cutoff: Int) {
      let correlations = rankCorrelations(
        ranking.predictions, ranking.others.map { accuracies[$0] }, at: cutoff, bootstrap: nil)
      seed = ranking.seed
      metrics = [correlations.kendall, correlations.spearman, correlations.ndcg].map {
        $0?.value
      }
    }
  }

  /// How much tau falls where a feature is exchanged among the networks.
  public struct Importance: Hashable, Sendable {
    /// The name of the feature.
    public let feature: String
    /// Over exchanges and seeds.
    let loss: MeanAndDeviation

    /// Joins the losses of a feature.
    public init(feature: String, losses: [Double]) {
      self.feature = feature
      loss = MeanAndDeviation(losses)
    }
  }

  /// What all runs have in common.
  public struct Context: Hashable, Sendable {
    /// The sources of the features, with commas between them.
    public var features: String
    /// The number of features.
    public var featureCount: Int
    /// The data set of the accuracies.
    public var dataset: BenchmarkDataset
    /// The population that the networks were drawn from.
    public var population: NASBench201Population
    /// The number of networks, the training ones included.
    public var networks: Int
    /// The number of training networks.
    public var training: Int
    /// The number of trees.
    public var trees: Int
    /// The number of positions that nDCG looks at.
    public var cutoff: Int

    /// Joins the parts.
    public init(
      features: String, featureCount: Int, dataset: BenchmarkDataset,
      population: NASBench201Population, networks: Int, training: Int, trees: Int, cutoff: Int
    ) {
      self.features = features
      self.featureCount = featureCount
      self.dataset = dataset
      self.population = population
      self.networks = networks
      self.training = training
      self.trees = trees
      self.cutoff = cutoff
    }
  }

  /// What all runs have in common.
  public let context: Context
  /// A run for each seed.
  public let runs: [Run]
  /// The features, the most important first, or `nil` where nobody asked.
  public let importances: [Importance]?

  private static let names = ["kendall", "spearman", "ndcg"]

  /// Creates a report.
  ///
  /// - Parameters:
  ///   - context: what all runs have in common.
  ///   - runs: a run for each seed, at least one.
  ///   - importances: the features in their order, or `nil` where nobody asked.
  public init(_ context: Context, runs: [Run], importances: [Importance]?) {
    precondition(!runs.isEmpty, "a report on no run")
    self.context = context
    self.runs = runs
    // Sorting is stable, so that equal ones keep the order of the features.
    self.importances = importances?.sorted { $0.loss.mean > $1.loss.mean }
  }

  /// Each metric over the seeds, `nil` where a seed has none.
  private var summaries: [MeanAndDeviation?] {
    Self.names.indices.map { metric in
      let values = runs.compactMap { $0.metrics[metric] }
      return values.count == runs.count ? MeanAndDeviation(values) : nil
    }
  }

  /// The means with their deviations, and the ten most important features.
  public func table(_ layout: TableLayout) -> String {
    var table = TextTable([
      .init("features", .left).with(.shortened(least: 12)), .init("number", .right, short: "no."),
      .init("trees", .right), .init("trained on", .right, short: "train"),
      .init("Kendall tau-b", .left, short: "tau"), .init("Spearman rho", .left, short: "rho"),
      .init("nDCG@\(context.cutoff)", .left), .init("networks", .right, short: "n"),
      .init("seeds", .right),
    ])
    table.add(
      [
        context.features, "\(context.featureCount)", "\(context.trees)", grouped(context.training),
      ] + summaries.map { $0?.text ?? "undefined" } + [
        grouped(context.networks - context.training), "\(runs.count)",
      ])
    guard let importances else { return table.text(layout) }
    var losses = TextTable([("feature", .left), ("loss of tau", .left)])
    for importance in importances.prefix(10) {
      losses.add([importance.feature, importance.loss.text])
    }
    return table.text(layout) + "\n" + losses.text(layout)
  }

  /// The means and the runs, after what they were computed from.
  public var json: JSONValue {
    var members = [
      JSONValue.Member("dataset", .text(context.dataset.rawValue)),
      JSONValue.Member("population", .text(context.population.rawValue)),
      JSONValue.Member("features", .text(context.features)),
      JSONValue.Member("featureCount", .integer(context.featureCount)),
      JSONValue.Member("trees", .integer(context.trees)),
      JSONValue.Member("training", .integer(context.training)),
      JSONValue.Member("networks", .integer(context.networks - context.training)),
      JSONValue.Member("ndcgAt", .integer(context.cutoff)),
    ]
    members += zip(Self.names, summaries).map { JSONValue.Member($0, $1?.json ?? .null) }
    members.append(JSONValue.Member("runs", .array(lines)))
    if let importances {
      members.append(
        JSONValue.Member(
          "importance",
          .array(
            importances.map { ["feature": .text($0.feature), "kendallLoss": $0.loss.json] })))
    }
    return .object(members)
  }

  /// One object for each seed.
  public var lines: [JSONValue] {
    runs.map { run in
      .object(
        [JSONValue.Member("seed", .unsigned(run.seed))]
          + zip(Self.names, run.metrics).map { JSONValue.Member($0, .optional($1)) })
    }
  }

  /// The seed and the metrics.
  public var header: [String] { Self.header }
  /// The names of the columns of `csv`.
  public static var header: [String] { ["seed"] + names }
  /// One record for each seed.
  public var records: [[String]] { runs.map { ["\($0.seed)"] + $0.metrics.map(cell) } }
}

/// The mean of numbers and their standard deviation, with n - 1; `nil` of a single one.
struct MeanAndDeviation: Hashable {
  let mean: Double
  let deviation: Double?

  /// Summarises at least one number.
  init(_ values: [Double]) {
    let mean = values.reduce(0, +) / Double(values.count)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    self.mean = mean
    deviation = values.count > 1 ? (squares / Double(values.count - 1)).squareRoot() : nil
  }

  var text: String {
    decimals(mean, 3) + (deviation.map { " +- " + decimals($0, 3) } ?? "")
  }

  var json: JSONValue { ["mean": .number(mean), "deviation": .optional(deviation)] }
}
