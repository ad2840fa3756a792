public import Formats
public import Networks
internal import Ranking
public import Scoring
public import Search

/// Networks of one space with the scores of a run, as a store holds them.
public struct ScoredRun<Architecture: Hashable & Sendable & CustomStringConvertible>: Sendable {
  /// The name of the space.
  public let space: String
  /// The settings of all scores together.
  public let settings: [String: SettingValue]
  /// The seed of weights and inputs.
  public let seed: UInt64
  /// The files that hold the scores.
  public let stores: [String]
  /// The networks that have all scores that are ranked, ranked together.
  public let comparison: SearchComparison<Architecture>
  /// Networks that were scored again with fresh numbers, as a race does.
  public let repeated: Int

  /// Ranks the networks of a run.
  ///
  /// There is none where fewer than two networks have the scores.
  ///
  /// - Parameters:
  ///   - scores: the scores of each proxy by architecture.
  ///   - space: the name of the space.
  ///   - settings: the settings of all scores together.
  ///   - seed: the seed of weights and inputs.
  ///   - stores: the files that hold the scores.
  ///   - repeated: networks that were scored again with fresh numbers.
  ///   - products: rank products in the order in which they are preferred; the first one whose scores
  ///     there are ranks the networks, and else layers and then `vkdnw`, or the proxy with most scores.
  ///   - costs: what an architecture costs.
  ///   - accuracy: its known accuracy in percent, if the space has one.
  ///   - index: its index, if the space has one.
  /// - Throws: what `costs` throws.
  public init?(
    _ scores: [String: [Architecture: Score]], space: String, settings: [String: SettingValue],
    seed: UInt64, stores: [String], repeated: Int, products: [[SearchComponent]],
    costs: (Architecture) throws -> SpaceCosts,
    accuracy: (@Sendable (Architecture) -> Double?)? = nil,
    index: (@Sendable (Architecture) -> Int)? = nil
  ) throws {
    guard let components = Self.components(of: scores, products) else { return nil }
    let measured = components.flatMap(\.proxies).filter { !($0 is any CostProxy) }.map(\.name)
    guard let first = measured.first, let networks = scores[first]?.keys else { return nil }
    // In an order that no dictionary decides.
    let complete = networks.filter { network in
      measured.allSatisfy { scores[$0]?[network] != nil }
    }.map { (network: $0, text: $0.description) }.sorted { $0.text < $1.text }.map(\.network)
    guard complete.count > 1 else { return nil }
    var comparison = SearchComparison<Architecture>(
      components: components, accuracy: accuracy, index: index)
    comparison.add(
      try complete.map { network in
        let costs = try costs(network)
        var own = scores.compactMapValues { $0[network] }
        // What costs nothing need not be in a store.
        for proxy in [Layers(), FLOPs(), ParameterCount()] as [any CostProxy] {
          own[proxy.name] = .value(proxy.value(of: costs))
        }
        return SearchHistory.Entry(architecture: network, costs: costs, scores: own)
      }, from: "store")
    self.space = space
    self.settings = settings
    self.seed = seed
    self.stores = stores
    self.comparison = comparison
    self.repeated = repeated
  }

  private static func components(
    of scores: [String: [Architecture: Score]], _ products: [[SearchComponent]]
  ) -> [SearchComponent]? {
    let known = products.first { product in
      product.flatMap(\.proxies).allSatisfy { $0 is any CostProxy || scores[$0.name] != nil }
    }
    if let known { return known }
    if scores[VKDNW().name] != nil { return [.layersThen(VKDNW())] }
    let measured = AllProxies.list.filter {
      !($0 is any CostProxy) && scores[$0.name] != nil
    }
    let fullest = measured.max {
      (scores[$0.name]?.count ?? 0) < (scores[$1.name]?.count ?? 0)
    }
    return fullest.map { [.proxy($0)] }
  }
}
