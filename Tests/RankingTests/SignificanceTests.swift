import Foundation
import Ranking
import Testing

@Suite("Significance")
struct SignificanceTests {
  @Test("The exact probability is the share of permutations with a tau as large", arguments: 2...7)
  func permutations(count: Int) throws {
    let accuracies = (0..<count).map(Double.init)
    var taus: [Int] = []
    var orders: [[Double]] = []
    permute(accuracies) { order in
      let pairs = PairCounts(order, accuracies)
      taus.append(abs(pairs.concordant - pairs.discordant))
      orders.append(order)
    }
    for (index, order) in orders.enumerated().filter({ $0.offset % 37 == 0 }) {
      let share = Double(taus.count { $0 >= taus[index] }) / Double(taus.count)
      #expect(agrees(kendallSignificance(order, accuracies), share, tolerance: 1e-13))
    }
  }

  @Test("Student's tails equal their closed forms for one, two and four degrees of freedom")
  func student() throws {
    // Rho of an order is known from its ranks, and so is the distribution for few degrees.
    for (scores, degrees) in [
      ([2.0, 1, 3], 1), ([1.0, 3, 2, 4], 2), ([2.0, 1, 4, 3], 2), ([1.0, 2, 4, 3, 6, 5], 4),
      ([6.0, 2, 5, 3, 4, 1], 4), ([4.0, 2, 6, 1, 5, 3], 4),
    ] {
      let accuracies = scores.indices.map(Double.init)
      let rho = try #require(spearmanRho(scores, accuracies))
      let t = abs(rho) * sqrt(Double(degrees) / (1 - rho * rho))
      let expected =
        switch degrees {
        case 1: 1 - 2 / Double.pi * atan(t)
        case 2: 1 - t / sqrt(2 + t * t)
        default: 1 - (t / sqrt(4 + t * t)) * (1 + 0.5 * 4 / (4 + t * t))
        }
      #expect(agrees(spearmanSignificance(scores, accuracies), expected, tolerance: 1e-11))
    }
  }

  @Test("The Gaussian probability is near the exact one where it takes over")
  func handover() throws {
    let scores = (0..<50).map { (number: Int) -> Double in
      let shuffled = number * 23 % 53
      return Double(shuffled) + 0.301 * Double(number)
    }
    let accuracies = scores.indices.map(Double.init)
    // One tie decides for the Gaussian, and moves tau by no more than one pair of 1,225.
    var tied = accuracies
    tied[1] = tied[0]
    let exact = try #require(kendallSignificance(scores, accuracies))
    let gauss = try #require(kendallSignificance(scores, tied))
    #expect(exact > 0.001 && exact < 0.2)
    #expect(exact != gauss)
    #expect(abs(exact - gauss) < 0.05 * exact)
  }

  @Test("Probabilities shrink with more networks and never leave 0 ... 1")
  func sizes() throws {
    for count in [3, 10, 60, 2000] {
      var generator = SeededGenerator(seed: UInt64(count))
      let (s, a) = generator.columns(count, scoreLevels: 9, accuracyLevels: 1000)
      for p in [kendallSignificance(s, a), spearmanSignificance(s, a)] {
        #expect(try (0...1).contains(#require(p)), "\(count) networks")
      }
      if count == 2000 { #expect(try #require(spearmanSignificance(s, a)) < 1e-20) }
    }
  }

  @Test("Perfect agreement is 0 for rho and 2 / n! for tau")
  func perfect() {
    let values = (0..<8).map(Double.init)
    #expect(spearmanSignificance(values, values) == 0)
    #expect(agrees(kendallSignificance(values, values), 2.0 / 40_320, tolerance: 1e-14))
    #expect(kendallSignificance([1, 2], [1, 2]) == 1)
  }

  @Test("What has no correlation has no significance")
  func undefined() {
    #expect(kendallSignificance([], []) == nil)
    #expect(kendallSignificance([1, 1, 1], [1, 2, 3]) == nil)
    #expect(spearmanSignificance([1, 2], [1, 2]) == nil)
    #expect(spearmanSignificance([1, 1, 1], [1, 2, 3]) == nil)
    #expect(spearmanSignificance([1, 2, 3, 4], [1, 2, 2, 1]) == 1)
  }

  private func permute(_ values: [Double], _ body: ([Double]) -> Void) {
    var values = values
    func place(_ position: Int) {
      guard position < values.count else { return body(values) }
      for other in position..<values.count {
        values.swapAt(position, other)
        place(position + 1)
        values.swapAt(position, other)
      }
    }
    place(0)
  }
}
