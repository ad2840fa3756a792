public import Formats
public import Scoring

/// The proxies and the rankings made of them that can be asked for by name.
public struct ProxyCatalog: Report {
  private let proxies: [any Proxy]
  private let rankings: [NamedRanking]

  /// Lists proxies and rankings.
  public init(
    _ proxies: [any Proxy] = AllProxies.list, rankings: [NamedRanking] = AllRankings.list
  ) {
    self.proxies = proxies
    self.rankings = rankings
  }

  /// A row for each proxy, and under them one for each ranking.
  public func table(_ layout: TableLayout) -> String {
    var table = TextTable([
      .init("proxy", .left), .init("better", .left),
      .init("needs", .left).with(.wrapped(least: 15)),
      .init("measures", .left).with(.wrapped(least: 28)),
      .init("passes", .left).with(.wrapped(least: 16)).omitted(1),
      .init("source", .left).with(.wrapped(least: 16)).omitted(2),
    ])
    for proxy in proxies {
      table.add([
        proxy.name, proxy.higherIsBetter ? "higher" : "lower", proxy.needs.text, proxy.summary,
        proxy.cost, proxy.citation,
      ])
    }
    var second = TextTable([
      .init("ranking", .left), .init("is", .left).with(.wrapped(least: 16)),
      .init("expression", .left).with(.wrapped(least: 32)),
      .init("source", .left).with(.wrapped(least: 16)).omitted(1),
    ])
    for ranking in rankings {
      second.add([ranking.name, ranking.summary, ranking.text, ranking.citation])
    }
    return table.text(layout) + "\n"
      + layout.paragraph("Rankings of collections, for evaluate, compare and score --by:") + "\n"
      + second.text(layout)
  }

  /// The proxies, and the rankings.
  public var json: JSONValue {
    ["proxies": .array(proxyLines), "rankings": .array(rankingLines)]
  }

  /// One object for each proxy, then one for each ranking; `kind` tells them apart.
  public var lines: [JSONValue] {
    func marked(_ lines: [JSONValue], _ kind: String) -> [JSONValue] {
      lines.map { line in
        guard case .object(let members) = line else { return line }
        return .object([JSONValue.Member("kind", .text(kind))] + members)
      }
    }
    return marked(proxyLines, "proxy") + marked(rankingLines, "ranking")
  }

  private var proxyLines: [JSONValue] {
    proxies.map { proxy in
      let needs: [(ProxyNeeds, JSONValue)] = [
        (.weights, "weights"), (.inputs, "inputs"), (.images, "images"),
        (.labels, "labels"),
      ]
      return [
        "name": .text(proxy.name), "summary": .text(proxy.summary),
        "higherIsBetter": .boolean(proxy.higherIsBetter),
        "needs": .array(needs.filter { proxy.needs.contains($0.0) }.map(\.1)),
        "cost": .text(proxy.cost), "citation": .text(proxy.citation),
      ]
    }
  }

  private var rankingLines: [JSONValue] {
    rankings.map { ranking in
      [
        "name": .text(ranking.name), "summary": .text(ranking.summary),
        "expression": .text(ranking.text), "citation": .text(ranking.citation),
      ]
    }
  }

  /// The facts of a proxy, and the expression of a ranking.
  public var header: [String] {
    ["kind", "name", "higherIsBetter", "needs", "summary", "cost", "citation", "expression"]
  }

  /// One record for each proxy and ranking.
  public var records: [[String]] {
    proxies.map {
      [
        "proxy", $0.name, "\($0.higherIsBetter)", $0.needs.text, $0.summary, $0.cost, $0.citation,
        "",
      ]
    } + rankings.map { ["ranking", $0.name, "true", "", $0.summary, "", $0.citation, $0.text] }
  }
}
