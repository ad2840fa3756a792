internal import Networks
public import Ranking
public import Scoring
public import Spaces
internal import Studies

/// The rankings that a group of series allows, measured on the networks that have all their scores.
public struct GroupEvaluation: Sendable {
  /// A ranking and its metrics.
  public struct Entry: Sendable {
    /// The ranking.
    public let ranking: CollectionRanking
    /// The metrics.
    public let row: MetricsRow
    /// Whether it needs a score that no group before has.
    public let isOwn: Bool
  }

  /// The series.
  public let group: ScoreGroup
  /// The population that the networks belong to.
  public let population: NASBench201Population
  /// The number of positions that nDCG looks at.
  public let cutoff: Int
  /// The rankings in the order of the paper, then the others.
  public let entries: [Entry]
  /// The networks of the ranking that has most, with all scores that they all have.
  public let collection: ScoredCollection

  /// Measures rankings.
  ///
  /// There is none where the group has no such networks.
  ///
  /// - Parameters:
  ///   - group: the series.
  ///   - population: `live` for the live networks alone; `all` for all, of which some must not be live.
  ///   - cutoff: the number of positions that nDCG looks at.
  ///   - bootstrap: the settings of the intervals, or `nil` for none.
  ///   - onlyOwn: whether rankings are left out that need no score of the group's own.
  public init?(
    _ group: ScoreGroup, population: NASBench201Population, cutoff: Int, bootstrap: Bootstrap?,
    onlyOwn: Bool = false
  ) {
    var collections = Collections(group, population: population)
    guard
      collections.isOfPopulation,
      let most = group.series.values.map({ collections.networks(of: [$0.proxy]).count }).max(),
      most > 1
    else { return nil }
    var entries: [Entry] = []
    for ranking in Self.rankings where collections.hasScores(of: ranking.proxies) {
      let measured = ranking.proxies.filter { !$0.needs.isEmpty }.map(\.name)
      let isOwn = measured.contains(where: group.own.contains)
      if onlyOwn, !isOwn { continue }
      let collection = collections.collection(of: ranking.proxies)
      guard collection.architectures.count > 1 else { continue }
      let scored = collection.values(of: ranking)
      entries.append(
        Entry(
          ranking: ranking,
          row: MetricsRow(
            name: ranking.name,
            correlations: rankCorrelations(
              scored.values, collection.accuracies, at: cutoff, bootstrap: bootstrap),
            networks: scored.values.count, undefined: scored.undefined),
          isOwn: isOwn))
    }
    let shared = AllProxies.list.filter { proxy in
      collections.hasScores(of: [proxy]) && collections.networks(of: [proxy.name]).count == most
    }
    self.group = group
    self.population = population
    self.cutoff = cutoff
    self.entries = entries
    collection = collections.collection(of: shared)
  }

  /// Every ranking with a name, in the order of Table I and after it as they are listed.
  private static let rankings: [CollectionRanking] = {
    let published = PublishedRanking.rows(of: .live).flatMap(\.rankings)
    // Deciles are features of learned rankings, and no rankings of their own.
    let proxies = AllProxies.list.filter { !($0 is VKDNWDecile) }
    let names = AllRankings.list.map(\.name) + proxies.map(\.name)
    var seen: Set<String> = []
    return (published + names).filter { seen.insert($0).inserted }
      .compactMap { try? CollectionRanking(parsing: $0) }
  }()

  /// Whether nDCG speaks of what the paper's speaks of: all networks, and the same cutoff.
  func hasComparableGain(_ row: MetricsRow) -> Bool {
    cutoff == PublishedRanking.cutoff
      && row.networks == PublishedRanking.population(for: population).count
  }
}

/// Networks with scores, made once for each set of networks.
private struct Collections {
  private let group: ScoreGroup
  private let population: NASBench201Population
  private var draws = Draws()
  private var costs: [String: [NASBench201Architecture: Score]] = [:]
  /// Whether there are networks that make it this population and not the other.
  let isOfPopulation: Bool

  init(_ group: ScoreGroup, population: NASBench201Population) {
    self.group = group
    self.population = population
    isOfPopulation =
      population == .live
      || group.series.values.contains { $0.records.keys.contains { !$0.isLive } }
  }

  func hasScores(of proxies: [any Proxy]) -> Bool {
    proxies.allSatisfy { $0 is any CostProxy || group.series[$0.name] != nil }
  }

  /// The networks that have all scores of the measured ones among some proxies; where none is
  /// measured, those of the series with most.
  func networks(of names: [String]) -> Set<NASBench201Architecture> {
    let measured = names.compactMap { name in
      AllProxies.named(name) is any CostProxy ? nil : group.series[name]
    }
    func members(_ series: ScoreSeries) -> Set<NASBench201Architecture> {
      Set(series.records.keys.filter { population != .live || $0.isLive })
    }
    guard let first = measured.first else {
      // Sizes stand beside the scores that were measured, hence on the same networks.
      let measured = group.series.values.filter { !(AllProxies.named($0.proxy) is any CostProxy) }
      let largest = (measured.isEmpty ? Array(group.series.values) : measured).min {
        ($1.records.count, $0.proxy) < ($0.records.count, $1.proxy)
      }
      return largest.map(members) ?? []
    }
    return measured.dropFirst().reduce(members(first)) { $0.intersection(members($1)) }
  }

  mutating func collection(of proxies: [any Proxy]) -> ScoredCollection {
    let networks = draws.order(networks(of: proxies.map(\.name)), of: population)
    var scores: [String: [Score]] = [:]
    var seconds: [String: Double] = [:]
    for proxy in proxies {
      if let series = group.series[proxy.name] {
        let records = networks.compactMap { series.records[$0] }
        if records.count == networks.count {
          scores[proxy.name] = records.map(\.score)
          seconds[proxy.name] =
            records.reduce(0) { $0 + $1.seconds } / Double(max(records.count, 1))
          continue
        }
      }
      if let cost = proxy as? any CostProxy {
        scores[proxy.name] = costScores(cost, of: networks)
        seconds[proxy.name] = 0
      }
    }
    return ScoredCollection(
      networks, of: population, on: group.dataset, scores: scores, seconds: seconds)
  }

  private mutating func costScores(
    _ proxy: any CostProxy, of networks: [NASBench201Architecture]
  ) -> [Score] {
    let space = NASBench201Space(skeleton: group.skeleton)
    return networks.map { architecture in
      if let known = costs[proxy.name]?[architecture] { return known }
      let score = proxy.score(of: architecture, in: space)
      costs[proxy.name, default: [:]][architecture] = score
      return score
    }
  }
}

/// Which draw of a population a set of networks is.
struct Draws {
  private var whole: [NASBench201Population: [NASBench201Architecture]] = [:]

  /// The networks as `tfnas evaluate` orders them: those of a whole population by index, those of a
  /// draw with the seed 0 as drawn, and any others by index.
  mutating func order(
    _ networks: Set<NASBench201Architecture>, of population: NASBench201Population
  ) -> [NASBench201Architecture] {
    if networks.count == population.count { return population.architectures }
    if isDraw(networks, of: population) { return Array(drawn(population).prefix(networks.count)) }
    return networks.sorted { $0.benchmarkIndex < $1.benchmarkIndex }
  }

  /// Whether the networks are those of `--sample` with as many and the sample seed 0.
  mutating func isDraw(
    _ networks: Set<NASBench201Architecture>, of population: NASBench201Population
  ) -> Bool {
    drawn(population).prefix(networks.count).allSatisfy(networks.contains)
  }

  private mutating func drawn(_ population: NASBench201Population) -> [NASBench201Architecture] {
    if let known = whole[population] { return known }
    let order = population.sample(count: population.count, seed: 0)
    whole[population] = order
    return order
  }
}
