/// The training of a random forest, tree by tree.
///
/// A tree is grown on as many rows as there are, drawn with replacement; every split looks at all
/// features for the largest reduction of the squared error (``SquaredErrorReduction``); a node is
/// split while it has two rows with different targets that a feature tells apart. Of equally good
/// splits it takes the one of the lowest feature, then of the lowest threshold, which lies halfway
/// between two numbers that occur in the node. Targets that are closer than 2^(2 log2 n - 62) of half
/// their range are equal (n rows).
///
/// Each tree is a pure function of features, targets, seed and its number, so trees may be grown at
/// once and in any order. It does not change if a feature is replaced by an increasing function of
/// it, but for the thresholds.
///
/// L. Breiman: Random Forests. Machine Learning 45, 2001.
public struct ForestTraining: Sendable {
  /// The number of features.
  public let featureCount: Int
  /// The seed of the draws.
  public let seed: UInt64
  private let table: TrainingTable

  /// Prepares a training.
  ///
  /// - Parameters:
  ///   - features: a row for each network, at least one and at most 2^20.
  ///   - targets: a finite number for each network.
  ///   - seed: the seed of the draws; the same seed gives the same digits.
  public init(_ features: FeatureMatrix, targets: [Double], seed: UInt64) {
    precondition(features.rowCount > 0, "a training without networks")
    precondition(
      targets.count == features.rowCount,
      "\(targets.count) targets for \(features.rowCount) networks")
    precondition(targets.allSatisfy(\.isFinite), "a target is not finite")
    featureCount = features.featureCount
    self.seed = seed
    table = TrainingTable(features, targets: targets)
  }

  /// One tree of the forest.
  ///
  /// Draw k of tree t, both counted from 0, is output k of SplitMix64, times the number of rows,
  /// divided by 2^64 and rounded down; the generator's seed is output t of SplitMix64 with the seed
  /// of the training.
  ///
  /// - Parameter number: the number of the tree, from 0.
  /// - Returns: the tree.
  public func tree(number: Int) -> RegressionTree {
    precondition(number >= 0, "tree \(number)")
    var generator = SplitMix64(seed: SplitMix64.output(number, seed: seed))
    var weights = [Int64](repeating: 0, count: table.rowCount)
    for _ in 0..<table.rowCount { weights[generator.index(below: table.rowCount)] += 1 }
    var grower = TreeGrower(table, weights: weights)
    return grower.grow()
  }

  /// The tree of all rows, none of which is drawn: what CART without pruning grows.
  public var treeOfAllRows: RegressionTree {
    var grower = TreeGrower(table, weights: [Int64](repeating: 1, count: table.rowCount))
    return grower.grow()
  }

  /// A forest, grown on one thread.
  ///
  /// - Parameter treeCount: the number of trees, at least one.
  /// - Returns: the forest of the first trees.
  public func forest(treeCount: Int) -> RandomForest {
    RandomForest((0..<treeCount).map(tree(number:)), featureCount: featureCount)
  }
}
