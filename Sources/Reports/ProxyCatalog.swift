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
  public var table: String {
    var table = TextTable([
      ("proxy", .left), ("better", .left), ("needs", .left), ("measures", .left),
      ("passes", .left), ("source", .left),
    ])
    for proxy in proxies {
      table.add([
        proxy.name, proxy.higherIsBetter ? "higher" : "lower", proxy.needs.text, proxy.summary,
        proxy.cost, proxy.citation,
      ])
    }
    var second = TextTable([
      ("ranking", .left), ("is", .left), ("expression", .left), ("source", .left),
    ])
    for ranking in rankings {
      second.add([ranking.name, ranking.summary, ranking.text, ranking.citation])
    }
    return table.text + "\nRankings of collections, for evaluate:\n\n" + second.text
  }

  /// An array of the lines.
  public var json: JSONValue { .array(lines) }

  /// One object for each proxy, then one with its expression for each ranking.
  public var lines: [JSONValue] {
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
      ] as JSONValue
    }
      + rankings.map { ranking in
        [
          "name": .text(ranking.name), "summary": .text(ranking.summary),
          "expression": .text(ranking.text), "citation": .text(ranking.citation),
        ]
      }
  }

  /// The facts of a proxy, and the expression of a ranking.
  public var header: [String] {
    ["name", "higher_is_better", "needs", "summary", "cost", "citation", "expression"]
  }

  /// One record for each proxy and ranking.
  public var records: [[String]] {
    proxies.map {
      [$0.name, "\($0.higherIsBetter)", $0.needs.text, $0.summary, $0.cost, $0.citation, ""]
    } + rankings.map { [$0.name, "true", "", $0.summary, "", $0.citation, $0.text] }
  }
}
