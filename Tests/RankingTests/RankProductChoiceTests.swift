import Ranking
import TestSupport
import Testing

/// What is chosen among products of ranks.
@Suite struct RankProductChoiceTests {
  private func ranks(_ values: [Double]) -> [Double] { averageRanks(values) }

  /// Two members whose product is perfect, each of them alone is not; a third one is noise.
  private func task(_ space: String, seed: UInt64) -> RankProductChoice.Task {
    var generator = SeededGenerator(seed: seed)
    func draw() -> [Double] { (0..<40).map { _ in Double.random(in: 0...1, using: &generator) } }
    let (a, b, noise) = (ranks(draw()), ranks(draw()), ranks(draw()))
    return RankProductChoice.Task(
      space: space, ranks: [a, b, noise], accuracies: zip(a, b).map { $0 * $1 })
  }

  @Test func theProductThatMadeTheAccuraciesIsFound() {
    let choice = RankProductChoice(
      [task("x", seed: 1), task("x", seed: 2), task("y", seed: 3)], atMost: 3, margin: 0.001)
    #expect(choice.chosen.members == [0, 1])
    #expect(abs(choice.chosen.mean - 1) < 1e-12)
    #expect(choice.best.map(\.members.count) == [1, 2, 3])
    #expect(choice.leftOut.map(\.space) == ["x", "y"])
    #expect(choice.leftOut.allSatisfy { $0.members == [0, 1] && $0.coefficient > 1 - 1e-12 })
  }

  /// A wide margin prefers one rank, the better one of them.
  @Test func theMarginBuysParsimony() {
    let tasks = [task("x", seed: 4), task("y", seed: 5)]
    let narrow = RankProductChoice(tasks, atMost: 2, margin: 0)
    let wide = RankProductChoice(tasks, atMost: 2, margin: 1)
    #expect(narrow.chosen.members == [0, 1])
    #expect(wide.chosen.members.count == 1)
    #expect(wide.chosen == wide.best[0])
  }

  /// A space counts once however many tasks it has.
  @Test func spacesWeighTheSame() {
    let x = task("x", seed: 6)
    let y = task("y", seed: 7)
    let two = RankProductChoice([x, y], atMost: 1, margin: 0)
    let many = RankProductChoice([x, x, x, y], atMost: 1, margin: 0)
    #expect(abs(two.chosen.mean - many.chosen.mean) < 1e-12)
    #expect(two.chosen.members == many.chosen.members)
  }

  /// What is constant orders nothing and counts as 0.
  @Test func constantsCountAsZero() {
    let task = RankProductChoice.Task(
      space: "x", ranks: [[1.5, 1.5], [1, 2]], accuracies: [3, 4])
    let choice = RankProductChoice([task], atMost: 1, margin: 0)
    #expect(choice.chosen.members == [1] && choice.leftOut.isEmpty)
    let flat = RankProductChoice(
      [.init(space: "x", ranks: [[1.5, 1.5]], accuracies: [3, 4])], atMost: 1, margin: 0)
    #expect(flat.chosen.coefficients == [0])
  }
}
