import Foundation
import Ranking
import Testing

@Suite("Kendall's tau-b and Spearman's rho")
struct CorrelationTests {
  /// The summation order of the definitions differs; a few hundred terms lose at most this much.
  let tolerance = 1e-13

  @Test("Both equal their definitions, ties included", arguments: shapes.indices)
  func definitions(shape: Int) throws {
    let (count, scoreLevels, accuracyLevels) = shapes[shape]
    for seed in 0..<20 {
      var generator = SeededGenerator(seed: UInt64(100 * shape + seed))
      let (s, a) = generator.columns(
        count, scoreLevels: scoreLevels, accuracyLevels: accuracyLevels)
      let tau = Slow.kendallTau(s, a)
      let rho = Slow.spearmanRho(s, a)
      #expect((kendallTau(s, a) == nil) == (tau == nil), "seed \(seed)")
      #expect((spearmanRho(s, a) == nil) == (rho == nil), "seed \(seed)")
      if let tau { #expect(agrees(kendallTau(s, a), tau, tolerance: tolerance), "seed \(seed)") }
      if let rho, abs(rho) > 1e-6 {
        #expect(agrees(spearmanRho(s, a), rho, tolerance: 1e-9), "seed \(seed)")
      }
    }
  }

  @Test("The pairs of all kinds add up to all pairs")
  func pairs() {
    var generator = SeededGenerator(seed: 1)
    let (s, a) = generator.columns(150, scoreLevels: 12, accuracyLevels: 9)
    let pairs = PairCounts(s, a)
    let sum =
      pairs.concordant + pairs.discordant + pairs.tiedInScore + pairs.tiedInAccuracy
      + pairs.tiedInBoth
    #expect(sum == 150 * 149 / 2)
    #expect(pairs.tiedInBoth > 0 && pairs.tiedInScore > 0 && pairs.tiedInAccuracy > 0)
  }

  @Test("Strictly increasing transformations, permutations and exchange change no bit")
  func invariances() {
    var generator = SeededGenerator(seed: 2)
    for levels in [3, 20, 1000] {
      let (s, a) = generator.columns(120, scoreLevels: levels, accuracyLevels: levels)
      let tau = kendallTau(s, a)
      let rho = spearmanRho(s, a)
      #expect(tau != nil)
      #expect(kendallTau(s.map { exp($0 / 400) * 7 - 3 }, a.map { $0 * $0 }) == tau)
      #expect(spearmanRho(s.map { exp($0 / 400) * 7 - 3 }, a.map { $0 * $0 }) == rho)
      let order = s.indices.shuffled(using: &generator)
      #expect(kendallTau(order.map { s[$0] }, order.map { a[$0] }) == tau)
      #expect(spearmanRho(order.map { s[$0] }, order.map { a[$0] }) == rho)
      #expect(kendallTau(a, s) == tau)
      #expect(spearmanRho(a, s) == rho)
    }
  }

  @Test("A change of sign negates both")
  func signs() throws {
    var generator = SeededGenerator(seed: 3)
    for levels in [2, 15, 1000] {
      let (s, a) = generator.columns(90, scoreLevels: levels, accuracyLevels: levels)
      let negated = s.map { -$0 }
      #expect(try kendallTau(negated, a) == -#require(kendallTau(s, a)))
      #expect(try spearmanRho(negated, a) == -#require(spearmanRho(s, a)))
    }
  }

  @Test("A column agrees with itself exactly, ties or not")
  func identity() {
    var generator = SeededGenerator(seed: 4)
    for (count, levels) in [(2, 50), (3, 50), (50, 3), (333, 10_000)] {
      var (s, _) = generator.columns(count, scoreLevels: levels, accuracyLevels: levels)
      s[0] = 1e6
      #expect(kendallTau(s, s) == 1)
      #expect(spearmanRho(s, s) == 1)
      #expect(kendallTau(s.map { -$0 }, s) == -1)
      #expect(spearmanRho(s.map { -$0 }, s) == -1)
    }
  }

  @Test("Constants, one network and none have no correlation")
  func undefined() {
    let columns: [(scores: [Double], accuracies: [Double])] = [
      ([], []), ([1], [2]), ([1, 1], [2, 3]), ([1, 2], [3, 3]), ([0, -0.0], [1, 2]),
    ]
    for (s, a) in columns {
      #expect(kendallTau(s, a) == nil)
      #expect(spearmanRho(s, a) == nil)
    }
    #expect(kendallTau([1, 2], [3, 4]) == 1)
    #expect(spearmanRho([1, 2], [4, 3]) == -1)
  }

  @Test("Infinite scores are the last and the first")
  func infinities() {
    let a = [50.0, 60, 70, 80]
    #expect(kendallTau([-.infinity, 0, 1, .infinity], a) == 1)
    #expect(spearmanRho([-.infinity, -.infinity, 1, 2], a) == spearmanRho([0, 0, 1, 2], a))
  }

  @Test("As many networks as a whole benchmark have exact counts")
  func large() {
    // 150,000 networks in ascending order except that the two halves are exchanged: all pairs
    // between the halves are discordant, which 32 bits could not count.
    let half = 75_000
    let scores = (0..<2 * half).map { Double(($0 + half) % (2 * half)) }
    let accuracies = (0..<2 * half).map(Double.init)
    let pairs = PairCounts(scores, accuracies)
    #expect(pairs.discordant == half * half)
    #expect(pairs.concordant == half * (half - 1))
  }

  @Test("The tie example has the values of SciPy")
  func ties() throws {
    let ties = try Golden.load().ties
    let pairs = PairCounts(ties.x, ties.y)
    #expect(pairs.concordant == ties.concordant)
    #expect(pairs.discordant == ties.discordant)
    #expect(pairs.tiedInScore == ties.tiesOnlyX)
    #expect(pairs.tiedInAccuracy == ties.tiesOnlyY)
    #expect(agrees(kendallTau(ties.x, ties.y), ties.kendall.tauB))
    #expect(agrees(spearmanRho(ties.x, ties.y), ties.spearman.rho))
    #expect(agrees(kendallSignificance(ties.x, ties.y), ties.kendall.pValue))
    #expect(agrees(spearmanSignificance(ties.x, ties.y), ties.spearman.pValue))
  }

  @Test(
    "The toy rankings of the paper have the values of SciPy",
    arguments: ["damaged_top", "perfect_top"])
  func toy(name: String) throws {
    let toy = try #require(try Golden.load().toy[name])
    #expect(agrees(kendallTau(toy.score, toy.accuracy), toy.kendall.tauB))
    #expect(agrees(spearmanRho(toy.score, toy.accuracy), toy.spearman.rho))
    #expect(agrees(kendallSignificance(toy.score, toy.accuracy), toy.kendall.pValue))
    #expect(agrees(spearmanSignificance(toy.score, toy.accuracy), toy.spearman.pValue))
  }
}
