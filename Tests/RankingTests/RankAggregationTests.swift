import Foundation
import Ranking
import Testing

@Suite("Aggregation of ranks")
struct RankAggregationTests {
  @Test("The worked example has the ranks and sums of pandas")
  func golden() throws {
    let example = try Golden.load().aggregation
    let expressivity = example.expressivity.map(\.value)
    let trainability = example.trainability.map(\.value)
    let ranks = [
      denseRanks(example.layers, thenBy: example.entropy).map(Double.init),
      averageRanks(filled(example.jacov, undefined: .tiedWithLowest)),
      averageRanks(expressivity), averageRanks(trainability), averageRanks(example.flops),
    ]
    for (component, name) in zip(ranks, ["V", "J", "E", "T", "F"]) {
      #expect(component == example.ranks[name], "\(name)")
    }
    let sums = logRankProduct(ranks)
    #expect(sums.count == example.logSum.count)
    for (sum, (golden, product)) in zip(sums, zip(example.logSum, example.product)) {
      #expect(agrees(sum, golden))
      #expect(agrees(exp(sum), product))
    }
  }

  @Test("The sum orders networks as the product of the ranks does")
  func products() {
    var generator = SeededGenerator(seed: 60)
    let components = (0..<3).map { _ in
      averageRanks(generator.columns(50, scoreLevels: 30, accuracyLevels: 30).scores)
    }
    let sums = logRankProduct(components)
    let products = (0..<50).map { network in components.reduce(1) { $0 * $1[network] } }
    for i in 0..<50 {
      for j in 0..<50 where products[i] > products[j] { #expect(sums[i] > sums[j]) }
    }
  }

  @Test("One component alone ranks as it did")
  func single() {
    let ranks = averageRanks([3, -.infinity, 8, 3, 5])
    #expect(averageRanks(logRankProduct([ranks])) == ranks)
    #expect(logRankProduct([[]]) == [])
  }

  @Test("A constant component changes no order")
  func constant() {
    var generator = SeededGenerator(seed: 61)
    let first = averageRanks(generator.columns(40, scoreLevels: 30, accuracyLevels: 30).scores)
    let flat = averageRanks([Double](repeating: 7, count: 40))
    #expect(averageRanks(logRankProduct([flat, first])) == first)
  }

  @Test("Networks without a value tie with the lowest or stand below it")
  func undefined() {
    let values: [Double?] = [4, nil, 2, nil, 9]
    #expect(averageRanks(filled(values, undefined: .tiedWithLowest)) == [4, 2, 2, 2, 5])
    #expect(averageRanks(filled(values, undefined: .belowAll)) == [4, 1.5, 3, 1.5, 5])
    #expect(filled([1, 2], undefined: .tiedWithLowest) == [1, 2])
    #expect(filled([], undefined: .belowAll) == [])
    for policy in [UndefinedPolicy.tiedWithLowest, .belowAll] {
      #expect(averageRanks(filled([nil, nil, nil], undefined: policy)) == [2, 2, 2])
    }
  }

  @Test("What is not a set of ranks is refused")
  func refused() async {
    await #expect(processExitsWith: .failure) { _ = logRankProduct([]) }
    await #expect(processExitsWith: .failure) { _ = logRankProduct([[1, 2], [1]]) }
    await #expect(processExitsWith: .failure) { _ = logRankProduct([[0, 1]]) }
  }
}
