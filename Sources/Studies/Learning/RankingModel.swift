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

/// What is wrong with a model file.
public struct RankingModelError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The kinds of fault.
  public enum Problem: Error, Hashable, Sendable {
    /// There is no such file.
    case missing
    /// The file cannot be read; the text is the system's reason.
    case unreadable(String)
    /// The file cannot be written; the text is the system's reason.
    case unwritable(String)
    /// The file is something else.
    case noModel
    /// The file has another version of the format.
    case otherFormat(Int)
    /// The file is a model in which something is missing or not what it should be.
    case damaged(String)
    /// The model reads features that this version does not compute.
    case otherFeatures(String)
  }

  /// The path of the file as it was given.
  public let file: String
  /// The fault.
  public let problem: Problem

  /// Creates an error from its parts.
  public init(file: String, problem: Problem) {
    self.file = file
    self.problem = problem
  }

  /// What stands between a file and its bytes.
  init(_ error: FileError) {
    let problem: Problem =
      switch error.problem {
      case .missing: .missing
      case .unreadable(let reason): .unreadable(reason)
      case .unwritable(let reason): .unwritable(reason)
      }
    self.init(file: error.file, problem: problem)
  }

  /// The file and the fault on one line.
  public var description: String {
    "\(SafeTensorsError.printable(file, limit: .max)): \(explanation)"
  }

  private var explanation: String {
    switch problem {
    case .missing: "no such file"
    case .unreadable(let reason): "cannot be read: \(SafeTensorsError.printable(reason))"
    case .unwritable(let reason): "cannot be written: \(SafeTensorsError.printable(reason))"
    case .noModel: "it is no ranking model"
    case .otherFormat(let version):
      "a ranking model of format \(version), this version reads format "
        + "\(RankingModel.formatVersion)"
    case .damaged(let fault): "damaged: \(SafeTensorsError.printable(fault))"
    case .otherFeatures(let difference): "a ranking model with other features: \(difference)"
    }
  }
}
