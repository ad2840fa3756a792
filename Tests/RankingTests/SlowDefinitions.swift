import Foundation
import Ranking

// Every metric once more, written down as it is defined, in quadratic time and without sharing
// anything with the library.

enum Slow {
  static func averageRanks(_ values: [Double]) -> [Double] {
    values.map { value in
      let below = values.count { $0 < value }
      let equal = values.count { $0 == value }
      return Double(below) + Double(equal + 1) / 2
    }
  }

  static func denseRanks(_ values: [Double]) -> [Int] {
    values.map { value in Set(values.filter { $0 < value }).count + 1 }
  }

  static func kendallTau(_ scores: [Double], _ accuracies: [Double]) -> Double? {
    var surplus = 0.0
    var untiedScore = 0.0
    var untiedAccuracy = 0.0
    for i in scores.indices {
      for j in scores.indices where j < i {
        let score = scores[i] == scores[j] ? 0.0 : scores[i] > scores[j] ? 1 : -1
        let accuracy = accuracies[i] == accuracies[j] ? 0.0 : accuracies[i] > accuracies[j] ? 1 : -1
        surplus += score * accuracy
        untiedScore += score * score
        untiedAccuracy += accuracy * accuracy
      }
    }
    let product = untiedScore * untiedAccuracy
    return product == 0 ? nil : surplus / sqrt(product)
  }

  static func spearmanRho(_ scores: [Double], _ accuracies: [Double]) -> Double? {
    let x = averageRanks(scores)
    let y = averageRanks(accuracies)
    let mean = Double(x.count + 1) / 2
    let covariance = zip(x, y).reduce(0) { $0 + ($1.0 - mean) * ($1.1 - mean) }
    let product =
      x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      * y.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return product == 0 ? nil : covariance / sqrt(product)
  }

  /// The gain of an order of accuracies, over that of the best order.
  static func gain(ordered accuracies: [Double], at cutoff: Int) -> Double {
    func sum(_ order: [Double]) -> Double {
      order.prefix(cutoff).enumerated().reduce(0) { sum, item in
        sum + (pow(2, item.element) - 1) / log2(Double(item.offset + 2))
      }
    }
    return sum(accuracies) / sum(accuracies.sorted(by: >))
  }

  /// The mean gain of each tied group in the place of the gain of its members.
  static func averagedGain(_ scores: [Double], _ accuracies: [Double], at cutoff: Int) -> Double {
    let gains = scores.map { score in
      let group = scores.indices.filter { scores[$0] == score }.map { pow(2, accuracies[$0]) - 1 }
      return group.reduce(0, +) / Double(group.count)
    }
    func sum(_ order: [Double]) -> Double {
      order.prefix(cutoff).enumerated().reduce(0) { $0 + $1.element / log2(Double($1.offset + 2)) }
    }
    let order = scores.indices.sorted { scores[$0] > scores[$1] }.map { gains[$0] }
    let ideal = sum(accuracies.map { pow(2, $0) - 1 }.sorted(by: >))
    return ideal == 0 ? 0 : sum(order) / ideal
  }
}

/// SplitMix64 as published: the generator that the documentation of the intervals names.
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  /// Scores and accuracies with ties in both; the fewer levels, the more ties.
  mutating func columns(
    _ count: Int, scoreLevels: Int, accuracyLevels: Int
  ) -> (scores: [Double], accuracies: [Double]) {
    var scores: [Double] = []
    var accuracies: [Double] = []
    for _ in 0..<count {
      let level = Int.random(in: 0..<accuracyLevels, using: &self)
      let noise = Int.random(in: 0..<scoreLevels, using: &self)
      accuracies.append(94 - Double(level) * 80 / Double(accuracyLevels))
      // Half noise, half signal, so that the metrics are neither 0 nor 1.
      let signal = (accuracyLevels - 1 - level) * scoreLevels / accuracyLevels
      scores.append(Double(Bool.random(using: &self) ? noise : signal) / 3)
    }
    return (scores, accuracies)
  }
}

/// Sizes and numbers of levels that cover few and many ties, and the smallest collections.
let shapes: [(count: Int, scoreLevels: Int, accuracyLevels: Int)] = [
  (2, 2, 2), (3, 2, 2), (5, 3, 9), (17, 4, 5), (40, 1000, 1000), (64, 7, 30), (101, 60, 3),
  (160, 20, 20),
]
