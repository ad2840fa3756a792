public import TrainingFreeNAS

/// The proxies that can be asked for by name.
public struct ProxyCatalog: Report {
  private let proxies: [any Proxy]

  /// Lists proxies.
  public init(_ proxies: [any Proxy] = AllProxies.list) { self.proxies = proxies }

  /// A row for each proxy.
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
    return table.text
  }

  /// An array of the lines.
  public var json: JSONValue { .array(lines) }

  /// One object for each proxy.
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
      ]
    }
  }

  /// The facts of a proxy.
  public var header: [String] {
    ["name", "higher_is_better", "needs", "summary", "cost", "citation"]
  }

  /// One record for each proxy.
  public var records: [[String]] {
    proxies.map {
      [$0.name, "\($0.higherIsBetter)", $0.needs.text, $0.summary, $0.cost, $0.citation]
    }
  }
}
