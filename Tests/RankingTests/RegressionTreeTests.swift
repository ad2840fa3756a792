import Testing

@testable import Ranking

/// One tree: what it learns, which split it takes, and what it may not depend on.
@Suite struct RegressionTreeTests {
  private func tree(_ features: FeatureMatrix, _ targets: [Double]) -> RegressionTree {
    ForestTraining(features, targets: targets, seed: 0).treeOfAllRows
  }

  private func predictions(_ tree: RegressionTree, _ features: FeatureMatrix) -> [Double] {
    features.rows.map(tree.prediction(for:))
  }

  @Test(arguments: [[0], [0, 3, 40], [7, 7, 7, 0]]) func itFitsDifferentRows(levels: [Int]) throws {
    let (features, targets) = try ForestSamples.table(rows: 200, levels: levels, seed: 1)
    let tree = tree(features, targets)
    // A feature that hardly repeats tells all rows apart.
    #expect(predictions(tree, features) == targets)
    #expect(tree.leafCount == 200)
  }

  @Test func leavesHoldTheMeanOfWhatNoFeatureTellsApart() throws {
    let (features, targets) = try ForestSamples.table(rows: 300, levels: [3, 4], seed: 2)
    let tree = tree(features, targets)
    let rows = features.rows
    #expect(tree.leafCount == Set(rows).count)
    for (row, prediction) in zip(rows, predictions(tree, features)) {
      let equal = rows.indices.filter { rows[$0] == row }.map { targets[$0] }
      #expect(abs(prediction - equal.reduce(0, +) / Double(equal.count)) < 1e-12)
    }
  }

  /// The greedy choice against every split of every feature, down to the last leaf.
  @Test(arguments: 0..<20) func itIsTheTreeOfTheDefinition(seed: UInt64) throws {
    let levels = [[2, 3, 2], [0, 5], [40, 2, 0], [1, 3, 3, 3]][Int(seed % 4)]
    let (features, targets) = try ForestSamples.table(
      rows: 60, levels: levels, distinctTargets: seed % 2 == 0 ? 0 : 2, seed: seed)
    let tree = tree(features, targets)
    let (others, _) = try ForestSamples.table(rows: 100, levels: levels, seed: seed + 100)
    for row in features.rows + others.rows {
      let slow = ForestSamples.slowPrediction(for: row, rows: features.rows, targets: targets)
      #expect(abs(tree.prediction(for: row) - slow) < 1e-9)
    }
  }

  /// Narrow and wide columns are searched in different ways and must not be told apart.
  @Test func theNumberOfLevelsChangesNoDigit() throws {
    let (features, targets) = try ForestSamples.table(rows: 400, levels: [20, 30, 5], seed: 3)
    // Rows of no weight give the columns more levels without being there.
    let added = (0..<100).map { [Double](repeating: Double($0) + 0.25, count: 3) }
    let wider = try FeatureMatrix(rows: features.rows + added, featureCount: 3)
    let range = (targets.min() ?? 0, targets.max() ?? 0)
    let table = TrainingTable(features, targets: targets)
    let wide = TrainingTable(wider, targets: targets + added.map { _ in range.0 })
    #expect(table.wideOrders.isEmpty && wide.wideOrders.count == 3)
    var narrowGrower = TreeGrower(table, weights: targets.map { _ in 1 })
    var wideGrower = TreeGrower(wide, weights: targets.map { _ in 1 } + added.map { _ in 0 })
    let narrowTree = narrowGrower.grow()
    let wideTree = wideGrower.grow()
    #expect(narrowTree == wideTree)
    #expect(narrowTree.leafCount > 300)
  }

  @Test func equallyGoodSplitsGoToTheLowestFeatureAndThreshold() throws {
    // Features 1 and 2 separate as well as each other, feature 2 in the opposite direction.
    let rows = [[0, 1, 9], [1, 1, 9], [0, 5, 3], [1, 5, 3]].map { $0.map(Double.init) }
    let features = try FeatureMatrix(rows: rows, featureCount: 3)
    let first = tree(features, [10, 10, 20, 20])
    #expect(first.preorderFeatures == [1, -1, -1])
    #expect(first.preorderValues == [3, 10, 20])
    // Cutting off either end of 0, 1, 2 reduces the error alike.
    let line = try FeatureMatrix(rows: [[0], [1], [2]], featureCount: 1)
    #expect(tree(line, [0, 5, 10]).preorderValues == [0.5, 0, 1.5, 5, 10])
    // Where no split reduces anything, the first one is taken and the next ones do.
    let corners = try FeatureMatrix(rows: [[0, 0], [0, 1], [1, 0], [1, 1]], featureCount: 2)
    let parity = tree(corners, [0, 1, 1, 0])
    #expect(parity.preorderFeatures == [0, 1, -1, -1, 1, -1, -1])
    #expect(predictions(parity, corners) == [0, 1, 1, 0])
  }

  /// Without exact sums the two copies would differ in the last bit and tie by chance.
  @Test func copiesOfFeaturesAreNeverTaken() throws {
    let (features, targets) = try ForestSamples.table(rows: 300, levels: [0, 6, 9], seed: 4)
    // Increasing and decreasing copies of the three.
    let copies = features.rows.map { $0 + $0.map { $0 / 4 } + $0.map { -$0 } }
    let tree = tree(try FeatureMatrix(rows: copies, featureCount: 9), targets)
    #expect(tree.preorderFeatures.allSatisfy { $0 < 3 })
    #expect(tree == self.tree(features, targets))
  }

  @Test func aConstantTargetIsOneLeaf() throws {
    let (features, _) = try ForestSamples.table(rows: 30, levels: [0, 2], seed: 5)
    for target in [0.1, -7, 1e300] {
      let tree = tree(features, [Double](repeating: target, count: 30))
      #expect(tree.preorderFeatures == [-1] && tree.preorderValues == [target])
    }
    let one = try FeatureMatrix(rows: [[1, 2]], featureCount: 2)
    #expect(tree(one, [3]).prediction(for: [9, 9]) == 3)
    let same = try FeatureMatrix(rows: [[1, 2], [1, 2]], featureCount: 2)
    #expect(tree(same, [3, 4]).preorderValues == [3.5])
  }

  @Test func increasingFunctionsOfAFeatureChangeThresholdsOnly() throws {
    let (features, targets) = try ForestSamples.table(rows: 250, levels: [0, 5, 8], seed: 6)
    let mapped = try FeatureMatrix(
      rows: features.rows.map { [$0[0] * $0[0] * 1e6, $0[1] - 100, ($0[2] + 1).squareRoot()] },
      featureCount: 3)
    let plain = tree(features, targets)
    let other = tree(mapped, targets)
    #expect(plain.preorderFeatures == other.preorderFeatures)
    #expect(predictions(plain, features) == predictions(other, mapped))
  }

  /// Sums are exact, so the order of the rows is not even seen in the last bit of a split.
  @Test func theOrderOfTheRowsDoesNotMatter() throws {
    let (features, targets) = try ForestSamples.table(rows: 250, levels: [0, 5, 8], seed: 7)
    let order = (0..<250).map { ($0 * 77) % 250 }
    let other = tree(features.selecting(order), order.map { targets[$0] })
    #expect(tree(features, targets) == other)
  }

  @Test func targetsMayBeShiftedAndScaledByPowersOfTwo() throws {
    let (features, targets) = try ForestSamples.table(
      rows: 200, levels: [4, 5, 3], distinctTargets: 8, seed: 8)
    let plain = tree(features, targets)
    let other = tree(features, targets.map { $0 * 0x1p-300 + 0x1p-290 })
    #expect(plain.preorderFeatures == other.preorderFeatures)
    for (one, two) in zip(predictions(plain, features), predictions(other, features)) {
      #expect(abs(one - (two - 0x1p-290) * 0x1p300) < 1e-12)
    }
  }

  @Test func thresholdsLieBetweenNeighbours() throws {
    let lower = 1.0
    let features = try FeatureMatrix(rows: [[lower], [lower.nextUp]], featureCount: 1)
    #expect(predictions(tree(features, [1, 2]), features) == [1, 2])
    let far = try FeatureMatrix(rows: [[-1.7e308], [1.7e308]], featureCount: 1)
    #expect(tree(far, [1, 2]).preorderValues == [0, 1, 2])
  }

  @Test func preorderReadsBack() throws {
    let (features, targets) = try ForestSamples.table(rows: 100, levels: [0, 4], seed: 9)
    let tree = tree(features, targets)
    let copy = try RegressionTree(
      preorder: tree.preorderFeatures, values: tree.preorderValues, featureCount: 2)
    #expect(copy == tree)
  }

  @Test(arguments: [
    ([], [], RegressionTreeError.truncated), ([0, -1], [1, 2], .truncated),
    ([0, 0, -1, -1], [1, 2, 3, 4], .truncated), ([-1, -1], [1, 2], .trailing(node: 1)),
    ([0, -1, -1, 0], [1, 2, 3, 4], .trailing(node: 3)),
    ([2, -1, -1], [1, 2, 3], .unknownFeature(2, node: 0)),
    ([0, -2, -1], [1, 2, 3], .unknownFeature(-2, node: 1)),
    ([0, -1, -1], [1, .nan, 3], .notFinite(node: 1)),
    ([-1], [1, 2], .differentCounts(features: 1, values: 2)),
  ])
  func whatIsNoTree(features: [Int], values: [Double], expected: RegressionTreeError) {
    let error = #expect(throws: RegressionTreeError.self) {
      try RegressionTree(preorder: features, values: values, featureCount: 2)
    }
    #expect(error == expected)
    #expect(error?.description.contains("\n") == false)
  }

  @Test func tablesWithHoles() throws {
    #expect(throws: FeatureMatrixError.notFinite(row: 1, feature: 0)) {
      try FeatureMatrix(rows: [[1, 2], [.nan, 3]], featureCount: 2)
    }
    #expect(throws: FeatureMatrixError.notFinite(row: 0, feature: 1)) {
      try FeatureMatrix(rows: [[1, .infinity]], featureCount: 2)
    }
    let error = #expect(throws: FeatureMatrixError.self) {
      try FeatureMatrix(rows: [[1, 2], [3]], featureCount: 2)
    }
    #expect(error?.description == "row 1 has 1 features instead of 2")
  }
}
