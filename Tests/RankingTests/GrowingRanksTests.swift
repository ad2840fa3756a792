import Foundation
import Ranking
import Testing

@Suite("Ranks of values that arrive one after another")
struct GrowingRanksTests {
  /// 1,000 insertions of values with many ties, some of them minus infinity.
  @Test func theyAreTheRanksOfASortAfterEachInsertion() {
    var generator = SeededGenerator(seed: 71)
    var ranks = GrowingRanks()
    var values: [Double] = []
    for number in 0..<1000 {
      let draw = Int.random(in: 0..<200, using: &generator)
      let value = draw == 0 ? -Double.infinity : Double(draw) / 7
      ranks.insert(value)
      values.append(value)
      #expect(ranks.count == number + 1 && ranks.values == values)
      let sorted = averageRanks(values)
      #expect(values.indices.allSatisfy { ranks[$0] == sorted[$0] }, "insertion \(number)")
    }
  }

  @Test func zerosOfBothSignsTie() {
    var ranks = GrowingRanks()
    for value in [0.0, -0.0, 1.0] { ranks.insert(value) }
    #expect((0..<3).map { ranks[$0] } == [1.5, 1.5, 3])
  }
}

@Suite("Products of ranks that grow")
struct GrowingRankProductTests {
  private func product(_ count: Int, levels: Int, seed: UInt64) -> (GrowingRankProduct, [[Double]])
  {
    var generator = SeededGenerator(seed: seed)
    var product = GrowingRankProduct(components: 3)
    var columns = [[Double]](repeating: [], count: 3)
    for _ in 0..<count {
      let values: [Double] = (0..<3).map { _ in
        Double(Int.random(in: 0..<levels, using: &generator))
      }
      product.insert(values)
      for (column, value) in values.enumerated() { columns[column].append(value) }
    }
    return (product, columns)
  }

  @Test(arguments: [5, 50, 1000])
  func itIsTheProductOfTheRanksOfASort(levels: Int) {
    let (product, columns) = product(400, levels: levels, seed: 72)
    let sums = logRankProduct(columns.map { averageRanks($0) })
    let shift = 3 * log(400.0)
    for network in 0..<400 {
      let expected = sums[network] - shift
      #expect(abs(product.aggregate(of: network) - expected) < 1e-12)
    }
    // Among equal products the first one is the better, so the order is that of a stable sort.
    let products = product.products
    let order = products.indices.sorted { left, right in
      if products[left] != products[right] { return products[left] > products[right] }
      return left < right
    }
    for number in [0, 1, 2, 17, 399, 400, 900] {
      #expect(product.best(number) == Array(order.prefix(number)), "\(number)")
    }
  }

  @Test func aNewcomerHasTheAggregateThatItGetsByArriving() {
    var (product, _) = product(100, levels: 12, seed: 73)
    let values: [Double] = [4, 11, -Double.infinity]
    let expected = product.aggregate(ofNewcomer: values)
    product.insert(values)
    #expect(abs(product.aggregate(of: 100) - expected) < 1e-12)
  }

  @Test func theBestHasTheAggregateZero() {
    var product = GrowingRankProduct(components: 2)
    product.insert([1, 5])
    product.insert([0, 3])
    #expect(product.aggregate(of: 0) == 0 && product.best(1) == [0])
    #expect(product.best(0).isEmpty && GrowingRankProduct(components: 1).best(3).isEmpty)
  }

  /// Ties of every kind, in ascending and descending order, and constant lists.
  @Test func selectionIsRightForLongLists() {
    let ascending: [Double] = (0..<999).map { Double($0) }
    let periodic: [Double] = (0..<999).map { Double($0 % 7) }
    let lists: [[Double]] = [
      ascending, ascending.reversed(), [Double](repeating: 3, count: 999), periodic,
    ]
    for values in lists {
      var product = GrowingRankProduct(components: 1)
      for value in values { product.insert([value]) }
      let order = values.indices.sorted { left, right in
        if values[left] != values[right] { return values[left] > values[right] }
        return left < right
      }
      #expect(product.best(100) == Array(order.prefix(100)))
    }
  }
}

@Suite("Pareto front")
struct ParetoFrontTests {
  @Test(arguments: [1, 2, 3])
  func noPointOfTheFrontIsDominatedAndEveryOtherIs(objectives: Int) {
    var generator = SeededGenerator(seed: 74)
    let points = (0..<300).map { _ in
      (0..<objectives).map { _ in Double(Int.random(in: 0..<15, using: &generator)) }
    }
    func dominates(_ a: [Double], _ b: [Double]) -> Bool {
      a != b && zip(a, b).allSatisfy { $0 <= $1 }
    }
    let front = paretoFront(points)
    let expected = points.indices.filter { candidate in
      !points.contains { dominates($0, points[candidate]) }
    }
    #expect(front == expected)
  }

  @Test func equalPointsAreOnTheFrontTogether() {
    #expect(paretoFront([[1, 2], [2, 2], [1, 2], [0, 3]]) == [0, 2, 3])
    #expect(paretoFront([]).isEmpty)
  }
}

@Suite("Interval of a mean")
struct MeanIntervalTests {
  /// The textbook's sample of ten: t of nine degrees is 2.262.
  @Test func knownSample() {
    let sample = [4.0, 6, 5, 7, 3, 5, 6, 4, 5, 5]
    let interval = meanInterval(sample)
    // Mean 5, squared deviations 12, so the standard error is sqrt(12 / 9 / 10).
    #expect(interval.mean == 5)
    #expect(abs(interval.halfWidth - 2.262157 * (12.0 / 90).squareRoot()) < 1e-12)
    #expect(meanInterval([2, 2]).halfWidth == 0)
  }

  /// 4,000 samples of 5 and of 40 numbers: the interval holds the mean in 95 % of them, within four
  /// standard deviations of that share.
  @Test(arguments: [5, 40])
  func coverage(count: Int) {
    var generator = SeededGenerator(seed: 75)
    func normal() -> Double {
      let u = Double.random(in: 0x1p-60..<1, using: &generator)
      let angle = 2 * Double.pi * Double.random(in: 0..<1, using: &generator)
      return (-2 * log(u)).squareRoot() * cos(angle)
    }
    let hits = (0..<4000).count { _ in
      let interval = meanInterval((0..<count).map { _ in normal() })
      return abs(interval.mean) <= interval.halfWidth
    }
    let deviation: Double = (0.95 * 0.05 / 4000).squareRoot()
    #expect(abs(Double(hits) / 4000 - 0.95) < 4 * deviation)
  }
}
