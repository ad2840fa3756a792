import Networks
import Ranking
import Scoring
import Search
import Spaces
import Tensors
import Testing

@Suite struct RaceTests {
  /// Scores with a level for each candidate and noise that contenders of a round share in part.
  private final class NoisyScorer: SearchScorer {
    let levels: [NASBench201Architecture: Double]
    let noise: Double
    private(set) var rounds: [[NASBench201Architecture]] = []

    init(_ levels: [NASBench201Architecture: Double], noise: Double) {
      self.levels = levels
      self.noise = noise
    }

    var isStopped: Bool { false }
    func latency(of architecture: NASBench201Architecture) -> Double { 0 }

    func scores(
      of architectures: [NASBench201Architecture], repetition: Int
    ) -> [NASBench201Architecture: [String: Score]] {
      rounds.append(architectures)
      return Dictionary(
        uniqueKeysWithValues: architectures.map { architecture in
          let stream = RandomStream(
            seed: 1, text: architecture.description, purpose: "noise", index: repetition)
          let value = (levels[architecture] ?? 0) + noise * (stream.uniform(at: 0) - 0.5)
          return (architecture, ["vkdnw": .value(value)])
        })
    }
  }

  private static let architectures = (0..<200).map { NASBench201Architecture(rank: 37 * $0) }

  /// A history whose first scores say that candidate 0 is the best, then 1, and so on.
  private func history() -> SearchHistory<NASBench201Architecture> {
    var history = SearchHistory<NASBench201Architecture>(components: [.proxy(VKDNW())])
    for (number, architecture) in Self.architectures.enumerated() {
      history.append(
        SearchHistory.Entry(
          architecture: architecture, costs: SpaceCosts(flops: 1, parameters: 1, layers: 1),
          scores: ["vkdnw": .value(Double(200 - number))]))
    }
    return history
  }

  /// The luckiest first scoring belongs to candidate 0, but candidate 2 is the best in truth.
  @Test func freshScoringsFindTheBestAndLeaveTheOthersBehind() throws {
    let levels = Dictionary(
      uniqueKeysWithValues: zip(Self.architectures, [120.0, 100, 180, 90, 110]))
    let scorer = NoisyScorer(levels, noise: 10)
    var race = Race<NASBench201Architecture>(places: [0, 1, 2, 3, 4], rounds: 20)
    #expect(race.winner == 0)
    try race.run(among: history(), with: scorer)
    #expect(race.winner == 2 && race.isDecided)
    #expect(race.contenders.count { $0.isOut } == 4 && race.contenders[2].deficit == nil)
    // Nobody leaves before the third round, and who is out is not scored again.
    #expect(scorer.rounds.prefix(3).allSatisfy { $0.count == 5 })
    for (number, contender) in race.contenders.enumerated() {
      let rounds = scorer.rounds.count { $0.contains(Self.architectures[number]) }
      #expect(contender.aggregates.count == rounds)
    }
    #expect(scorer.rounds.count < 20)
  }

  @Test func equalsStayContestedUntilTheRoundsAreOver() throws {
    let levels = Dictionary(uniqueKeysWithValues: zip(Self.architectures, [150.0, 150]))
    let scorer = NoisyScorer(levels, noise: 60)
    var race = Race<NASBench201Architecture>(places: [0, 1], rounds: 5)
    try race.run(among: history(), with: scorer)
    #expect(!race.isDecided && scorer.rounds.count == 5)
    let loser = try #require(race.contenders.first { $0.deficit != nil }?.deficit)
    #expect(loser.mean >= 0 && loser.mean - loser.halfWidth <= 0)
  }

  /// Initialisations that a search has used already are no fresh ones.
  @Test func roundsComeAfterTheScoringsOfTheSearch() throws {
    let scorer = HashScorer(["vkdnw"])
    var race = Race<NASBench201Architecture>(places: [3, 5], rounds: 2, after: 4)
    try race.run(among: history(), with: scorer)
    #expect(scorer.scored.map(\.repetition) == [5, 5, 6, 6])
  }

  @Test func contendersAreDifferentNetworks() {
    var history = history()
    // Scored again and luckier: the best network now, which was the sixth.
    let again = history.entries[5]
    history.append(
      SearchHistory.Entry(
        architecture: again.architecture, costs: again.costs, scores: ["vkdnw": .value(500)]))
    #expect(history.ranks.best(7) == [200, 0, 1, 2, 3, 4, 5])
    #expect(history.bestDifferent(7) == [200, 0, 1, 2, 3, 4, 6])
    #expect(self.history().bestDifferent(3) == [0, 1, 2])
  }

  /// The aggregate of a round is that of a newcomer: the rank among all candidates of the search.
  @Test func aggregatesCompareWithTheWholeSearch() throws {
    let levels = Dictionary(uniqueKeysWithValues: zip(Self.architectures, [150.5, 20.5]))
    var race = Race<NASBench201Architecture>(places: [0, 1], rounds: 1)
    let history = history()
    try race.run(among: history, with: NoisyScorer(levels, noise: 0))
    #expect(
      race.contenders.map { $0.aggregates[0] }
        == [[150.5], [20.5]].map { history.ranks.aggregate(ofNewcomer: $0) })
  }
}
