public import Formats
internal import Ranking
public import Scoring
internal import Spaces

/// Every network of a collection with its accuracy, its scores, and its value in rankings.
public struct CollectionScores: Report {
  private let collection: ScoredCollection
  private let proxies: [any Proxy]
  /// The rankings that are no proxies.
  private let rankings: [ScoredRanking]

  /// Lists the networks of a collection.
  ///
  /// - Parameters:
  ///   - collection: the networks with their scores.
  ///   - rankings: the rankings, of which the collection has all scores.
  public init(_ collection: ScoredCollection, rankings: [CollectionRanking]) {
    self.collection = collection
    var seen: Set<String> = []
    proxies = rankings.flatMap(\.proxies).filter {
      collection.scores[$0.name] != nil && seen.insert($0.name).inserted
    }
    self.rankings = rankings.filter { seen.insert($0.name).inserted }.map(collection.values(of:))
  }

  /// A row for each network.
  public func table(_ layout: TableLayout) -> String {
    var table = TextTable(
      [.init("index", .right), .init("accuracy", .right)]
        + (proxies.map(\.name) + rankings.map(\.name)).map { .init($0, .right) }
        + [.architecture()])
    for (number, architecture) in collection.architectures.enumerated() {
      table.add(
        ["\(architecture.benchmarkIndex)", decimals(collection.accuracies[number], 2)]
          + scores(of: number).map { $0.map { significant($0) } ?? "undefined" }
          + [architecture.description])
    }
    return table.text(layout)
  }

  /// The scores, then the values in the rankings.
  private func scores(of number: Int) -> [Double?] {
    proxies.map { collection.scores[$0.name]?[number].value }
      + rankings.map { $0.values[number] }
  }

  /// The networks.
  public var json: JSONValue {
    ["dataset": .text(collection.dataset.rawValue), "networks": .array(lines)]
  }

  /// One object for each network.
  public var lines: [JSONValue] {
    let names = proxies.map(\.name) + rankings.map(\.name)
    return collection.architectures.enumerated().map { number, architecture in
      [
        "architecture": .text(architecture.description),
        "index": .integer(architecture.benchmarkIndex),
        "accuracy": .number(collection.accuracies[number]),
        "scores": .object(
          zip(names, scores(of: number)).map { JSONValue.Member($0, .optional($1)) }),
      ]
    }
  }

  /// The network, and a column for each proxy and ranking.
  public var header: [String] {
    ["architecture", "index", "accuracy"] + proxies.map(\.name) + rankings.map(\.name)
  }

  /// One record for each network; an undefined score is an empty cell.
  public var records: [[String]] {
    collection.architectures.enumerated().map { number, architecture in
      [
        architecture.description, "\(architecture.benchmarkIndex)",
        cell(collection.accuracies[number]),
      ] + scores(of: number).map(cell)
    }
  }
}
