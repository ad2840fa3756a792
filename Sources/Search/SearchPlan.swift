public import Networks
public import Scoring
public import Spaces

/// What a search does, to the last draw: together with the scores it determines the result.
public struct SearchPlan<Domain: SearchDomain>: Sendable {
  /// Where parents of a full population come from.
  public enum Selection: String, Hashable, Sendable {
    /// From the candidates with the highest aggregate, one fewer than the population constant.
    case best
    /// From all candidates: the same steps without selection, the baseline of a search.
    case random
  }

  /// The space with its neighbourhoods.
  public var domain: Domain
  /// The scores whose ranks are multiplied.
  public var components: [SearchComponent]
  /// What is accepted.
  public var constraints: SearchConstraints
  /// The population constant: parents are one candidate fewer.
  public var population: Int
  /// Whether parents are the best quarter of all candidates so far, up to the population constant, so
  /// that a search of unknown length selects from its beginning.
  public var isGrowing: Bool
  /// Candidates that are proposed together, from the ranks of all generations before.
  public var generation: Int
  /// Candidates that are scored in all.
  public var evaluations: Int
  /// Where parents of a full population come from.
  public var selection: Selection
  /// The seed of the proposals.
  public var seed: UInt64
  /// After how many rejected proposals in a row a search gives up.
  public var patience: Int

  /// Creates a plan.
  public init(
    domain: Domain, components: [SearchComponent], constraints: SearchConstraints,
    population: Int, isGrowing: Bool = false, generation: Int, evaluations: Int,
    selection: Selection = .best, seed: UInt64, patience: Int = 10_000
  ) {
    precondition(
      population > 1 && generation > 0 && evaluations > 0 && patience > 0,
      "population \(population), generation \(generation), \(evaluations) evaluations, "
        + "patience \(patience)")
    self.domain = domain
    self.components = components
    self.constraints = constraints
    self.population = population
    self.isGrowing = isGrowing
    self.generation = generation
    self.evaluations = evaluations
    self.selection = selection
    self.seed = seed
    self.patience = patience
  }

  /// The number of parents among some candidates; with fewer candidates all are parents.
  ///
  /// - Parameter candidates: how many there are.
  /// - Returns: one fewer than the population constant, or a quarter of the candidates.
  func parents(among candidates: Int) -> Int {
    isGrowing ? min(population - 1, max(candidates / 4, 4)) : population - 1
  }

  /// What a candidate costs, or why it is not accepted.
  ///
  /// - Parameters:
  ///   - candidate: the candidate.
  ///   - latency: measures it; asked last, and only where the latency is limited.
  /// - Returns: the costs, or the first limit that it exceeds.
  /// - Throws: what the measurement throws.
  public func admission(
    of candidate: Domain.Space.Architecture,
    latency: (Domain.Space.Architecture) throws -> Double
  ) throws -> SearchAdmission {
    try timed(counted(candidate), of: candidate, latency: latency)
  }

  /// The admission as far as it follows from the architecture alone: all but the latency.
  func counted(_ candidate: Domain.Space.Architecture) -> SearchAdmission {
    let costs: SpaceCosts
    do { costs = try domain.costs(of: candidate) } catch { return .rejected(.network("\(error)")) }
    if let excess = constraints.excess(of: costs) { return .rejected(excess) }
    if constraints.memory != nil {
      let network: Network
      do { network = try domain.space.network(for: candidate) } catch {
        return .rejected(.network("\(error)"))
      }
      let bytes = NetworkCount(network).peakActivationBytes
      if let excess = constraints.excess(ofMemory: bytes) { return .rejected(excess) }
    }
    return .accepted(costs)
  }

  /// What is left of an admission once an accepted candidate is measured, where the latency is limited.
  func timed(
    _ admission: SearchAdmission, of candidate: Domain.Space.Architecture,
    latency: (Domain.Space.Architecture) throws -> Double
  ) throws -> SearchAdmission {
    guard case .accepted = admission, constraints.latency != nil,
      let excess = constraints.excess(ofLatency: try latency(candidate))
    else { return admission }
    return .rejected(excess)
  }

  /// The proxies that every candidate is scored with, each once.
  public var proxies: [any Proxy] {
    var names: Set<String> = []
    return components.flatMap(\.proxies).filter { names.insert($0.name).inserted }
  }
}

/// Whether a candidate meets the constraints of a search.
public enum SearchAdmission: Hashable, Sendable {
  /// It does, at these costs.
  case accepted(SpaceCosts)
  /// It does not.
  case rejected(SearchRejection)
}
