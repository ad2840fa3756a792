internal import Networks
internal import Ranking
internal import Scoring
public import Spaces
internal import Tensors

/// A search by mutation and rank products.
///
/// Candidates are proposed in generations. A proposal is a pure function of the seed, its number and the
/// ranks of all generations before, so the result depends neither on the number of workers nor on how
/// often the search was interrupted: a search that is started again proposes the same candidates, whose
/// scores may come from a store.
///
/// The loop is that of AZ-NAS and VKDNW: founders first; then parents drawn uniformly from all candidates
/// until the population is full, and after that from the best of all candidates so far. It differs in
/// three points: a candidate is scored once, since the best of many scorings of one network rewards
/// luck; a generation shares its parents; and no stream is consumed in an order that depends on scores.
public struct EvolutionarySearch<Domain: SearchDomain>: CandidateSearch {
  /// What the search does.
  public let plan: SearchPlan<Domain>
  /// What has been scored.
  public private(set) var history: SearchHistory<Architecture>
  /// How often proposals were rejected, by the reason.
  public private(set) var rejections: [SearchRejection.Kind: Int] = [:]
  /// Why the search ended before its number of evaluations, if it found no more candidates.
  public private(set) var exhaustion: SearchExhaustion?
  /// Nothing is scored twice.
  public var latestRepetition: Int { 0 }
  private var admissions = AdmissionMemory<Domain>()

  /// A candidate that is to be scored.
  struct Proposal {
    let architecture: Architecture
    let costs: SpaceCosts
    let parent: Int?
  }

  /// Starts a search.
  public init(_ plan: SearchPlan<Domain>) {
    self.plan = plan
    history = SearchHistory(components: plan.components)
  }

  /// Proposes and scores one generation.
  ///
  /// Where the scorer was told to stop, the generation enters the history as far as it was scored, and
  /// the search must not be advanced any further.
  ///
  /// - Parameter scorer: where scores come from.
  /// - Throws: `SearchExhaustion` where not a single candidate was found, and what the scorer throws.
  public mutating func advance(with scorer: some SearchScorer<Architecture>) throws {
    let proposals = try nextGeneration(scorer)
    let isFree = plan.proxies.isEmpty
    let scores =
      isFree ? [:] : try scorer.scores(of: proposals.map(\.architecture), repetition: 0)
    for proposal in proposals {
      guard let found = isFree ? [:] : scores[proposal.architecture] else { continue }
      history.append(
        SearchHistory.Entry(
          architecture: proposal.architecture, costs: proposal.costs, scores: found,
          parent: proposal.parent))
    }
    if history.count == 0, let exhaustion { throw exhaustion }
  }

  // MARK: Proposals

  /// The candidates of the next generation; fewer where no more are found or the scorer was told to stop.
  private mutating func nextGeneration(
    _ scorer: some SearchScorer<Architecture>
  ) throws -> [Proposal] {
    let founders = plan.domain.founders(population: plan.population)
    let isFounding = history.count < founders
    let parents = isFounding ? [] : parents()
    var proposals: [Proposal] = []
    var seen: Set<Architecture> = []
    let wanted = min(plan.generation, plan.evaluations - history.count)
    while proposals.count < wanted, !scorer.isStopped {
      // A generation with founders has nothing else, whatever its size is.
      let number = history.count + proposals.count
      guard
        let proposal = try proposal(number: number, parents: parents, seen: seen, scorer)
      else { break }
      seen.insert(proposal.architecture)
      proposals.append(proposal)
    }
    return proposals
  }

  /// The places of the candidates that parents are drawn from.
  private func parents() -> [Int] {
    let full = plan.parents(among: history.count)
    guard plan.selection == .best, history.count >= full else {
      return Array(history.entries.indices)
    }
    return history.ranks.best(full)
  }

  private var purpose: String {
    switch plan.selection {
    case .best: "search"
    case .random: "random search"
    }
  }

  /// The first accepted candidate of the stream of a proposal, `nil` where patience ends or the scorer
  /// was told to stop.
  private mutating func proposal(
    number: Int, parents: [Int], seen: Set<Architecture>,
    _ scorer: some SearchScorer<Architecture>
  ) throws -> Proposal? {
    var indices = StreamIndices(
      RandomStream(seed: plan.seed, text: "", purpose: purpose, index: number))
    var tally: [SearchRejection.Kind: Int] = [:]
    var fewest: Int?
    for attempt in 0..<plan.patience {
      let parent = parent(parents, attempt: attempt, using: &indices)
      let candidate =
        parent.map { child(of: $0, parents, using: &indices) }
        ?? plan.domain.founder(using: &indices)
      let isKnown = seen.contains(candidate) || history.places[candidate] != nil
      switch isKnown
        ? .rejected(.known)
        : try admissions.admission(of: candidate, by: plan, latency: scorer.latency)
      {
      case .accepted(let costs):
        rejections.merge(tally, uniquingKeysWith: +)
        return Proposal(architecture: candidate, costs: costs, parent: parent)
      case .rejected(let rejection):
        tally[rejection.kind, default: 0] += 1
        if case .flops(let flops, _) = rejection { fewest = min(fewest ?? flops, flops) }
      }
      if scorer.isStopped { return nil }
    }
    rejections.merge(tally, uniquingKeysWith: +)
    exhaustion = SearchExhaustion(
      tries: plan.patience, rejections: tally, fewestFLOPs: fewest,
      candidates: history.count + seen.count)
    return nil
  }

  /// A neighbour of a parent or, in a domain that mixes, as often its mixture with another parent.
  private func child(
    of parent: Int, _ parents: [Int], using indices: inout StreamIndices
  ) -> Architecture {
    let first = history.entries[parent].architecture
    guard plan.domain.mixes, parents.count > 1, indices.index(below: 2) == 0 else {
      return plan.domain.child(of: first, using: &indices)
    }
    let second = history.entries[parents[indices.index(below: parents.count)]].architecture
    return plan.domain.mixture(of: first, second, using: &indices)
  }

  /// The parent of an attempt, `nil` for a founder.
  ///
  /// Where all neighbours of the best candidates are known, parents come from all of them in the second
  /// half of the patience, and founders in the last quarter: a small space is searched to its end.
  private func parent(
    _ parents: [Int], attempt: Int, using indices: inout StreamIndices
  ) -> Int? {
    if parents.isEmpty || attempt >= plan.patience / 4 * 3 { return nil }
    if attempt < plan.patience / 2 { return parents[indices.index(below: parents.count)] }
    return indices.index(below: history.count)
  }
}

/// A search that finds no further candidate.
public struct SearchExhaustion: Error, Hashable, Sendable, CustomStringConvertible {
  /// Proposals that were rejected in a row.
  public let tries: Int
  /// How many of them were rejected for each reason.
  public let rejections: [SearchRejection.Kind: Int]
  /// The fewest FLOPs of those that had too many, `nil` where none had.
  public let fewestFLOPs: Int?
  /// The candidates that were found before.
  public let candidates: Int

  init(
    tries: Int, rejections: [SearchRejection.Kind: Int], fewestFLOPs: Int? = nil,
    candidates: Int
  ) {
    self.tries = tries
    self.rejections = rejections
    self.fewestFLOPs = fewestFLOPs
    self.candidates = candidates
  }

  /// One line with the reasons.
  public var description: String {
    let reasons = SearchRejection.Kind.allCases.compactMap { kind in
      rejections[kind].map { count in
        let least = kind == .flops ? fewestFLOPs.map { ", \($0) at least" } ?? "" : ""
        return "\(count) \(kind.text)\(least)"
      }
    }
    let found = candidates == 0 ? "no candidate meets the constraints" : "no further candidate"
    return
      "\(found): \(tries) mutations in a row were rejected (\(reasons.joined(separator: ", ")))"
  }
}
