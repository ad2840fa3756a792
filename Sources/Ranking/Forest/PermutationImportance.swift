extension RandomForest {
  /// How much worse predictions become when a feature is exchanged among the networks at random.
  ///
  /// It says what the forest loses with the feature, not what the feature tells by itself: of two
  /// features that tell the same, each replaces the other. Take networks that the forest was not
  /// trained on.
  ///
  /// Repeat r exchanges by Fisher and Yates with SplitMix64, whose seed is output
  /// `feature * repeats + r` of SplitMix64 with the seed.
  ///
  /// L. Breiman: Random Forests. Machine Learning 45, 2001, section 10.
  ///
  /// - Parameters:
  ///   - feature: the number of the feature.
  ///   - features: the networks.
  ///   - repeats: how many exchanges are tried, at least one.
  ///   - seed: the seed of the exchanges.
  ///   - quality: how good predictions are, such as their tau with the accuracies.
  /// - Returns: for each repeat, the quality of the predictions as they are minus that after the
  ///   exchange.
  public func permutationImportance(
    of feature: Int, on features: FeatureMatrix, repeats: Int, seed: UInt64,
    quality: ([Double]) -> Double
  ) -> [Double] {
    precondition(repeats > 0, "\(repeats) repeats")
    precondition((0..<featureCount).contains(feature), "feature \(feature) of \(featureCount)")
    // What no tree asks for cannot matter.
    let isUsed = trees.contains { tree in tree.nodes.contains { $0.feature == Int32(feature) } }
    guard isUsed else { return [Double](repeating: 0, count: repeats) }
    let whole = quality(predictions(for: features))
    return (0..<repeats).map { number in
      var generator = SplitMix64(
        seed: SplitMix64.output(feature * repeats + number, seed: seed))
      var sources = Array(0..<features.rowCount)
      for place in sources.indices {
        sources.swapAt(place, place + generator.index(below: sources.count - place))
      }
      return whole - quality(predictions(for: features.replacing(feature, from: sources)))
    }
  }
}
