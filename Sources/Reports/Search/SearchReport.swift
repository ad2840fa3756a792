public import Formats
public import Search
internal import Spaces

/// What a search found, beside what its baselines found in the same number of evaluations.
public struct SearchReport: Report {
  /// The search, or a baseline.
  public struct Method: Hashable, Sendable {
    /// What it is called.
    public var name: String
    /// The candidates that it looked at.
    public var evaluations: Int
    /// The best of them.
    public var winner: SearchCandidate
    /// The place of its winner among all candidates of the report, 1 being the best.
    public var position: Int

    /// Creates a row.
    public init(name: String, evaluations: Int, winner: SearchCandidate, position: Int) {
      self.name = name
      self.evaluations = evaluations
      self.winner = winner
      self.position = position
    }
  }

  /// A contender of the race.
  public struct Contender: Hashable, Sendable {
    /// The network.
    public var architecture: String
    /// Fresh initialisations that it was scored with.
    public var rounds: Int
    /// The mean of the aggregates that they gave, `nil` without a round.
    public var mean: Double?
    /// How far it is behind the winner, with half the width of the 95 % interval.
    public var deficit: Double?
    /// Half the width of the interval.
    public var halfWidth: Double?
    /// Whether it was left behind.
    public var isOut: Bool

    /// Creates a row.
    public init(
      architecture: String, rounds: Int, mean: Double?, deficit: Double?, halfWidth: Double?,
      isOut: Bool
    ) {
      self.architecture = architecture
      self.rounds = rounds
      self.mean = mean
      self.deficit = deficit
      self.halfWidth = halfWidth
      self.isOut = isOut
    }
  }

  /// The name of the space.
  public var space: String
  /// The name of the preset.
  public var preset: String
  /// The seed of proposals, weights and inputs.
  public var seed: UInt64
  /// What the search was asked to do, by name.
  public var plan: [(name: String, value: JSONValue)]
  /// The settings of all proxies together.
  public var settings: [String: SettingValue]
  /// The names of the scores whose ranks are multiplied.
  public var components: [String]
  /// Different candidates of the search and its baselines.
  public var candidates: Int
  /// The search first, then its baselines.
  public var methods: [Method]
  /// The contenders of the race; none where there was no race.
  public var race: [Contender]
  /// Whether the race left one contender.
  public var isRaceDecided: Bool
  /// The front of aggregate, FLOPs and, where it was measured, latency.
  public var front: [SearchCandidate]
  /// The best candidates of all.
  public var best: [SearchCandidate]
  /// How often the search's proposals were rejected, by the reason.
  public var rejections: [SearchRejection.Kind: Int]
  /// Why the search ended before its number of evaluations, `nil` where it did not.
  public var ending: String?

  /// Creates a report.
  public init(
    space: String, preset: String, seed: UInt64, plan: [(name: String, value: JSONValue)],
    settings: [String: SettingValue], components: [String], candidates: Int, methods: [Method],
    race: [Contender], isRaceDecided: Bool, front: [SearchCandidate], best: [SearchCandidate],
    rejections: [SearchRejection.Kind: Int], ending: String?
  ) {
    precondition(!methods.isEmpty, "a report of no search")
    self.space = space
    self.preset = preset
    self.seed = seed
    self.plan = plan
    self.settings = settings
    self.components = components
    self.candidates = candidates
    self.methods = methods
    self.race = race
    self.isRaceDecided = isRaceDecided
    self.front = front
    self.best = best
    self.rejections = rejections
    self.ending = ending
  }

  private var hasLatency: Bool { front.contains { $0.latency != nil } }
  private var hasAccuracy: Bool { methods.contains { $0.winner.accuracy != nil } }

  // MARK: Text

  /// The winner, the methods, the race and the front.
  public var table: String {
    var text = "Found in \(space), preset \(preset), seed \(seed):\n\n"
    text += methods[0].winner.architecture + "\n\n"
    if let ending { text += "The search \(ending).\n\n" }
    text += methodsTable
    text +=
      "\nThe aggregate is the sum of ln(rank / \(grouped(candidates))) over "
      + components.joined(separator: ", ") + ",\nranked among all candidates of the table.\n"
    if !race.isEmpty { text += "\n" + raceTable }
    text += "\nFront of aggregate and FLOPs" + (hasLatency ? " and latency" : "") + ":\n\n"
    text += Self.table(of: front, hasLatency: hasLatency, hasAccuracy: hasAccuracy)
    return text
  }

  private var methodsTable: String {
    var table = TextTable(
      [("method", .left), ("evaluated", .right), ("place", .right)]
        + SearchCandidate.columns(hasLatency: hasLatency, hasAccuracy: hasAccuracy)
        + [("winner", .left)])
    for method in methods {
      table.add(
        [method.name, grouped(method.evaluations), grouped(method.position)]
          + method.winner.cells(hasLatency: hasLatency, hasAccuracy: hasAccuracy)
          + [method.winner.architecture])
    }
    return table.text
  }

  private var raceTable: String {
    var table = TextTable([
      ("rounds", .right), ("mean", .right), ("behind", .right), ("+-", .right), ("", .left),
      ("contender", .left),
    ])
    for contender in race {
      let state = contender.isOut ? "out" : contender.deficit == nil ? "winner" : "contested"
      table.add([
        "\(contender.rounds)", decimals(contender.mean, 4), decimals(contender.deficit, 4),
        decimals(contender.halfWidth, 4), contender.rounds == 0 ? "" : state,
        contender.architecture,
      ])
    }
    let verdict =
      isRaceDecided ? "one is left" : "more than one is left: the intervals do not decide"
    return "Race of the best by fresh initialisations (\(verdict)):\n\n" + table.text
  }

  private static func table(
    of rows: [SearchCandidate], hasLatency: Bool, hasAccuracy: Bool
  ) -> String {
    var table = TextTable(
      SearchCandidate.columns(hasLatency: hasLatency, hasAccuracy: hasAccuracy)
        + [("architecture", .left)])
    for row in rows {
      table.add(
        row.cells(hasLatency: hasLatency, hasAccuracy: hasAccuracy) + [row.architecture])
    }
    return table.text
  }

  // MARK: Data

  /// Everything, the winner first.
  public var json: JSONValue {
    var members = [
      JSONValue.Member("space", .text(space)), JSONValue.Member("preset", .text(preset)),
      JSONValue.Member("seed", .unsigned(seed)),
      JSONValue.Member("plan", .object(plan.map { JSONValue.Member($0.name, $0.value) })),
      JSONValue.Member("settings", JSONValue(settings: settings)),
      JSONValue.Member("components", .array(components.map { .text($0) })),
      JSONValue.Member("winner", .object(methods[0].winner.members(components: components))),
      JSONValue.Member("candidates", .integer(candidates)),
      JSONValue.Member("methods", .array(lines)),
    ]
    if !race.isEmpty {
      members.append(JSONValue.Member("race", raceJSON))
    }
    members += [
      JSONValue.Member("front", rows(front)), JSONValue.Member("best", rows(best)),
      JSONValue.Member(
        "rejections",
        .object(
          SearchRejection.Kind.allCases.compactMap { kind in
            rejections[kind].map { JSONValue.Member(kind.rawValue, .integer($0)) }
          })),
    ]
    if let ending { members.append(JSONValue.Member("ending", .text(ending))) }
    return .object(members)
  }

  private func rows(_ candidates: [SearchCandidate]) -> JSONValue {
    .array(candidates.map { .object($0.members(components: components)) })
  }

  private var raceJSON: JSONValue {
    [
      "decided": .boolean(isRaceDecided),
      "contenders": .array(
        race.map {
          [
            "architecture": .text($0.architecture), "rounds": .integer($0.rounds),
            "mean": .optional($0.mean), "behind": .optional($0.deficit),
            "halfWidth": .optional($0.halfWidth), "out": .boolean($0.isOut),
          ]
        }),
    ]
  }

  /// One object for each method.
  public var lines: [JSONValue] {
    methods.map { method in
      .object(
        [
          JSONValue.Member("method", .text(method.name)),
          JSONValue.Member("evaluations", .integer(method.evaluations)),
          JSONValue.Member("position", .integer(method.position)),
        ] + method.winner.members(components: components))
    }
  }

  /// The facts of a method and of its winner.
  public var header: [String] {
    [
      "method", "evaluations", "position", "architecture", "aggregate", "flops", "parameters",
      "layers", "latencySeconds", "accuracy",
    ] + components
  }

  /// One record for each method.
  public var records: [[String]] {
    methods.map { method in
      let winner = method.winner
      return [
        method.name, "\(method.evaluations)", "\(method.position)", winner.architecture,
        cell(winner.aggregate), "\(winner.costs.flops)", "\(winner.costs.parameters)",
        "\(winner.costs.layers)", cell(winner.latency), cell(winner.accuracy),
      ] + winner.values.map(cell)
    }
  }
}
