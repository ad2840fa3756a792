import Testing

@testable import Ranking

/// Forests: seeds, averages, quality, and what features are worth.
@Suite struct RandomForestTests {
  private func forest(
    _ features: FeatureMatrix, _ targets: [Double], trees: Int, seed: UInt64 = 1
  ) -> RandomForest {
    ForestTraining(features, targets: targets, seed: seed).forest(treeCount: trees)
  }

  @Test func theSeedDecidesEveryDigit() throws {
    let (features, targets) = try ForestSamples.table(rows: 150, levels: [0, 4, 9], seed: 1)
    let first = forest(features, targets, trees: 5)
    #expect(first == forest(features, targets, trees: 5))
    #expect(first != forest(features, targets, trees: 5, seed: 2))
    #expect(Set(first.trees).count == 5)
    // A smaller forest is the beginning of a larger one, and trees may be grown in any order.
    let training = ForestTraining(features, targets: targets, seed: 1)
    #expect([4, 2, 0].map(training.tree(number:)) == [4, 2, 0].map { first.trees[$0] })
  }

  /// A tree of drawn rows is the tree of all rows where each stands as often as it was drawn.
  @Test func drawnRowsCountAsOftenAsTheyAreDrawn() throws {
    let (features, targets) = try ForestSamples.table(rows: 80, levels: [0, 4, 3], seed: 2)
    let tree = ForestTraining(features, targets: targets, seed: 7).tree(number: 3)
    var generator = SplitMix64(seed: SplitMix64.output(3, seed: 7))
    let drawn = (0..<80).map { _ in generator.index(below: 80) }
    let repeated = ForestTraining(
      features.selecting(drawn), targets: drawn.map { targets[$0] }, seed: 0)
    let other = repeated.treeOfAllRows
    #expect(tree.preorderFeatures == other.preorderFeatures)
    for row in features.rows {
      #expect(abs(tree.prediction(for: row) - other.prediction(for: row)) < 1e-12)
    }
    #expect(Set(drawn).count < 60, "about 1 - 1/e of 80 rows")
  }

  @Test func outputsOfTheGeneratorByTheirNumber() {
    for seed in [0, 1, UInt64.max] {
      var generator = SplitMix64(seed: seed)
      for number in 0..<5 { #expect(SplitMix64.output(number, seed: seed) == generator.next()) }
    }
  }

  @Test func predictionsAreMeansOverTrees() throws {
    let (features, targets) = try ForestSamples.table(rows: 600, levels: [0, 4, 9], seed: 3)
    let forest = forest(features, targets, trees: 7)
    let predictions = forest.predictions(for: features)
    for (row, prediction) in zip(features.rows, predictions) {
      #expect(prediction == forest.trees.reduce(0) { $0 + $1.prediction(for: row) } / 7)
    }
    // Shares are the same digits as the whole.
    let shares = [0..<1, 1..<300, 300..<600].map { forest.predictions(for: features, rows: $0) }
    #expect(shares.flatMap(\.self) == predictions)
    // No leaf leaves the range of the targets.
    #expect(predictions.allSatisfy { $0 >= targets.min() ?? 0 && $0 <= targets.max() ?? 0 })
  }

  /// On a function that no line fits, the error of a forest is a fraction of the variance.
  @Test func itLearnsAKnownFunction() throws {
    func sample(_ count: Int, seed: UInt64) throws -> (FeatureMatrix, [Double]) {
      var generator = SplitMix64(seed: seed)
      let rows = (0..<count).map { _ in (0..<5).map { _ in generator.uniform() } }
      // Of the kind of Friedman's first test function: products, a square, a line, one without effect.
      let targets = rows.map {
        10 * $0[0] * $0[1] + 20 * ($0[2] - 0.5) * ($0[2] - 0.5) + 10 * $0[3]
      }
      return (try FeatureMatrix(rows: rows, featureCount: 5), targets)
    }
    let (features, targets) = try sample(500, seed: 1)
    let (tests, truths) = try sample(500, seed: 2)
    let forest = forest(features, targets, trees: 30)
    func error(_ predictions: [Double]) -> Double {
      zip(predictions, truths).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    }
    let whole = error(forest.predictions(for: tests))
    #expect(whole < 0.12 * ForestSamples.error(truths))
    // Averages beat the trees that they are made of.
    let single = error(tests.rows.map(forest.trees[0].prediction(for:)))
    #expect(whole < 0.6 * single)

    let importances = (0..<5).map { feature in
      forest.permutationImportance(
        of: feature, on: tests, repeats: 3, seed: 1, quality: { -error($0) / whole }
      ).reduce(0, +) / 3
    }
    #expect(importances[..<4].allSatisfy { $0 > 1 }, "\(importances)")
    #expect(abs(importances[4]) < 0.2, "\(importances)")
    #expect(importances[3] == importances.max(), "\(importances)")
  }

  @Test func whatNoTreeAsksForIsWorthNothing() throws {
    let (features, targets) = try ForestSamples.table(rows: 100, levels: [0, 3], seed: 4)
    let copied = try FeatureMatrix(rows: features.rows.map { $0 + [$0[0]] }, featureCount: 3)
    let forest = forest(copied, targets, trees: 5)
    func importance(_ feature: Int, seed: UInt64) -> [Double] {
      forest.permutationImportance(of: feature, on: copied, repeats: 2, seed: seed) {
        kendallTau($0, targets) ?? 0
      }
    }
    #expect(importance(2, seed: 1) == [0, 0])
    let first = importance(0, seed: 1)
    #expect(first == importance(0, seed: 1) && first != importance(0, seed: 2))
    #expect(first[0] != first[1] && first.allSatisfy { $0 > 0.3 })
  }
}
