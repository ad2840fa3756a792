internal import Dispatch
public import Ranking
internal import Scoring

/// A ranking of networks by a forest that was trained on the accuracies of some of them.
///
/// The training networks are drawn without replacement by the seed, which is also that of the
/// forest; the targets are accuracies in percent as they are. All other networks are ranked by their
/// predictions.
public struct LearnedRanking: Sendable {
  /// How it is trained.
  public struct Settings: Hashable, Sendable {
    /// The number of training networks.
    public var trainingCount: Int
    /// The number of trees.
    public var treeCount: Int
    /// The number of workers, which does not change a digit.
    public var threads: Int

    /// Creates settings.
    public init(trainingCount: Int = 1024, treeCount: Int = 100, threads: Int) {
      self.trainingCount = trainingCount
      self.treeCount = treeCount
      self.threads = threads
    }
  }

  /// The seed of draw and forest.
  public let seed: UInt64
  /// The numbers of the training networks, in the order in which they were drawn.
  public let training: [Int]
  /// The numbers of all other networks, ascending.
  public let others: [Int]
  /// The forest.
  public let forest: RandomForest
  /// A prediction for each of ``others``.
  public let predictions: [Double]
  /// The seconds that the training took.
  public let trainingSeconds: Double
  /// The seconds that the predictions took.
  public let predictionSeconds: Double

  /// Draws networks, trains a forest on them and predicts the others.
  ///
  /// - Parameters:
  ///   - features: a row for each network.
  ///   - accuracies: the accuracy of each network in percent.
  ///   - settings: how many networks are drawn and how many trees are grown.
  ///   - seed: the seed.
  /// - Throws: ``LearnedRankingError`` where nothing could be learned or ranked.
  public init(
    _ features: FeatureMatrix, accuracies: [Double], settings: Settings, seed: UInt64
  ) throws(LearnedRankingError) {
    let count = features.rowCount
    let trainingCount = settings.trainingCount
    guard trainingCount >= 2 else { throw .tooFewTraining(trainingCount) }
    guard count - trainingCount >= 2 else {
      throw .tooFewLeft(networks: count, training: trainingCount)
    }
    training = RandomOrder(count: count, seed: seed, purpose: "training networks")
      .places(0..<trainingCount)
    let drawn = Set(training)
    others = (0..<count).filter { !drawn.contains($0) }
    let targets = training.map { accuracies[$0] }
    guard let accuracy = targets.first, targets.contains(where: { $0 != accuracy }) else {
      throw .constantAccuracies(trainingCount, seed: seed)
    }
    self.seed = seed

    let start = DispatchTime.now().uptimeNanoseconds
    forest = ForestTraining(features.selecting(training), targets: targets, seed: seed)
      .forest(treeCount: settings.treeCount, threads: settings.threads)
    let trained = DispatchTime.now().uptimeNanoseconds
    let tests = features.selecting(others)
    let prepared = DispatchTime.now().uptimeNanoseconds
    predictions = forest.predictions(for: tests, threads: settings.threads)
    trainingSeconds = Double(trained - start) / 1e9
    predictionSeconds = Double(DispatchTime.now().uptimeNanoseconds - prepared) / 1e9
  }
}

/// Why a ranking cannot be learned.
public enum LearnedRankingError: Error, Hashable, Sendable {
  /// A forest needs two networks to learn from.
  case tooFewTraining(Int)
  /// Fewer than two networks are left to be ranked.
  case tooFewLeft(networks: Int, training: Int)
  /// All training networks have the same accuracy.
  case constantAccuracies(Int, seed: UInt64)
}

extension LearnedRankingError: CustomStringConvertible {
  /// One line.
  public var description: String {
    switch self {
    case .tooFewTraining(let count):
      "a ranking is learned from at least 2 networks, not from \(count)"
    case .tooFewLeft(let networks, let training):
      "of \(networks) networks, \(training) for training leave fewer than 2 to be ranked"
    case .constantAccuracies(let count, let seed):
      "the \(count) training networks of seed \(seed) all have the same accuracy"
    }
  }
}
