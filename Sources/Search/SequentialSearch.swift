internal import Ranking
public import Scoring
public import Spaces
internal import Tensors

/// The search of the reference: one candidate after another, from one stream of draws.
///
/// Until more than ten candidates are accepted, founders are proposed; then children of a candidate that
/// is drawn uniformly from all accepted ones; and once the population is full, of one of the best. With
/// Python's generator it repeats the published search draw by draw as long as parents do not depend on
/// scores. The reference draws the parents of a full population from NumPy's generator, which is not
/// repeated: they come from a stream of their own.
///
/// Unlike ``EvolutionarySearch`` it can propose what it knows already, as the reference does, which scores
/// it again with other numbers and keeps the luckier scoring.
public struct SequentialSearch<Domain: SearchDomain, Generator: IndexGenerator>: CandidateSearch {
  /// One proposal.
  public struct Attempt: Hashable, Sendable {
    /// The place of the parent in the history, `nil` for a founder.
    public let parent: Int?
    /// The candidate.
    public let child: Architecture
    /// Why it is not accepted, or `nil` where it is.
    public let rejection: SearchRejection?
  }

  /// What the search does; generations mean nothing here.
  public let plan: SearchPlan<Domain>
  /// What happens to a candidate that was scored before.
  public let repetition: SearchRepetition
  /// What has been scored.
  public private(set) var history: SearchHistory<Architecture>
  /// How often proposals were rejected, by the reason.
  public private(set) var rejections: [SearchRejection.Kind: Int] = [:]
  /// Why the search ended before its number of evaluations, if it found no more candidates.
  public private(set) var exhaustion: SearchExhaustion?
  /// The latest of the independent initialisations that candidates were scored with.
  public private(set) var latestRepetition = 0
  private var generator: Generator
  private var parents: StreamIndices
  private var scorings: [Architecture: [[String: Score]]] = [:]
  private var admissions = AdmissionMemory<Domain>()

  /// Starts a search.
  ///
  /// - Parameters:
  ///   - plan: what the search does.
  ///   - repetition: what happens to a candidate that was scored before.
  ///   - generator: where indices come from.
  public init(
    _ plan: SearchPlan<Domain>, repetition: SearchRepetition = .again, generator: Generator
  ) {
    self.plan = plan
    self.repetition = repetition
    self.generator = generator
    parents = StreamIndices(RandomStream(seed: plan.seed, text: "", purpose: "best parents"))
    history = SearchHistory(components: plan.components)
  }

  /// Proposes until a candidate is accepted, and scores it.
  ///
  /// - Parameter scorer: where scores come from.
  /// - Throws: `SearchExhaustion` where too many proposals in a row are rejected before there is a single
  ///   candidate, and what the scorer throws.
  public mutating func advance(with scorer: some SearchScorer<Architecture>) throws {
    var tally: [SearchRejection.Kind: Int] = [:]
    let isFree = plan.proxies.isEmpty
    for _ in 0..<plan.patience {
      if scorer.isStopped { return }
      let attempt = try step(
        latency: { try scorer.latency(of: $0) },
        score: { architecture, repetition in
          isFree
            ? [:] : try scorer.scores(of: [architecture], repetition: repetition)[architecture]
        })
      guard let rejection = attempt?.rejection else { return }
      tally[rejection.kind, default: 0] += 1
    }
    let exhaustion = SearchExhaustion(
      tries: plan.patience, rejections: tally, candidates: history.count)
    if history.count == 0 { throw exhaustion }
    self.exhaustion = exhaustion
  }

  /// Makes one proposal and, where it is accepted, scores it.
  ///
  /// - Parameters:
  ///   - latency: measures a candidate; asked only where the latency is limited.
  ///   - score: scores a candidate with the numbers of a repetition; `nil` ends the search.
  /// - Returns: the proposal, `nil` where it was accepted but not scored.
  /// - Throws: what the closures throw.
  public mutating func step(
    latency: (Architecture) throws -> Double = { _ in 0 },
    score: (Architecture, Int) throws -> [String: Score]?
  ) throws -> Attempt? {
    let parent = nextParent()
    let domain = plan.domain
    let known = parent.map { history.entries[$0].architecture }
    let child =
      if let known { domain.child(of: known, using: &generator) } else {
        domain.founder(using: &generator)
      }
    switch try admissions.admission(of: child, by: plan, latency: latency) {
    case .rejected(let rejection):
      rejections[rejection.kind, default: 0] += 1
      return Attempt(parent: parent, child: child, rejection: rejection)
    case .accepted(let costs):
      guard let scores = try scores(of: child, score) else { return nil }
      history.append(
        SearchHistory.Entry(architecture: child, costs: costs, scores: scores, parent: parent))
      return Attempt(parent: parent, child: child, rejection: nil)
    }
  }

  private mutating func nextParent() -> Int? {
    guard history.count >= plan.domain.founders(population: plan.population) else { return nil }
    let full = plan.population - 1
    guard plan.selection == .best, history.count >= full else {
      return generator.index(below: history.count)
    }
    let best = history.ranks.best(full)
    return best[parents.index(below: best.count)]
  }

  private mutating func scores(
    of child: Architecture, _ score: (Architecture, Int) throws -> [String: Score]?
  ) throws -> [String: Score]? {
    let known = scorings[child, default: []]
    if repetition == .reuse, let first = known.first { return first }
    guard let scores = try score(child, known.count) else { return nil }
    scorings[child] = known + [scores]
    latestRepetition = max(latestRepetition, known.count)
    guard repetition == .average, !known.isEmpty else { return scores }
    return Dictionary(
      uniqueKeysWithValues: scores.keys.map { name in
        (name, Score.mean((known + [scores]).compactMap { $0[name] }))
      })
  }
}
