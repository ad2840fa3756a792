public import Formats
public import Scoring

/// The scores of some architectures under one setting.
public struct ScoreReport: Report {
  /// The scores of one architecture.
  public struct Entry: Hashable, Sendable {
    /// The canonical text of the architecture.
    public let architecture: String
    /// A score for each proxy of the report, in its order.
    public let scores: [Score]

    /// Creates an entry.
    public init(architecture: String, scores: [Score]) {
      self.architecture = architecture
      self.scores = scores
    }
  }

  /// What all entries have in common.
  public struct Context: Sendable {
    /// The name of the search space.
    public let space: String
    /// The seed of weights and inputs.
    public let seed: UInt64
    /// The settings of all proxies together.
    public let settings: [String: SettingValue]
    /// The proxies.
    public let proxies: [any Proxy]

    /// Creates a context.
    public init(
      space: String, seed: UInt64, settings: [String: SettingValue], proxies: [any Proxy]
    ) {
      self.space = space
      self.seed = seed
      self.settings = settings
      self.proxies = proxies
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
  public var table: String {
    var table = TextTable(
      [("architecture", .left)] + context.proxies.map { ($0.name, .right) })
    for entry in entries {
      table.add(
        [entry.architecture] + entry.scores.map { $0.value.map { significant($0) } ?? "undefined" })
    }
    return table.text
  }

  /// An array of the lines.
  public var json: JSONValue { .array(lines) }

  /// One object for each architecture.
  public var lines: [JSONValue] {
    let settings = JSONValue(settings: context.settings)
    return entries.map { entry in
      [
        "architecture": .text(entry.architecture), "space": .text(context.space),
        "seed": .unsigned(context.seed), "settings": settings,
        "scores": .object(
          zip(context.proxies, entry.scores).map { proxy, score in
            JSONValue.Member(proxy.name, ScoreReport.json(score, of: proxy))
          }),
      ]
    }
  }

  /// The architecture and the proxies.
  public var header: [String] { ["architecture"] + context.proxies.map(\.name) }

  /// A record for each architecture; an undefined score is an empty cell.
  public var records: [[String]] {
    entries.map { entry in [entry.architecture] + entry.scores.map { cell($0.value) } }
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
