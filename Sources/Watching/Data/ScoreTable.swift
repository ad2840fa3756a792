package import Formats
package import Scoring

/// The scores that are shown, in the order in which they were found.
///
/// A score has a position, and whoever has seen all up to a position needs only those behind it.
package struct ScoreTable: Sendable {
  /// Everything but the architecture that determines a score.
  private struct Column: Hashable {
    let proxy: String
    let settings: String
    let seed: UInt64
    let kernels: String
  }

  private struct Network: Hashable {
    let space: Int
    let architecture: String
  }

  private var columns: [Column] = []
  private var columnNumbers: [Column: Int] = [:]
  private var spaces: [String] = []
  private var spaceNumbers: [String: Int] = [:]
  private var networks: [Network] = []
  private var networkNumbers: [Network: Int] = [:]
  /// The position of the first score of each network.
  private var firstPositions: [Int] = []
  /// The network of each score.
  private var rows: [Int32] = []
  /// The column of each score.
  private var cells: [Int32] = []
  /// The scores, NaN where there is none.
  private var scores: [Double] = []
  /// Why there is none, by position.
  private var reasons: [Int: String] = [:]

  /// Creates an empty table.
  package init() {}

  /// The scores.
  package var count: Int { scores.count }
  /// The networks.
  package var networkCount: Int { networks.count }

  /// Adds a record that is not there yet.
  package mutating func add(_ record: Evaluation) {
    let column = Column(
      proxy: record.proxy, settings: record.settings, seed: record.seed, kernels: record.kernels)
    let space = Self.number(of: record.space, in: &spaceNumbers, &spaces)
    let known = networks.count
    let network = Self.number(
      of: Network(space: space, architecture: record.architecture), in: &networkNumbers,
      &networks)
    if network == known { firstPositions.append(count) }
    rows.append(Int32(network))
    cells.append(Int32(Self.number(of: column, in: &columnNumbers, &columns)))
    switch record.score {
    case .value(let score): scores.append(score)
    case .undefined(let reason):
      reasons[count] = reason
      scores.append(.nan)
    }
  }

  /// A network by its number, as its first score has it; `nil` where there is none of this number.
  package func network(_ number: Int) -> WatchedNetwork? {
    guard networks.indices.contains(number) else { return nil }
    let network = networks[number]
    return WatchedNetwork(
      space: spaces[network.space], architecture: network.architecture,
      settings: columns[Int(cells[firstPositions[number]])].settings)
  }

  private static func number<Name: Hashable>(
    of name: Name, in numbers: inout [Name: Int], _ list: inout [Name]
  ) -> Int {
    if let number = numbers[name] { return number }
    let number = list.count
    numbers[name] = number
    list.append(name)
    return number
  }

  /// The scores from a position on, as JSON.
  ///
  /// | member | what it is |
  /// |---|---|
  /// | `from`, `to`, `count` | the positions of the scores, and how many there are |
  /// | `columns`, `spaces` | all of them |
  /// | `firstNetwork`, `networks`, `networkSpaces` | the networks that no score before had, by number |
  /// | `rows`, `cells`, `scores` | the network, the column and the number of each score, or why there is none |
  ///
  /// - Parameters:
  ///   - position: where it begins; one that is out of range begins behind the last score.
  ///   - limit: the most scores.
  /// - Returns: the members of an object.
  package func members(from position: Int, limit: Int) -> [JSONValue.Member] {
    let from = min(max(position, 0), count)
    let to = from + min(max(limit, 0), count - from)
    let first = networksKnown(before: from)
    let new = networks[first..<networksKnown(before: to)]
    return [
      .init("from", .integer(from)), .init("to", .integer(to)), .init("count", .integer(count)),
      .init("columns", .array(columns.map(Self.json))),
      .init("spaces", .array(spaces.map(JSONValue.text))),
      .init("firstNetwork", .integer(first)),
      .init("networks", .array(new.map { .text($0.architecture) })),
      .init("networkSpaces", .array(new.map { .integer($0.space) })),
      .init("rows", .array(rows[from..<to].map { .integer(Int($0)) })),
      .init("cells", .array(cells[from..<to].map { .integer(Int($0)) })),
      .init(
        "scores",
        .array(
          (from..<to).map { position in
            reasons[position].map(JSONValue.text) ?? .number(scores[position])
          })),
    ]
  }

  /// The networks that have a score before a position.
  private func networksKnown(before position: Int) -> Int {
    var (low, high) = (0, firstPositions.count)
    while low < high {
      let middle = (low + high) / 2
      if firstPositions[middle] < position { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The proxies that are read off the graph.
  private static let costs = Set(AllProxies.list.filter { $0 is any CostProxy }.map(\.name))

  private static func json(_ column: Column) -> JSONValue {
    .object([
      .init("proxy", .text(column.proxy)), .init("settings", .text(column.settings)),
      // A text: not every seed is a number in JavaScript.
      .init("seed", .text("\(column.seed)")), .init("kernels", .text(column.kernels)),
      .init("isCost", .boolean(costs.contains(column.proxy))),
    ])
  }
}
