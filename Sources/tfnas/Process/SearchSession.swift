internal import Formats
internal import Ranking
internal import Reports
internal import Scoring
internal import Search
internal import Spaces

/// One run of `tfnas search`: the search and its baselines side by side, the race, and the report.
struct SearchSession<Domain: SearchDomain> {
  typealias Architecture = Domain.Space.Architecture

  private let scorer: StoredScorer<Domain.Space>
  private let rounds: Int
  private let contenders: Int
  private let accuracy: (@Sendable (Architecture) -> Double)?
  private var search: any CandidateSearch<Domain>
  private var random: EvolutionarySearch<Domain>?
  private var race: Race<Architecture>?
  /// Architectures that the report ranks among the candidates.
  var beside: [Architecture] = []

  /// Networks besides the front of aggregate and FLOPs whose latency is measured: the best ones.
  private static var measuredBest: Int { 32 }

  /// Prepares a run.
  ///
  /// - Parameters:
  ///   - plan: what the search does.
  ///   - scorer: where scores come from.
  ///   - repetition: what a replay of the reference does with known networks, `nil` for our own search.
  ///   - hasBaselines: whether random search and parameters alone stand beside it.
  ///   - rounds: fresh initialisations of the race at most.
  ///   - contenders: networks that race.
  ///   - accuracy: the known accuracy of a network, if the space has one.
  init(
    _ plan: SearchPlan<Domain>, scorer: StoredScorer<Domain.Space>,
    replaying repetition: SearchRepetition?, hasBaselines: Bool, rounds: Int, contenders: Int,
    accuracy: (@Sendable (Architecture) -> Double)?
  ) {
    self.scorer = scorer
    self.rounds = rounds
    self.contenders = contenders
    self.accuracy = accuracy
    if let repetition {
      search = SequentialSearch(
        plan, repetition: repetition, generator: MersenneTwister(seed: plan.seed))
    } else {
      search = EvolutionarySearch(plan)
    }
    guard hasBaselines else { return }
    var other = plan
    other.selection = .random
    random = EvolutionarySearch(other)
  }

  /// Searches until the evaluations or the budget are spent, then lets the best ones race.
  mutating func run() throws {
    let scorer = scorer
    while !scorer.isStopped, !(search.isFinished && random?.isFinished ?? true) {
      if !search.isFinished { try search.advance(with: scorer) }
      // In turn, so that neither is a generation ahead of the other whenever time runs out.
      while !scorer.isStopped, let random, !random.isFinished,
        search.isFinished || random.history.count < search.history.count
      {
        try self.random?.advance(with: scorer)
      }
      noteBest()
    }
    guard rounds > 0, contenders > 1, !scorer.isStopped, search.history.count > 1 else { return }
    var race = Race<Architecture>(
      places: search.history.bestDifferent(contenders), rounds: rounds,
      after: search.latestRepetition)
    scorer.expect(more: race.contenders.count * rounds)
    try race.run(among: search.history, with: scorer)
    self.race = race
  }

  private func noteBest() {
    guard let best = search.history.best else { return }
    let flops = (Double(search.history.entries[best].costs.flops) / 1e5).rounded() / 10
    scorer.note("best so far: number \(best + 1), \(flops) MFLOPs")
  }

  /// The winner of the search: of the race where there was one.
  var winner: Architecture? {
    let raced = race.flatMap { $0.contenders[0].aggregates.isEmpty ? nil : $0.winner }
    return (raced ?? search.history.best).map { search.history.entries[$0].architecture }
  }

  // MARK: Report

  /// The largest network that as many proposals find when parameters alone decide, with its scores.
  private func largest() throws -> SearchHistory<Architecture> {
    var plan = search.plan
    plan.components = [.parameters]
    plan.evaluations = max(search.history.count, 1)
    var search = EvolutionarySearch(plan)
    try search.run(with: scorer)
    guard let best = search.history.best else { return try scored([]) }
    return try scored([search.history.entries[best].architecture])
  }

  /// Architectures with their scores.
  private func scored(_ architectures: [Architecture]) throws -> SearchHistory<Architecture> {
    var seen: Set<Architecture> = []
    let distinct = architectures.filter { seen.insert($0).inserted }
    let scores = try scorer.scores(of: distinct, repetition: 0)
    var history = SearchHistory<Architecture>(components: search.plan.components)
    for architecture in distinct {
      guard let found = scores[architecture] else { continue }
      history.append(
        SearchHistory.Entry(
          architecture: architecture, costs: try search.plan.domain.costs(of: architecture),
          scores: found))
    }
    return history
  }

  /// The report, and FLOPs and aggregate of every candidate.
  ///
  /// - Parameters:
  ///   - preset: the preset of the search.
  ///   - hasLatencies: whether forward passes are to be measured.
  /// - Returns: both.
  /// - Throws: 75 where not a single network was scored.
  mutating func report(
    preset: SearchPreset, hasLatencies: Bool
  ) throws -> (SearchReport, [(flops: Double, aggregate: Double)]) {
    // What is left takes seconds, so that a search out of time still says all of it.
    scorer.isOutOfTime = scorer.isStopped
    guard let winner else {
      throw CommandError(.incomplete, "the time was over before a network was scored")
    }
    let baseline = random == nil ? nil : try largest()
    let known = beside.isEmpty ? nil : try scored(beside)
    var comparison = SearchComparison(
      [search.history] + [random?.history, baseline, known].compactMap(\.self),
      components: search.plan.components, accuracy: accuracy)
    var methods = [("search", search.history.count, winner)]
    if let random, let best = random.history.best {
      methods.append(
        ("random search", random.history.count, random.history.entries[best].architecture))
    }
    if let largest = baseline?.entries.first {
      methods.append(("parameters alone", search.history.count, largest.architecture))
    }
    for (number, entry) in (known?.entries ?? []).enumerated() {
      methods.append(("beside \(number + 1)", 1, entry.architecture))
    }
    if hasLatencies {
      for architecture in Set(
        comparison.front(measuredOnly: false) + comparison.best(Self.measuredBest)
          + methods.map(\.2))
      {
        comparison.latencies[architecture] = try scorer.latency(of: architecture)
      }
    }
    let report = SearchReport(
      space: Domain.Space.name, preset: preset.rawValue, seed: search.plan.seed, plan: facts,
      settings: scorer.evaluator.mergedSettings,
      components: search.plan.components.map(\.name), candidates: comparison.count,
      methods: methods.compactMap { name, evaluations, architecture in
        guard let row = comparison.row(of: architecture),
          let position = comparison.position(of: architecture)
        else { return nil }
        return SearchReport.Method(
          name: name, evaluations: evaluations, winner: row, position: position)
      },
      race: raceRows, isRaceDecided: race?.isDecided ?? false,
      front: comparison.front(measuredOnly: hasLatencies).compactMap(comparison.row(of:)),
      best: comparison.best(10).compactMap(comparison.row(of:)), rejections: search.rejections,
      ending: ending)
    return (report, comparison.points)
  }

  private var raceRows: [SearchReport.Contender] {
    guard let race else { return [] }
    return race.contenders.map { contender in
      SearchReport.Contender(
        architecture: search.history.entries[contender.place].architecture.description,
        rounds: contender.aggregates.count, mean: contender.mean,
        deficit: contender.deficit?.mean, halfWidth: contender.deficit?.halfWidth,
        isOut: contender.isOut)
    }
  }

  /// Why the search ended before its number of evaluations.
  private var ending: String? {
    let (count, wanted) = (search.history.count, search.plan.evaluations)
    if let exhaustion = search.exhaustion { return "ended after \(count) networks: \(exhaustion)" }
    return count < wanted ? "was out of time after \(count) of \(wanted) networks" : nil
  }

  /// What the search was asked to do.
  private var facts: [(name: String, value: JSONValue)] {
    let plan = search.plan
    let limits = plan.constraints
    return [
      ("evaluations", .integer(plan.evaluations)), ("population", .integer(plan.population)),
      ("generation", .integer(plan.generation)), ("inits", .integer(rounds)),
      ("contenders", .integer(contenders)),
      ("flops", limits.flops.map { .integer($0) } ?? .null),
      ("parameters", limits.parameters.map { .integer($0) } ?? .null),
      ("leastLayers", limits.layers.map { .integer($0.lowerBound) } ?? .null),
      ("mostLayers", limits.layers.map { .integer($0.upperBound) } ?? .null),
      ("maxLatencySeconds", .optional(limits.latency)),
    ]
  }
}
