import Ranking
import TestSupport
import Testing

@Suite struct RankedPlacesTests {
  @Test func placesAreMeansOverTasksAndTiesShareTheirs() {
    let places = RankedPlaces([[0.9, 0.5, 0.5, 0.1], [0.1, 0.2, 0.3, 0.4]])
    #expect(places.means == [2.5, 2.75, 2.25, 2.5])
  }

  /// Demšar 2006, section 3.2.2: four classifiers on fourteen data sets, q = 2.569, CD = 1.25.
  @Test func theCriticalDifferenceIsThatOfThePaper() throws {
    let places = RankedPlaces([[Double]](repeating: [4, 3, 2, 1], count: 14))
    #expect(places.means == [1, 2, 3, 4])
    #expect(abs(try #require(places.criticalDifference) - 1.25) < 0.005)
    #expect(RankedPlaces([[1, 2]]).criticalDifference == nil)
    #expect(RankedPlaces([[1], [2]]).criticalDifference == nil)
  }

  @Test func theSumOfPlacesIsThatOfAllPlaces() {
    var generator = SeededGenerator(seed: 5)
    for _ in 0..<100 {
      let count = Int.random(in: 1...30, using: &generator)
      let tasks = (0..<3).map { _ in
        (0..<count).map { _ in Double(Int.random(in: 0...5, using: &generator)) }
      }
      let sum = RankedPlaces(tasks).means.reduce(0, +)
      #expect(abs(sum - Double(count * (count + 1)) / 2) < 1e-9)
    }
  }
}
