internal import Ranking

/// Every ranking that can be asked for by name.
public enum AllRankings {
  /// The proxies whose ranks ``recommended`` multiplies, chosen on the tasks of `Guides/Recommended.md`.
  ///
  /// What a network may compute, how evenly its blocks fill their features, and how little the channels of its
  /// layers repeat one another: one forward pass, and neither labels nor images. A later choice gets another
  /// number, and this one keeps its name.
  public static let recommendedMembers: [any Proxy] = [FLOPs(), Expressivity(), MeCoOpt()]

  /// The name of the ranking that is taken where none is named.
  public static let recommended = "recommended"

  /// The rankings; a definition may use the names of those before it, and so no cycle can be written.
  public static let list: [NamedRanking] = [
    NamedRanking(
      "recommended-1", recommendedMembers.map { "rank(\($0.name))" }.joined(separator: "*"),
      summary: "product of three ranks that holds in many spaces", citation: "this project"),
    NamedRanking(
      recommended, "recommended-1", summary: "the newest of the recommended rankings",
      citation: "this project"),
    NamedRanking(
      "vkdnw-single", "dense(layers, vkdnw)", summary: "by layers, equal counts by vkdnw",
      citation: vkdnw),
    NamedRanking(
      "vkdnw-agg",
      "rank(vkdnw-single)*rank(jacov)*rank(expressivity)*rank(trainability)*rank(flops)",
      summary: "product of five ranks, equation 15", citation: vkdnw),
    NamedRanking(
      "az-nas", "rank(expressivity)*rank(progressivity)*rank(trainability)*rank(flops)",
      summary: "product of four ranks", citation: "Lee and Ham, CVPR 2024"),
    NamedRanking(
      "te-nas", "rank(ntk) + rank(linear-regions)", summary: "sum of two ranks",
      citation: "Chen, Gong and Wang, ICLR 2021"),
    NamedRanking(
      jacovAndParameters, "rank(jacov)*rank(parameters)", summary: "Jacobians and size",
      citation: "baseline"),
  ]

  /// The ranking of a name, if there is one.
  public static func named(_ name: String) -> NamedRanking? { list.first { $0.name == name } }

  /// The expressions over the names of proxies alone, by the name of the ranking.
  ///
  /// - Parameter proxies: the proxies that there are; a ranking that needs others has no expression.
  /// - Returns: an expression for each ranking whose proxies there are.
  static func definitions(over proxies: [any Proxy]) -> [String: RankExpression] {
    let names = Set(proxies.map(\.name))
    return list.reduce(into: [:]) { definitions, ranking in
      let before = definitions
      let expression = try? RankExpression(parsing: ranking.text) {
        names.contains($0) || before[$0] != nil
      }
      definitions[ranking.name] = expression?.replacing(before)
    }
  }

  /// The baselines that rankings are to be compared with.
  ///
  /// Sizes cost nothing and always stand beside; the Jacobians with the size only where rankings need
  /// the Jacobians anyway.
  ///
  /// - Parameters:
  ///   - rankings: what is evaluated.
  ///   - proxies: the proxies that there are.
  /// - Returns: the baselines in a fixed order.
  /// - Throws: a ``CollectionRankingError`` where the Jacobians are needed and `proxies` lacks them.
  public static func baselines(
    beside rankings: [CollectionRanking], proxies: [any Proxy] = AllProxies.list
  ) throws(CollectionRankingError) -> [CollectionRanking] {
    let sizes: [any Proxy] = [Layers(), FLOPs(), ParameterCount()]
    var baselines = sizes.map(CollectionRanking.init)
    if rankings.contains(where: { $0.proxies.contains { $0.name == "jacov" } }) {
      baselines.append(try CollectionRanking(parsing: jacovAndParameters, proxies: proxies))
    }
    return baselines
  }

  private static let jacovAndParameters = "jacov-parameters"
  private static let vkdnw = "Tybl and Neumann, CVPR 2025"
}
