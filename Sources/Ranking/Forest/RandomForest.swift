/// Many regression trees, whose predictions are averaged.
///
/// L. Breiman: Random Forests. Machine Learning 45, 2001.
public struct RandomForest: Hashable, Sendable {
  /// The number of features of a network.
  public let featureCount: Int
  /// The trees.
  public let trees: [RegressionTree]

  /// Joins trees.
  ///
  /// - Parameters:
  ///   - trees: at least one, all of which know no further feature.
  ///   - featureCount: the number of features of a network.
  public init(_ trees: [RegressionTree], featureCount: Int) {
    precondition(!trees.isEmpty, "a forest without trees")
    self.trees = trees
    self.featureCount = featureCount
  }

  /// Whether every prediction is a finite number: the largest leaves of all trees have a finite sum.
  public var hasFinitePredictions: Bool {
    trees.reduce(0) { $0 + $1.largestLeaf }.isFinite
  }

  /// The predictions for networks: the mean over the trees, added up in their order.
  ///
  /// - Parameter features: the networks, with as many features as the forest knows.
  /// - Returns: one number for each network.
  public func predictions(for features: FeatureMatrix) -> [Double] {
    predictions(for: features, rows: 0..<features.rowCount)
  }

  /// The predictions for some networks of a table.
  ///
  /// Networks are independent of each other, so shares of a table may be predicted at once.
  ///
  /// - Parameters:
  ///   - features: networks with as many features as the forest knows.
  ///   - rows: those that are wanted.
  /// - Returns: one number for each of them.
  public func predictions(for features: FeatureMatrix, rows: Range<Int>) -> [Double] {
    precondition(
      features.featureCount == featureCount,
      "\(features.featureCount) features for a forest of \(featureCount)")
    var sums = [Double](repeating: 0, count: rows.count)
    // A block of rows stays in the cache while all trees pass over it.
    for start in stride(from: 0, to: rows.count, by: 256) {
      let block = start..<min(start + 256, rows.count)
      for tree in trees {
        let nodes = tree.nodes.span
        let values = features.values.span
        var target = sums.mutableSpan
        for row in block {
          target[row] += RegressionTree.prediction(
            nodes, values, (rows.lowerBound + row) * featureCount)
        }
      }
    }
    return sums.map { $0 / Double(trees.count) }
  }
}
