public import Formats
public import Scoring

/// The scores of some architectures under one setting.
public struct ScoreReport: Report {
  /// The scores of one architecture.
  public struct Entry: Hashable, Sendable {
    /// The canonical text of the architecture.
    public let architecture: String
    /// What the user calls it, where that is not the text of the architecture: the path of a file.
    public let network: String?
    /// Its index in the benchmark of its space, if there is one.
    public let index: Int?
    /// Its position in the ranking, 1 being the best, where there is a ranking.
    public let position: Int?
    /// A score for each proxy of the report, in its order.
    public let scores: [Score]

    /// Creates an entry.
    public init(
      architecture: String, network: String? = nil, index: Int? = nil, position: Int? = nil,
      scores: [Score]
    ) {
      self.architecture = architecture
      self.network = network
      self.index = index
      self.position = position
      self.scores = scores
    }
  }

  /// What all entries have in common.
  public struct Context: Sendable {
    /// The name of the search space.
    public let space: String
    /// Whether architectures have an index.
    public let hasIndex: Bool
    /// Whether networks have names besides their architectures.
    public let hasNames: Bool
    /// The seed of weights and inputs.
    public let seed: UInt64
    /// The settings of all proxies together.
    public let settings: [String: SettingValue]
    /// The proxies.
    public let proxies: [any Proxy]
    /// The ranking that the entries are ordered by, `nil` where they come as they were given.
    public let ranking: String?

    /// Creates a context.
    public init(
      space: String, hasIndex: Bool = false, hasNames: Bool = false, seed: UInt64,
      settings: [String: SettingValue],
      proxies: [any Proxy], ranking: String? = nil
    ) {
      self.space = space
      self.hasIndex = hasIndex
      self.hasNames = hasNames
      self.seed = seed
      self.settings = settings
      self.proxies = proxies
      self.ranking = ranking
    }
  }

  /// What all entries have in common.
  public let context: Context
  /// The architectures in the order in which they are reported.
  public let entries: [Entry]

  /// Creates a report.
  public init(_ context: Context, entries: [Entry]) {
    for entry in entries {
      precondition(
        entry.scores.count == context.proxies.count,
        "\(entry.scores.count) scores of \(context.proxies.count) proxies")
    }
    self.context = context
    self.entries = entries
  }

  /// A row for each architecture and a column for each proxy.
  public func table(_ layout: TableLayout) -> String {
    let scores = context.proxies.map { TextTable.Column($0.name, .right) }
    let position = context.ranking == nil ? [] : [TextTable.Column("position", .right)]
    // An index tells which network it is, so that its long text may stand behind the numbers.
    var table = TextTable(
      context.hasIndex
        ? position + [TextTable.Column("index", .right)] + scores + [.architecture()]
        : position + [context.hasNames ? .architecture("network") : .architecture()] + scores)
    for entry in entries {
      let numbers = zip(context.proxies, entry.scores).map { Self.text($1, of: $0) }
      let place = context.ranking == nil ? [] : [entry.position.map(grouped) ?? "-"]
      table.add(
        context.hasIndex
          ? place + [entry.index.map { "\($0)" } ?? "-"] + numbers + [entry.architecture]
          : place + [entry.network ?? entry.architecture] + numbers)
    }
    return table.text(layout)
  }

  private static func text(_ score: Score, of proxy: any Proxy) -> String {
    guard let value = score.value else { return "undefined" }
    return proxy is FLOPs || proxy is ParameterCount
      ? millionsText(value) : significant(value)
  }

  /// The ranking, if there is one, and the networks.
  public var json: JSONValue {
    var members: [JSONValue.Member] = []
    if let ranking = context.ranking { members.append(JSONValue.Member("by", .text(ranking))) }
    return .object(members + [JSONValue.Member("networks", .array(lines))])
  }

  /// One object for each architecture.
  public var lines: [JSONValue] {
    let settings = JSONValue(settings: context.settings)
    return entries.map { entry in
      var members = [JSONValue.Member("architecture", .text(entry.architecture))]
      if let network = entry.network {
        members.insert(JSONValue.Member("network", .text(network)), at: 0)
      }
      if let index = entry.index { members.append(JSONValue.Member("index", .integer(index))) }
      if let position = entry.position {
        members.append(JSONValue.Member("position", .integer(position)))
      }
      members += [
        JSONValue.Member("space", .text(context.space)),
        JSONValue.Member("seed", .unsigned(context.seed)),
        JSONValue.Member("settings", settings),
        JSONValue.Member(
          "scores",
          .object(
            zip(context.proxies, entry.scores).map { proxy, score in
              JSONValue.Member(proxy.name, ScoreReport.json(score, of: proxy))
            })),
      ]
      return .object(members)
    }
  }

  /// Position, architecture and index, as far as there are such, and the proxies.
  public var header: [String] {
    (context.ranking == nil ? [] : ["position"]) + (context.hasNames ? ["network"] : [])
      + ["architecture"]
      + (context.hasIndex ? ["index"] : []) + context.proxies.map(\.name)
  }

  /// A record for each architecture; an undefined score is an empty cell.
  public var records: [[String]] {
    entries.map { entry in
      (context.ranking == nil ? [] : [entry.position.map { "\($0)" } ?? ""])
        + (context.hasNames ? [entry.network ?? entry.architecture] : []) + [entry.architecture]
        + (context.hasIndex ? [entry.index.map { "\($0)" } ?? ""] : [])
        + entry.scores.map { cell($0.value) }
    }
  }

  private static func json(_ score: Score, of proxy: any Proxy) -> JSONValue {
    var members = [
      JSONValue.Member("value", .optional(score.value)),
      JSONValue.Member("higherIsBetter", .boolean(proxy.higherIsBetter)),
    ]
    if let reason = score.reason { members.append(JSONValue.Member("undefined", .text(reason))) }
    return .object(members)
  }
}
