internal import Formats
public import Ranking
public import Scoring
public import Spaces

/// A learned ranking as it is kept in a file: a forest, and everything that its features depend on.
public struct RankingModel: Hashable, Sendable {
  /// A source of features, with what its scores depend on where it is a proxy.
  public struct Source: Hashable, Sendable {
    /// Scores of a proxy.
    public struct Scores: Hashable, Sendable {
      /// The settings of the records, as canonical JSON.
      public var settings: String
      /// The seed of weights and inputs.
      public var seed: UInt64
      /// What stands for an undefined score.
      public var fallback: Double

      /// Joins the parts.
      public init(settings: String, seed: UInt64, fallback: Double) {
        self.settings = settings
        self.seed = seed
        self.fallback = fallback
      }
    }

    /// The name of the source.
    public var name: String
    /// The scores, `nil` for graph features.
    public var scores: Scores?

    /// The name of the proxy, which may stand in a logarithm.
    var proxyName: String { FeatureList.Source.argument(of: name) ?? name }

    /// Creates a source.
    public init(name: String, scores: Scores? = nil) {
      self.name = name
      self.scores = scores
    }
  }

  /// The version of the package that trained it.
  public var version: String
  /// The data set of the accuracies.
  public var dataset: BenchmarkDataset
  /// The data set whose classes and resolution the scored networks have.
  public var scoredFor: BenchmarkDataset
  /// The population that the networks were drawn from.
  public var population: NASBench201Population
  /// Channels of the networks' first stage.
  public var width: Int
  /// Cells of each of their stages.
  public var cells: Int
  /// The seed of draw and forest.
  public var seed: UInt64
  /// The training networks, in the order in which they were drawn.
  public var training: [NASBench201Architecture]
  /// The sources of the features.
  public var sources: [Source]
  /// The names of the features.
  public var features: [String]
  /// The arguments of `tfnas evaluate` that compute the scores, besides proxies and store.
  public var scoreArguments: [String]
  /// The forest.
  public var forest: RandomForest

  /// Joins the parts.
  public init(
    version: String = packageVersion, dataset: BenchmarkDataset,
    scoredFor: BenchmarkDataset? = nil, population: NASBench201Population, width: Int, cells: Int,
    seed: UInt64,
    training: [NASBench201Architecture], sources: [Source], features: [String],
    scoreArguments: [String] = [], forest: RandomForest
  ) {
    precondition(
      features.count == forest.featureCount,
      "\(features.count) names for \(forest.featureCount) features")
    self.version = version
    self.dataset = dataset
    self.scoredFor = scoredFor ?? dataset
    self.population = population
    self.width = width
    self.cells = cells
    self.seed = seed
    self.training = training
    self.sources = sources
    self.features = features
    self.scoreArguments = scoreArguments
    self.forest = forest
  }

  /// The space of the networks that the model speaks of.
  public var space: NASBench201Space {
    NASBench201Space(
      skeleton: NASBench201Skeleton(
        channels: width, cells: cells, classes: scoredFor.classCount,
        resolution: scoredFor.resolution))
  }

  /// What stands for an undefined score, by proxy.
  public var fallbacks: [String: Double] {
    Dictionary(
      sources.compactMap { source in source.scores.map { (source.proxyName, $0.fallback) } }
    ) { first, _ in first }
  }

  /// The features as this version computes them.
  ///
  /// - Parameter proxies: the proxies that there are.
  /// - Returns: the features.
  /// - Throws: a ``RankingModelError/Problem`` where they are not those of the model.
  public func featureList(
    proxies: [any Proxy] = AllProxies.list
  ) throws(RankingModelError.Problem) -> FeatureList {
    let list: FeatureList
    do { list = try FeatureList(names: sources.map(\.name), proxies: proxies) } catch {
      throw .otherFeatures("\(error)")
    }
    for (source, known) in zip(sources, list.sources) {
      let isProxy = known.proxy != nil
      if isProxy != (source.scores != nil) {
        throw .otherFeatures("'\(source.name)' \(isProxy ? "lacks" : "has") settings of scores")
      }
    }
    for (number, name) in list.names.enumerated() where features.dropFirst(number).first != name {
      let found = features.dropFirst(number).first.map { "'\(SafeTensorsError.printable($0))'" }
      throw .otherFeatures(
        "feature \(number + 1) is \(found ?? "missing") where this version has '\(name)'")
    }
    if features.count > list.names.count {
      throw .otherFeatures(
        "\(features.count) features where this version has \(list.names.count)")
    }
    return list
  }
}
