import Ranking
import Testing

@Suite("Ranks")
struct RanksTests {
  @Test("Average and dense ranks equal their definitions", arguments: shapes.indices)
  func definitions(shape: Int) {
    var generator = SeededGenerator(seed: UInt64(shape))
    let (count, levels, others) = shapes[shape]
    let values = generator.columns(count, scoreLevels: levels, accuracyLevels: others).scores
    #expect(averageRanks(values) == Slow.averageRanks(values))
    #expect(denseRanks(values) == Slow.denseRanks(values))
  }

  @Test("Average ranks sum to n (n + 1) / 2 and a negation reverses them")
  func sums() {
    var generator = SeededGenerator(seed: 5)
    for levels in [1, 2, 9, 500] {
      let values = generator.columns(77, scoreLevels: levels, accuracyLevels: levels).scores
      let ranks = averageRanks(values)
      let sum: Double = 77 * 78 / 2
      #expect(ranks.reduce(0, +) == sum)
      #expect(averageRanks(values.map { -$0 }) == ranks.map { 78 - $0 })
    }
  }

  @Test("Pairs are ranked by their first value, and by the second only within ties of the first")
  func pairs() {
    var generator = SeededGenerator(seed: 6)
    let first = (0..<200).map { _ in Double(Int.random(in: 0..<6, using: &generator)) }
    let second = (0..<200).map { _ in Double(Int.random(in: -4..<4, using: &generator)) }
    // The first values are 1 apart, and the second ones are pressed into less than that.
    let sums = zip(first, second).map { $0 + $1 / 16 }
    #expect(denseRanks(first, thenBy: second) == denseRanks(sums))
    #expect(denseRanks(first, thenBy: second.map { _ in 0 }) == denseRanks(first))
  }

  @Test("A range of second values does not disturb the first")
  func largeSecond() {
    #expect(
      denseRanks([1, 2, 1, 2], thenBy: [1e300, -1e300, .infinity, -.infinity]) == [1, 4, 2, 3])
  }

  @Test("Infinities are ranked and tie with themselves")
  func infinities() {
    let values = [-.infinity, 3, .infinity, -.infinity, -1e308]
    #expect(averageRanks(values) == [1.5, 4, 5, 1.5, 3])
    #expect(denseRanks(values) == [1, 3, 4, 1, 2])
  }

  @Test("The two zeros tie")
  func zeros() {
    #expect(averageRanks([0.0, -0.0]) == [1.5, 1.5])
    #expect(denseRanks([0.0, -0.0, 1], thenBy: [2, 2, 2]) == [1, 1, 2])
  }

  @Test("No values have no ranks, one has rank 1")
  func small() {
    #expect(averageRanks([]) == [])
    #expect(denseRanks([]) == [])
    #expect(denseRanks([], thenBy: []) == [])
    #expect(averageRanks([7]) == [1])
    #expect(denseRanks([7]) == [1])
  }

  @Test("The average ranks of the tie example are those of pandas")
  func golden() throws {
    let ties = try Golden.load().ties
    #expect(averageRanks(ties.x) == ties.averageRanksX)
    #expect(averageRanks(ties.y) == ties.averageRanksY)
  }

  @Test("NaN has no rank")
  func notANumber() async {
    await #expect(processExitsWith: .failure) { _ = averageRanks([1, .nan]) }
    await #expect(processExitsWith: .failure) { _ = denseRanks([1, 2], thenBy: [0, .nan]) }
  }

  @Test("Columns of different lengths are refused")
  func lengths() async {
    await #expect(processExitsWith: .failure) { _ = denseRanks([1, 2], thenBy: [1]) }
    await #expect(processExitsWith: .failure) { _ = kendallTau([1, 2], [1]) }
  }
}
