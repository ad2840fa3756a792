import Ranking
import Testing

@testable import Networks
@testable import Scoring
@testable import Search
@testable import Spaces
@testable import Tensors

@Suite struct EvolutionarySearchTests {
  private let names = ["vkdnw", "jacov"]

  private func searched(
    _ plan: SearchPlan<NASBench201Domain>, _ scorer: HashScorer? = nil
  ) throws -> EvolutionarySearch<NASBench201Domain> {
    var search = EvolutionarySearch(plan)
    try search.run(with: scorer ?? HashScorer(names))
    return search
  }

  private func texts(_ search: EvolutionarySearch<NASBench201Domain>) -> [String] {
    search.history.entries.map(\.architecture.description)
  }

  @Test func everyCandidateIsScoredOnce() throws {
    let scorer = HashScorer(names)
    let search = try searched(.sample(), scorer)
    #expect(search.history.count == 200 && search.isFinished)
    #expect(Set(texts(search)).count == 200 && scorer.scored.count == 200)
    #expect(search.rejections[.known, default: 0] > 0)
  }

  /// Workers finish in any order; the history keeps that of the proposals.
  @Test func theOrderOfScoringChangesNothing() throws {
    let plan = SearchPlan.sample()
    let straight = try searched(plan)
    let reversed = try searched(plan, HashScorer(names, isReversed: true))
    #expect(texts(straight) == texts(reversed))
    #expect(straight.history.ranks.products == reversed.history.ranks.products)
  }

  /// A search that is stopped anywhere has the beginning of the whole one, but for the generation that
  /// was cut; and one that starts again has all of it.
  @Test(arguments: [1, 9, 20, 57, 133])
  func aStoppedSearchIsABeginning(limit: Int) throws {
    let whole = texts(try searched(.sample()))
    let stopped = texts(try searched(.sample(), HashScorer(names, limit: limit)))
    #expect(stopped.count == limit && stopped == Array(whole.prefix(limit)))
  }

  @Test func otherSeedsGiveOtherCandidates() throws {
    let one = Set(texts(try searched(.sample())))
    let other = Set(texts(try searched(.sample(seed: 6))))
    #expect(one.intersection(other).count < 100)
  }

  /// Founders first, then children of the best: parents are known, and a child differs by one edge.
  @Test func childrenAreNeighboursOfTheBestSoFar() throws {
    let plan = SearchPlan.sample()
    let search = try searched(plan)
    let entries = search.history.entries
    var ranks = GrowingRankProduct(components: 3)
    for (number, entry) in entries.enumerated() {
      let begun = number / plan.generation * plan.generation
      if let parent = entry.parent {
        let edges = (0..<6).count { entries[parent].architecture[$0] != entry.architecture[$0] }
        #expect(edges == 1 && parent < begun)
        // The ranks of all generations before decide.
        var before = GrowingRankProduct(components: 3)
        for entry in entries[..<begun] { before.insert(search.history.values(of: entry)) }
        #expect(begun < 19 || before.best(19).contains(parent))
      } else {
        #expect(begun < 20)
      }
      ranks.insert(search.history.values(of: entry))
    }
    #expect(ranks.best(1).first == search.history.best)
  }

  @Test func withoutSelectionParentsAreAnyOfTheCandidates() throws {
    var plan = SearchPlan.sample(evaluations: 400)
    plan.selection = .random
    let search = try searched(plan)
    let places = search.history.ranks.best(19)
    let late = search.history.entries[200...].compactMap(\.parent)
    #expect(late.count == 200)
    #expect(late.count { places.contains($0) } < 60)
    // Another purpose of the stream: the founders are others too.
    #expect(texts(search).prefix(8) != texts(try searched(.sample())).prefix(8))
  }

  @Test func selectionFindsABetterProductThanNone() throws {
    var plan = SearchPlan.sample(evaluations: 600)
    plan.components = [.parameters]
    let best = try searched(plan).history
    plan.selection = .random
    let random = try searched(plan).history
    func largest(_ history: SearchHistory<NASBench201Architecture>) -> Int {
      history.entries.map(\.costs.parameters).max() ?? 0
    }
    // All edges 3x3 convolutions: the largest cell there is.
    #expect(largest(best) == 1_531_546 && largest(random) <= largest(best))
  }

  // MARK: Constraints

  @Test func everyCandidateMeetsTheConstraints() throws {
    let constraints = SearchConstraints(
      layers: 20...80, parameters: 700_000, flops: 80_000_000, latency: 0.0035)
    let scorer = HashScorer(names)
    let search = try searched(.sample(constraints: constraints), scorer)
    for entry in search.history.entries {
      #expect(constraints.excess(of: entry.costs) == nil)
      #expect(entry.architecture.convolutionCount <= 3)
      #expect(
        entry.costs
          == (try NASBench201Domain(space: NASBench201Space()).costs(of: entry.architecture)))
    }
    for kind in [SearchRejection.Kind.layers, .parameters, .flops, .latency] {
      #expect(search.rejections[kind, default: 0] > 0, "\(kind)")
    }
    #expect(scorer.latencies > 0)
  }

  @Test func aBudgetThatNothingMeetsEndsAfterABoundedNumberOfTries() throws {
    let scorer = HashScorer(names)
    let error = #expect(throws: SearchExhaustion.self) {
      _ = try searched(.sample(constraints: SearchConstraints(flops: 1)), scorer)
    }
    #expect(error?.tries == 2000 && error?.rejections == [.flops: 2000])
    let fewest = try #require(error?.fewestFLOPs)
    #expect(
      error?.description
        == "no candidate meets the constraints: 2000 mutations in a row were rejected (2000 with too "
        + "many FLOPs, \(fewest) at least)")
    #expect(scorer.scored.isEmpty)
  }

  /// Near a limit the same neighbours are proposed again and again; each is counted once, and nothing else changes.
  @Test func everyCandidateIsCountedOnce() throws {
    let constraints = SearchConstraints(flops: 40_000_000, latency: 0.0015)
    let plan = SearchPlan.sample(constraints: constraints)
    let domain = CountedDomain()
    var search = EvolutionarySearch(
      SearchPlan(
        domain: domain, components: plan.components, constraints: constraints,
        population: plan.population, generation: plan.generation, evaluations: plan.evaluations,
        seed: plan.seed, patience: plan.patience))
    let scorer = HashScorer(names)
    try search.run(with: scorer)
    #expect(search.history.entries.map(\.architecture.description) == texts(try searched(plan)))
    let counts = domain.counts.all
    #expect(counts.values.allSatisfy { $0 == 1 })
    let byCount = search.rejections[.flops, default: 0]
    let byTime = search.rejections[.latency, default: 0]
    #expect(byCount > 0 && byTime > 0)
    #expect(byCount + byTime + search.history.count > counts.count)
    // A latency is asked for every time: the scorer knows what it has measured.
    #expect(scorer.latencies == byTime + search.history.count)
  }

  /// Neighbours of the best are soon known; the rest of the space is found all the same.
  @Test func aSpaceWithoutFurtherCandidatesEndsTheSearch() throws {
    let constraints = SearchConstraints(parameters: 75_000)
    let search = try searched(.sample(evaluations: 15_625, constraints: constraints))
    let domain = NASBench201Domain(space: NASBench201Space())
    let meeting = try NASBench201Architecture.all.count {
      try constraints.excess(of: domain.costs(of: $0)) == nil
    }
    let exhaustion = try #require(search.exhaustion)
    #expect(search.isFinished && exhaustion.tries == 2000)
    // Not every candidate need have been met before patience ended, but most.
    #expect(search.history.count <= meeting && search.history.count > meeting * 9 / 10)
    #expect(exhaustion.candidates == search.history.count)
    #expect(exhaustion.description.hasPrefix("no further candidate: 2000 mutations in a row"))
  }
}

@Suite struct SequentialSearchTests {
  private func search(
    _ repetition: SearchRepetition, evaluations: Int
  ) -> SequentialSearch<NASBench201Domain, StreamIndices> {
    SequentialSearch(
      .sample(
        evaluations: evaluations, constraints: SearchConstraints(parameters: 80_000)),
      repetition: repetition,
      generator: StreamIndices(RandomStream(seed: 3, text: "", purpose: "sequential")))
  }

  @Test func aKnownCandidateIsScoredAgainWithOtherNumbers() throws {
    var search = search(.again, evaluations: 150)
    let scorer = HashScorer(["vkdnw", "jacov"])
    try search.run(with: scorer)
    #expect(search.history.count == 150 && scorer.scored.count == 150)
    let repeated = scorer.scored.filter { $0.repetition > 0 }
    #expect(!repeated.isEmpty)
    // The n-th time has the n-th numbers.
    var seen: [String: Int] = [:]
    for (text, repetition) in scorer.scored {
      #expect(repetition == seen[text, default: 0])
      seen[text, default: 0] += 1
    }
    #expect(search.latestRepetition == scorer.scored.map(\.repetition).max())
  }

  @Test func aKnownCandidateCanHaveItsFirstScores() throws {
    var search = search(.reuse, evaluations: 150)
    let scorer = HashScorer(["vkdnw", "jacov"])
    try search.run(with: scorer)
    #expect(search.history.count == 150)
    #expect(scorer.scored.allSatisfy { $0.repetition == 0 })
    #expect(Set(scorer.scored.map(\.text)).count == scorer.scored.count)
  }

  @Test func aKnownCandidateCanHaveTheMeanOfItsScores() throws {
    var search = search(.average, evaluations: 150)
    let scorer = HashScorer(["vkdnw", "jacov"])
    try search.run(with: scorer)
    var sums: [String: (sum: Double, count: Double)] = [:]
    for (entry, scored) in zip(search.history.entries, scorer.scored) {
      let single = scorer.scores(of: [entry.architecture], repetition: scored.repetition)
      let value = try #require(single[entry.architecture]?["jacov"]?.value)
      let before = sums[scored.text] ?? (0, 0)
      sums[scored.text] = (before.sum + value, before.count + 1)
      let mean = (before.sum + value) / (before.count + 1)
      #expect(abs(try #require(entry.scores["jacov"]?.value) - mean) < 1e-12)
    }
    #expect(sums.values.contains { $0.count > 1 })
  }

  @Test func theRankOfTheParentDecidesOnceThePopulationIsFull() throws {
    var search = search(.reuse, evaluations: 120)
    let scorer = HashScorer(["vkdnw", "jacov"])
    while search.history.count < 120 {
      let history = search.history
      let next = try search.step { architecture, repetition in
        scorer.scores(of: [architecture], repetition: repetition)[architecture]
      }
      let attempt = try #require(next)
      let full = history.count >= 19
      #expect(history.count < 20 ? attempt.parent == nil : attempt.parent != nil)
      if full, let parent = attempt.parent { #expect(history.ranks.best(19).contains(parent)) }
    }
  }

  @Test func aBudgetThatNothingMeetsEnds() {
    var search = SequentialSearch(
      .sample(constraints: SearchConstraints(layers: 1...1)),
      generator: StreamIndices(RandomStream(seed: 3, text: "", purpose: "sequential")))
    #expect(throws: SearchExhaustion.self) { try search.run(with: HashScorer(["vkdnw", "jacov"])) }
  }
}
