@testable import Ranking

/// Random tables and slow definitions for trees and forests.
enum ForestSamples {
  /// Rows of features, each with its own number of levels, and targets that depend on the first two.
  ///
  /// - Parameters:
  ///   - rows: the number of rows.
  ///   - levels: the number of levels of each feature, 0 for one that hardly repeats.
  ///   - distinctTargets: targets are rounded to so many steps, 0 for none.
  ///   - seed: the seed.
  /// - Returns: the features and the targets.
  /// - Throws: nothing, as all numbers are finite.
  static func table(
    rows: Int, levels: [Int], distinctTargets: Int = 0, seed: UInt64
  ) throws -> (features: FeatureMatrix, targets: [Double]) {
    var generator = SplitMix64(seed: seed)
    var targets: [Double] = []
    let values = (0..<rows).map { _ in
      let row = levels.map { count in
        count == 0 ? generator.uniform() : Double(generator.index(below: count)) / 2
      }
      let second = row.count > 1 ? row[1] : 0
      let target = row[0] * 3 - second * second + generator.uniform()
      let steps = Double(distinctTargets)
      targets.append(distinctTargets == 0 ? target : (target * steps).rounded() / steps)
      return row
    }
    return (try FeatureMatrix(rows: values, featureCount: levels.count), targets)
  }

  /// The sum of squared distances from the mean.
  static func error(_ targets: [Double]) -> Double {
    let mean = targets.reduce(0, +) / Double(targets.count)
    return targets.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
  }

  /// The prediction of a tree that is grown as the definition says: every split of every feature is
  /// tried, and the two sides are grown apart.
  ///
  /// - Parameters:
  ///   - row: what is predicted.
  ///   - rows: the features of the training rows.
  ///   - targets: their targets.
  /// - Returns: the mean of the targets in the leaf.
  static func slowPrediction(
    for row: [Double], rows: [[Double]], targets: [Double]
  ) -> Double {
    if Set(targets).count == 1 { return targets[0] }
    guard let split = slowSplit(rows: rows, targets: targets) else {
      return targets.reduce(0, +) / Double(targets.count)
    }
    let side = row[split.feature] <= split.threshold
    let members = rows.indices.filter { (rows[$0][split.feature] <= split.threshold) == side }
    return slowPrediction(
      for: row, rows: members.map { rows[$0] }, targets: members.map { targets[$0] })
  }

  /// The best split by the errors of its two sides, of equal ones the lowest feature and threshold.
  static func slowSplit(
    rows: [[Double]], targets: [Double]
  ) -> (feature: Int, threshold: Double, reduction: Double)? {
    var best: (feature: Int, threshold: Double, reduction: Double)?
    let whole = error(targets)
    for feature in rows[0].indices {
      let levels = Set(rows.map { $0[feature] }).sorted()
      for (lower, upper) in zip(levels, levels.dropFirst()) {
        let threshold = (lower + upper) / 2
        func side(_ isLeft: Bool) -> [Double] {
          rows.indices.filter { (rows[$0][feature] <= threshold) == isLeft }.map { targets[$0] }
        }
        let reduction = whole - error(side(true)) - error(side(false))
        // Rounding must not make one of two equal splits the better one.
        if reduction > (best?.reduction ?? -1) + 1e-9 * (1 + whole) {
          best = (feature, threshold, reduction)
        }
      }
    }
    return best
  }
}

extension SplitMix64 {
  /// A number from 0 up to but not including 1.
  mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }
}

extension FeatureMatrix {
  /// The rows as they were given.
  var rows: [[Double]] {
    (0..<rowCount).map { row in (0..<featureCount).map { self[row, $0] } }
  }
}
