import Foundation
import Ranking
import Testing

@Suite("Shares of random orders")
struct RandomOrdersTests {
  private func shares(
    _ s: [Double], _ a: [Double], at cutoff: Int = 10, draws: Int, seed: UInt64 = 1
  ) -> RandomOrderShares {
    randomOrderShares(below: s, a, at: cutoff, orders: RandomOrders(draws: draws, seed: seed))
  }

  private func values(_ shares: RandomOrderShares) -> [RandomOrderShare?] {
    [shares.kendall, shares.spearman, shares.ndcg]
  }

  private func permutations(_ values: [Double]) -> [[Double]] {
    guard values.count > 1 else { return [values] }
    return values.indices.flatMap { index in
      var rest = values
      let first = rest.remove(at: index)
      return permutations(rest).map { [first] + $0 }
    }
  }

  /// The share of columns of scores with a metric below that of the first, from the definitions.
  private func below(
    _ metric: ([Double], [Double]) -> Double?, _ s: [Double], _ others: [[Double]], _ a: [Double]
  ) -> Double {
    let observed = metric(s, a) ?? .nan
    return Double(others.count { metric($0, a) ?? .nan < observed - 1e-11 }) / Double(others.count)
  }

  @Test("Few networks: the share of all orders, from the definitions", arguments: 2...6)
  func enumerated(count: Int) {
    var generator = SeededGenerator(seed: UInt64(count) + 60)
    for levels in [3, 40] {
      var (s, a) = generator.columns(count, scoreLevels: levels, accuracyLevels: levels)
      // Close accuracies, so that sums of gains lose none of them.
      a = a.map { 80 + $0 / 10 }
      (s[0], a[0], a[1]) = (1e3, 82, 83)
      let orders = permutations(s)
      let found = shares(s, a, at: 3, draws: orders.count)
      #expect(found.isExact && found.orders == orders.count)
      #expect(found.kendall?.below == below(Slow.kendallTau, s, orders, a))
      #expect(found.spearman?.below == below(Slow.spearmanRho, s, orders, a))
      #expect(
        found.ndcg?.below == below({ Slow.averagedGain($0, $1, at: 3) }, s, orders, a),
        "\(s) \(a)")
      #expect(values(found).allSatisfy { $0?.standardError == 0 })
    }
  }

  @Test("Many networks: the share of the orders that the documentation describes")
  func drawn() throws {
    let count = 40
    var generator = SeededGenerator(seed: 71)
    var (s, a) = generator.columns(count, scoreLevels: 9, accuracyLevels: 12)
    a = a.map { 80 + $0 / 10 }
    // Less signal, so that the shares are far from 1.
    s = zip(s, s.shuffled(using: &generator)).map { $0 + 6 * $1 }
    let sorted = s.indices.sorted { (s[$0], a[$0]) > (s[$1], a[$1]) }
    let (scores, accuracies) = (sorted.map { s[$0] }, sorted.map { a[$0] })
    var outputs = SeededGenerator(seed: 8)
    let drawn = (0..<80).map { _ in
      var order = Array(0..<count)
      for position in 0..<(count - 1) {
        let left = UInt64(count - position)
        order.swapAt(position, position + Int(outputs.next().multipliedFullWidth(by: left).high))
      }
      // The network at a position receives the score of that position.
      var column = scores
      for (position, network) in order.enumerated() { column[network] = scores[position] }
      return column
    }
    let found = shares(s, a, at: 7, draws: 80, seed: 8)
    #expect(!found.isExact && found.orders == 80)
    #expect(found.kendall?.below == below(Slow.kendallTau, scores, drawn, accuracies))
    #expect(found.spearman?.below == below(Slow.spearmanRho, scores, drawn, accuracies))
    let gain = { Slow.averagedGain($0, $1, at: 7) }
    #expect(found.ndcg?.below == below(gain, scores, drawn, accuracies))
    for share in values(found) {
      let share = try #require(share)
      #expect(share.below > 0.05 && share.below < 0.999)
      let expected = sqrt(share.below * (1 - share.below) / 80)
      #expect(agrees(share.standardError, expected, tolerance: 1e-12))
    }
  }

  /// Without ties the tail of tau is known: half of the exact two-sided probability.
  @Test("Shares by draws and the exact distribution of tau agree within their error")
  func tau() throws {
    let a = (0..<14).map { 60 + Double($0) }
    let s = a.indices.map { Double($0 * 7 % 17) }
    try #require(try #require(kendallTau(s, a)) > 0)
    let found = try #require(shares(s, a, draws: 4000).kendall)
    let exact = 1 - (try #require(kendallSignificance(s, a))) / 2
    #expect(exact > 0.55 && exact < 0.95)
    #expect(abs(found.below - exact) < 4 * found.standardError)
  }

  @Test("The best order beats all others, the worst none, and a listing changes nothing")
  func ends() throws {
    let a = (0..<9).map { 60 + Double($0 * $0) / 3 }
    for draws in [500, 400_000] {
      let others = draws == 500 ? 1.0 : 1 - 1.0 / 362_880
      let best = shares(a, a, draws: draws)
      #expect(values(best).map { $0?.below } == [others, others, others])
      let worst = shares(a.map { -$0 }, a, draws: draws)
      #expect(values(worst).map { $0?.below } == [0, 0, 0])
      if draws == 500 { #expect(best.kendall?.standardError == 0) }
    }
    var generator = SeededGenerator(seed: 72)
    let (s, b) = generator.columns(50, scoreLevels: 6, accuracyLevels: 9)
    let listing = s.indices.shuffled(using: &generator)
    let found = shares(s, b, draws: 60)
    #expect(shares(listing.map { s[$0] }, listing.map { b[$0] }, draws: 60) == found)
    #expect(shares(s.map { exp($0) }, b, draws: 60) == found)
    #expect(shares(s, b, draws: 60, seed: 2) != found)
  }

  @Test("Undefined metrics have no share")
  func undefined() {
    #expect(values(shares([], [], draws: 9)) == [nil, nil, nil])
    let one = shares([1], [50], draws: 9)
    #expect(one.kendall == nil && one.ndcg?.below == 0 && one.orders == 1)
    let constant = shares([1, 1, 1], [50, 60, 70], draws: 9)
    #expect(constant.kendall == nil && constant.spearman == nil && constant.ndcg?.below == 0)
    #expect(shares([1, 2, 3], [-1, 60, 70], draws: 9).ndcg == nil)
    #expect(shares([1, 2, 3], [0, 0, 0], draws: 9).ndcg?.below == 0)
  }

  @Test("Settings and columns that make no sense are refused")
  func refused() async {
    await #expect(processExitsWith: .failure) { _ = RandomOrders(draws: 0, seed: 1) }
    await #expect(processExitsWith: .failure) {
      _ = randomOrderShares(below: [1, 2], [1], at: 1, orders: RandomOrders(seed: 1))
    }
  }

  /// Counts of all 3,628,800 orders, made with NumPy.
  ///
  /// For nDCG they can be counted by hand, since a better network outweighs all worse ones: below the damaged ranking are 7/10 of the orders,
  /// whose best network stands behind position 3, 7/9 of those where it stands there, and, of the
  /// latter, all but the ranking itself; below the other are all but those that begin like it.
  @Test(
    "The toy rankings of the paper among all orders",
    arguments: [
      ("damaged_top", 3_628_151, 3_627_335, 2_822_399),
      ("perfect_top", 3_624_785, 3_625_897, 3_628_776),
    ])
  func toy(name: String, kendall: Int, spearman: Int, ndcg: Int) throws {
    let toy = try #require(try Golden.load().toy[name])
    let found = shares(toy.score, toy.accuracy, draws: 3_628_800)
    #expect(found.isExact && found.orders == 3_628_800)
    func share(_ count: Int) -> Double { Double(count) / 3_628_800 }
    #expect(found.kendall?.below == share(kendall))
    #expect(found.spearman?.below == share(spearman))
    #expect(found.ndcg?.below == share(ndcg))
    let p = try #require(kendallSignificance(toy.score, toy.accuracy))
    #expect(agrees(found.kendall?.below, 1 - p / 2, tolerance: 1e-12))
    // As the paper does it: 1,000 draws.
    let drawn = try #require(shares(toy.score, toy.accuracy, draws: 1000).ndcg)
    #expect(abs(drawn.below - share(ndcg)) <= 4 * drawn.standardError + 1e-3)
  }
}
