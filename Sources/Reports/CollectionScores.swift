public import Formats
internal import Ranking
public import Scoring

/// Every network of a collection with its accuracy, its scores, and its value in rankings.
public struct CollectionScores: Report {
  private let networks: RatedNetworks
  private let scores: [String: [Score]]
  private let proxies: [any Proxy]
  /// The rankings that are no proxies.
  private let rankings: [ScoredRanking]

  /// Lists the networks of a collection.
  ///
  /// - Parameters:
  ///   - networks: the networks.
  ///   - scores: the scores by the name of the proxy, one for each network.
  ///   - rankings: the rankings, whose scores are all there.
  public init(
    _ networks: RatedNetworks, scores: [String: [Score]], rankings: [CollectionRanking]
  ) {
    self.networks = networks
    self.scores = scores
    var seen: Set<String> = []
    proxies = rankings.flatMap(\.proxies).filter {
      scores[$0.name] != nil && seen.insert($0.name).inserted
    }
    self.rankings = rankings.filter { seen.insert($0.name).inserted }.map {
      ScoredRanking($0, scores: scores, count: networks.architectures.count)
    }
  }

  /// A row for each network.
  public func table(_ layout: TableLayout) -> String {
    var table = TextTable(
      (networks.indices == nil ? [] : [.init("index", .right)]) + [.init("accuracy", .right)]
        + (proxies.map(\.name) + rankings.map(\.name)).map { .init($0, .right) }
        + [.architecture()])
    for (number, architecture) in networks.architectures.enumerated() {
      table.add(
        index(of: number) + [decimals(networks.accuracies[number], 2)]
          + values(of: number).map { $0.map { significant($0) } ?? "undefined" }
          + [architecture])
    }
    return table.text(layout)
  }

  /// The index in the benchmark, in a space that has one.
  private func index(of number: Int) -> [String] {
    networks.indices.map { ["\($0[number])"] } ?? []
  }

  /// The scores, then the values in the rankings.
  private func values(of number: Int) -> [Double?] {
    proxies.map { scores[$0.name]?[number].value }
      + rankings.map { $0.values[number] }
  }

  /// The networks.
  public var json: JSONValue {
    .object(networks.origin.members + [JSONValue.Member("networks", .array(lines))])
  }

  /// One object for each network.
  public var lines: [JSONValue] {
    let names = proxies.map(\.name) + rankings.map(\.name)
    return networks.architectures.indices.map { number in
      .object(
        [JSONValue.Member("architecture", .text(networks.architectures[number]))]
          + (networks.indices.map { [JSONValue.Member("index", .integer($0[number]))] } ?? [])
          + [
            JSONValue.Member("accuracy", .number(networks.accuracies[number])),
            JSONValue.Member(
              "scores",
              .object(
                zip(names, values(of: number)).map { JSONValue.Member($0, .optional($1)) })),
          ])
    }
  }

  /// The network, and a column for each proxy and ranking.
  public var header: [String] {
    ["architecture"] + (networks.indices == nil ? [] : ["index"]) + ["accuracy"]
      + proxies.map(\.name) + rankings.map(\.name)
  }

  /// One record for each network; an undefined score is an empty cell.
  public var records: [[String]] {
    networks.architectures.indices.map { number in
      [networks.architectures[number]] + index(of: number) + [cell(networks.accuracies[number])]
        + values(of: number).map(cell)
    }
  }
}
