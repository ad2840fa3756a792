internal import Formats
internal import Ranking
internal import Reports
internal import Scoring
internal import Search
internal import Spaces

/// One run of `tfnas search`: the search and its baselines side by side, the race of the best of them all,
/// and the report.
struct SearchSession<Domain: SearchDomain> {
  typealias Architecture = Domain.Space.Architecture

  /// What stands around the search.
  struct Surroundings {
    /// What a replay of the reference does with known networks, `nil` for our own search.
    var replaying: SearchRepetition?
    /// Whether random search and parameters alone stand beside it.
    var hasBaselines: Bool
    /// Whether time alone ends the search: random search then gets a quarter of it.
    var isTimed: Bool
    /// The race of the best.
    var race: RaceEffort
    /// The seconds of the whole run, `nil` for any number.
    var budget: Double?
    /// Architectures that are scored and ranked among the candidates.
    var beside: [Architecture]
  }

  let scorer: SearchScores<Domain.Space>
  let surroundings: Surroundings
  private(set) var search: any CandidateSearch<Domain>
  private var random: EvolutionarySearch<Domain>?
  private var race: Race<Architecture>?
  /// Why there was no race.
  private var raceOmission: String?
  /// All candidates, ranked together.
  private var candidates: SearchComparison<Architecture>
  /// How many entries of the histories are among the candidates.
  private var added = (search: 0, random: 0)
  /// The networks of each method, in the order of the report.
  private var methods: [(name: String, evaluations: Int, architectures: [Architecture])] = []

  /// Networks besides the front of aggregate and FLOPs whose latency is measured: the best ones.
  private static var measuredBest: Int { 32 }
  /// The part of a budget that is kept for the race.
  private static var raceShare: Double { 0.2 }

  /// Prepares a run.
  ///
  /// - Parameters:
  ///   - plan: what the search does.
  ///   - scorer: where scores come from.
  ///   - surroundings: what stands around it.
  ///   - accuracy: the known accuracy of a network, if the space has one.
  ///   - index: the index of a network, if the space has one.
  init(
    _ plan: SearchPlan<Domain>, scorer: SearchScores<Domain.Space>, surroundings: Surroundings,
    accuracy: (@Sendable (Architecture) -> Double?)?, index: (@Sendable (Architecture) -> Int)?
  ) {
    self.scorer = scorer
    self.surroundings = surroundings
    candidates = SearchComparison(
      components: plan.components, accuracy: accuracy, index: index)
    if let repetition = surroundings.replaying {
      search = SequentialSearch(
        plan, repetition: repetition, generator: MersenneTwister(seed: plan.seed))
    } else {
      search = EvolutionarySearch(plan)
    }
    guard surroundings.hasBaselines else { return }
    var other = plan
    other.selection = .random
    // Where it has a third of the networks, a generation of the same size would come too early.
    if surroundings.isTimed { other.generation = max(plan.generation / 4, 1) }
    random = EvolutionarySearch(other)
  }

  // MARK: Run

  /// Searches until the evaluations or the budget are spent, scores what stands beside, and lets the best
  /// of all candidates race.
  mutating func run() throws {
    let scorer = scorer
    let hasRace = surroundings.race.rounds > 0 && surroundings.race.contenders > 1
    scorer.limit = surroundings.budget.map { $0 * (hasRace ? 1 - Self.raceShare : 1) }
    while !scorer.isStopped, !(search.isFinished && random?.isFinished ?? true) {
      if !search.isFinished { try search.advance(with: scorer) }
      // In turn, so that neither is a generation ahead of its share whenever time runs out.
      while !scorer.isStopped, let random, !random.isFinished,
        search.isFinished || random.history.count < randomShare
      {
        try self.random?.advance(with: scorer)
      }
      addCandidates()
      noteBest()
    }
    addCandidates()
    guard !scorer.isInterrupted else { return }
    // What stands beside takes seconds, so that a search out of time still says all of it.
    scorer.limit = nil
    try closeMethods()
    scorer.limit = surroundings.budget
    try runRace()
    scorer.limit = nil
  }

  /// The networks that random search may have scored when the search has scored as many as it has.
  private var randomShare: Int {
    surroundings.isTimed ? search.history.count / 3 : search.history.count
  }

  private mutating func addCandidates() {
    // A replay scores networks again, so that only at its end it is known which scoring counts.
    if surroundings.replaying == nil {
      candidates.add(search.history.entries.dropFirst(added.search), from: "search")
      added.search = search.history.count
    }
    if let random {
      candidates.add(random.history.entries.dropFirst(added.random), from: "random search")
      added.random = random.history.count
    }
  }

  private func noteBest() {
    let history = surroundings.replaying == nil ? candidates.history : search.history
    guard let best = history.best else { return }
    scorer.note(
      "best \(decimals(history.ranks.aggregate(of: best), 3)):",
      of: history.entries[best].architecture.description)
  }

  /// Adds what is scored besides the two searches, and lines the methods up.
  private mutating func closeMethods() throws {
    if surroundings.replaying != nil {
      // Of a network that was scored more than once, the scoring that the replay ranks first.
      let places = search.history.bestDifferent(search.history.count).sorted()
      candidates.add(places.map { search.history.entries[$0] }, from: "search")
    }
    methods = [("search", search.history.count, search.history.entries.map(\.architecture))]
    if let random {
      methods.append(
        ("random search", random.history.count, random.history.entries.map(\.architecture)))
      let largest = try largest()
      candidates.add(largest, from: "parameters alone")
      methods.append(
        ("parameters alone", search.history.count, largest.map(\.architecture)))
    }
    scorer.expect(more: surroundings.beside.count)
    for (number, entry) in try scored(surroundings.beside).enumerated() {
      let name = "beside \(number + 1)"
      candidates.add([entry], from: name)
      methods.append((name, 1, [entry.architecture]))
    }
  }

  /// The largest network that as many proposals find when parameters alone decide, with its scores.
  private func largest() throws -> [SearchHistory<Architecture>.Entry] {
    var plan = search.plan
    plan.components = [.parameters]
    plan.evaluations = max(search.history.count, 1)
    var search = EvolutionarySearch(plan)
    try search.run(with: scorer)
    return try scored(search.history.best.map { [search.history.entries[$0].architecture] } ?? [])
  }

  /// Architectures with their scores.
  private func scored(
    _ architectures: [Architecture]
  ) throws -> [SearchHistory<Architecture>.Entry] {
    var seen: Set<Architecture> = []
    let distinct = architectures.filter { seen.insert($0).inserted }
    let scores = try scorer.scores(of: distinct, repetition: 0)
    return try distinct.compactMap { architecture in
      guard let found = scores[architecture] else { return nil }
      return SearchHistory.Entry(
        architecture: architecture, costs: try search.plan.domain.costs(of: architecture),
        scores: found)
    }
  }

  // MARK: Race

  /// The places of the best candidates that meet the constraints, best first.
  ///
  /// What stands beside was given, and need not meet them.
  private func eligible(_ number: Int) throws -> [Int] {
    var places: [Int] = []
    for place in candidates.best(candidates.count) where places.count < number {
      let isGiven = candidates.origins[place].hasPrefix("beside")
      if isGiven {
        let architecture = candidates.history.entries[place].architecture
        guard
          case .accepted = try search.plan.admission(of: architecture, latency: scorer.latency)
        else { continue }
      }
      places.append(place)
    }
    return places
  }

  private mutating func runRace() throws {
    let effort = surroundings.race
    guard effort.rounds > 0, effort.contenders > 1 else {
      raceOmission = effort.rounds > 0 ? "--contenders is 1" : "--rounds is 0"
      return
    }
    guard !scorer.isStopped else {
      raceOmission = "the time was over"
      return
    }
    var number = effort.contenders
    if let budget = surroundings.budget, effort.fitsBudget, let seconds = scorer.secondsOfOne {
      // Contenders that are not scored often enough to be told apart are no use.
      let affordable = max(budget - scorer.seconds, 0) / seconds
      number = min(number, Int(min(affordable, 1e6)) / Race<Architecture>.warmUp)
    }
    guard number > 1 else {
      raceOmission =
        "the time left was too short to score two networks \(Race<Architecture>.warmUp) times"
      return
    }
    let places = try eligible(number)
    guard places.count > 1 else {
      raceOmission = "there was one candidate"
      return
    }
    var race = Race<Architecture>(
      places: places, rounds: effort.rounds, after: search.latestRepetition)
    scorer.expect(more: race.contenders.count * effort.rounds)
    try race.run(among: candidates.history, with: scorer)
    if race.contenders.allSatisfy(\.aggregates.isEmpty) {
      raceOmission = "the time was over before its first round"
    } else {
      self.race = race
    }
  }

  /// The place of what is handed out among the candidates: the winner of the race, or else the best.
  private func winner() throws -> Int? { try race?.winner ?? eligible(1).first }

  // MARK: Report

  /// What a run leaves behind.
  struct Outcome {
    let report: SearchReport
    /// What is handed out.
    let winner: Architecture
    /// FLOPs and aggregate of every candidate.
    let points: [(flops: Double, aggregate: Double)]
    /// All candidates, best first.
    let candidates: [SearchCandidate]
  }

  /// The report, and what else is written of the run.
  ///
  /// - Parameters:
  ///   - preset: the preset of the search.
  ///   - hasLatencies: whether forward passes are to be measured.
  /// - Returns: all of it.
  /// - Throws: 75 where not a single network was scored.
  mutating func outcome(preset: SearchPreset, hasLatencies: Bool) throws -> Outcome {
    guard let winner = try winner() else {
      throw CommandError(.incomplete, "the time was over before a network was scored")
    }
    let best = methods.compactMap { method in
      candidates.best(of: method.architectures.compactMap { candidates.history.places[$0] })
        .map { (name: method.name, evaluations: method.evaluations, place: $0) }
    }
    if hasLatencies {
      let measured = Set(
        candidates.front(measuredOnly: false) + candidates.best(Self.measuredBest)
          + best.map(\.place) + [winner])
      for architecture in measured.map({ candidates.history.entries[$0].architecture }) {
        let latency = try scorer.latency(of: architecture)
        if latency.isFinite { candidates.latencies[architecture] = latency }
      }
    }
    let front = candidates.rows(at: candidates.front(measuredOnly: hasLatencies))
    let rows = candidates.rows(at: best.map(\.place) + [winner])
    let report = SearchReport(
      space: search.plan.domain.space.name, preset: preset.rawValue, seed: search.plan.seed,
      plan: facts,
      settings: scorer.evaluator.mergedSettings, components: search.plan.components,
      candidates: candidates.count, winner: rows[best.count],
      methods: zip(best, rows).map {
        SearchReport.Method(name: $0.name, evaluations: $0.evaluations, winner: $1)
      },
      race: raceReport, front: front, best: candidates.rows(at: candidates.best(10)),
      rejections: search.rejections, ending: ending)
    return Outcome(
      report: report, winner: candidates.history.entries[winner].architecture,
      points: candidates.points,
      candidates: candidates.rows(at: candidates.best(candidates.count)))
  }

  private var raceReport: SearchReport.Race {
    guard let race else { return .omitted(raceOmission ?? "it was not reached") }
    let rows = candidates.rows(at: race.contenders.map(\.place))
    return .run(
      zip(race.contenders, rows).map { contender, row in
        SearchReport.Contender(
          candidate: row, rounds: contender.aggregates.count, mean: contender.mean,
          deficit: contender.deficit?.mean, halfWidth: contender.deficit?.halfWidth,
          isOut: contender.isOut)
      }, isDecided: race.isDecided,
      isCutShort: !race.isDecided
        && (race.contenders.map(\.aggregates.count).max() ?? 0) < race.rounds)
  }

  /// Why the search ended before its number of evaluations.
  private var ending: String? {
    let (count, wanted) = (search.history.count, search.plan.evaluations)
    if let exhaustion = search.exhaustion {
      return "ended after \(counted(count, "network")): \(exhaustion)"
    }
    guard count < wanted else { return nil }
    return surroundings.isTimed
      ? "was out of time after \(counted(count, "network"))"
      : "was out of time after \(grouped(count)) of \(counted(wanted, "network"))"
  }

  /// What the search was asked to do.
  var facts: [(name: String, value: JSONValue)] {
    let plan = search.plan
    let limits = plan.constraints
    return [
      ("evaluations", surroundings.isTimed ? .null : .integer(plan.evaluations)),
      ("population", .integer(plan.population)), ("populationGrows", .boolean(plan.isGrowing)),
      ("generation", .integer(plan.generation)), ("rounds", .integer(surroundings.race.rounds)),
      ("contenders", .integer(surroundings.race.contenders)),
      ("flops", .optional(limits.flops.map { Double($0) / 1e6 })),
      ("parameters", .optional(limits.parameters.map { Double($0) / 1e6 })),
      ("leastLayers", limits.layers.map { .integer($0.lowerBound) } ?? .null),
      ("mostLayers", limits.layers.map { .integer($0.upperBound) } ?? .null),
      ("maxLatencySeconds", .optional(limits.latency)),
      ("device", scorer.record.map { .text($0.device) } ?? .null),
      ("maxMemoryBytes", limits.memory.map { .integer($0) } ?? .null),
      ("budgetSeconds", .optional(surroundings.budget)),
    ]
  }
}
