public import Formats
public import Search
internal import Spaces

/// What a search found, beside what its baselines found.
public struct SearchReport: Report {
  /// The search, or a baseline.
  public struct Method: Hashable, Sendable {
    /// What it is called.
    public var name: String
    /// The candidates that it looked at.
    public var evaluations: Int
    /// The best of them.
    public var winner: SearchCandidate

    /// Creates a row.
    public init(name: String, evaluations: Int, winner: SearchCandidate) {
      self.name = name
      self.evaluations = evaluations
      self.winner = winner
    }
  }

  /// A contender of the race.
  public struct Contender: Hashable, Sendable {
    /// The network.
    public var candidate: SearchCandidate
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
      candidate: SearchCandidate, rounds: Int, mean: Double?, deficit: Double?,
      halfWidth: Double?, isOut: Bool
    ) {
      self.candidate = candidate
      self.rounds = rounds
      self.mean = mean
      self.deficit = deficit
      self.halfWidth = halfWidth
      self.isOut = isOut
    }

    fileprivate var state: String {
      rounds == 0 ? "" : isOut ? "out" : deficit == nil ? "winner" : "contested"
    }
  }

  /// What became of the race.
  public enum Race: Hashable, Sendable {
    /// It was run; decided where one contender is left, and cut short where time ended it.
    case run([Contender], isDecided: Bool, isCutShort: Bool)
    /// It was not, and why.
    case omitted(String)
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
  /// The scores whose ranks are multiplied.
  public var components: [SearchComponent]
  /// Different candidates of the search, its baselines and what stands beside.
  public var candidates: Int
  /// What is handed out: the best of all that meet the constraints.
  public var winner: SearchCandidate
  /// The search first, then its baselines.
  public var methods: [Method]
  /// The race of the best.
  public var race: Race
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
    settings: [String: SettingValue], components: [SearchComponent], candidates: Int,
    winner: SearchCandidate, methods: [Method], race: Race, front: [SearchCandidate],
    best: [SearchCandidate], rejections: [SearchRejection.Kind: Int], ending: String?
  ) {
    precondition(!methods.isEmpty, "a report of no search")
    self.space = space
    self.preset = preset
    self.seed = seed
    self.plan = plan
    self.settings = settings
    self.components = components
    self.candidates = candidates
    self.winner = winner
    self.methods = methods
    self.race = race
    self.front = front
    self.best = best
    self.rejections = rejections
    self.ending = ending
  }

  private var columns: SearchColumns {
    SearchColumns(components, of: methods.map(\.winner) + front + [winner])
  }

  // MARK: Text

  /// The winner, the methods, the race and the front.
  public func table(_ layout: TableLayout) -> String {
    let columns = columns
    var text = layout.paragraph(
      "Found in \(space)\(sizes), preset \(preset), seed \(seed), by \(Self.phrase(winner.origin)):"
    )
    // On one line, so that it can be copied.
    text += "\n" + winner.architecture + "\n\n"
    if let ending { text += layout.paragraph("The search \(ending).") + "\n" }
    text += methodsTable(columns, layout) + "\n"
    text += layout.paragraph(
      "The aggregate is the sum of ln(rank / \(grouped(candidates))) over "
        + components.map(\.name).joined(separator: ", ")
        + ", ranked among all candidates of the table.")
    text += "\n" + raceText(columns, layout)
    text += "\nFront of aggregate and FLOPs" + (columns.hasLatency ? " and latency" : "") + ":\n\n"
    return text + Self.table(of: front, columns, layout)
  }

  /// Classes and pixels, which the settings tell.
  private var sizes: String {
    guard case .integer(let classes) = settings["classes"],
      case .integer(let resolution) = settings["resolution"]
    else { return "" }
    return " (\(classes) classes, \(resolution)x\(resolution) pixels)"
  }

  /// An origin inside of a sentence.
  private static func phrase(_ origin: String) -> String {
    switch origin {
    case "search": "the search"
    case let origin where origin.hasPrefix("beside"): "\(origin), which was given"
    default: origin
    }
  }

  private func methodsTable(_ columns: SearchColumns, _ layout: TableLayout) -> String {
    var table = TextTable(
      [
        TextTable.Column("method", .left),
        TextTable.Column("evaluations", .right, short: "scored"),
      ] + columns.columns("best"))
    for method in methods {
      table.add([method.name, grouped(method.evaluations)] + columns.cells(of: method.winner))
    }
    return table.text(layout)
  }

  private func raceText(_ columns: SearchColumns, _ layout: TableLayout) -> String {
    guard case .run(let contenders, let isDecided, let isCutShort) = race else {
      guard case .omitted(let reason) = race else { return "" }
      return layout.paragraph("There was no race of the best by fresh initialisations: \(reason).")
    }
    var titles: [TextTable.Column] = [
      .init("rounds", .right), .init("mean", .right), .init("behind", .right),
      .init("+-", .right), .init("", .left),
    ]
    if columns.hasIndex { titles.append(.init("index", .right)) }
    var table = TextTable(titles + [.architecture("contender")])
    for contender in contenders {
      var cells = [
        "\(contender.rounds)", decimals(contender.mean, 4), decimals(contender.deficit, 4),
        decimals(contender.halfWidth, 4), contender.state,
      ]
      if columns.hasIndex { cells.append(contender.candidate.index.map { "\($0)" } ?? "-") }
      table.add(cells + [contender.candidate.architecture])
    }
    let verdict =
      isDecided
      ? "one is left"
      : isCutShort
        ? "more than one is left: the time was over"
        : "more than one is left: the intervals do not decide"
    return layout.paragraph("Race of the best by fresh initialisations (\(verdict)):") + "\n"
      + table.text(layout)
  }

  private static func table(
    of rows: [SearchCandidate], _ columns: SearchColumns, _ layout: TableLayout
  ) -> String {
    var table = TextTable(columns.columns())
    for row in rows { table.add(columns.cells(of: row)) }
    return table.text(layout)
  }

  // MARK: Data

  /// Everything, the winner first.
  public var json: JSONValue {
    let columns = columns
    var members = [
      JSONValue.Member("space", .text(space)), JSONValue.Member("preset", .text(preset)),
      JSONValue.Member("seed", .unsigned(seed)),
      JSONValue.Member("plan", .object(plan.map { JSONValue.Member($0.name, $0.value) })),
      JSONValue.Member("settings", JSONValue(settings: settings)),
      JSONValue.Member("components", .array(components.map { .text($0.name) })),
      JSONValue.Member("winner", .object(columns.members(of: winner))),
      JSONValue.Member("candidates", .integer(candidates)),
      JSONValue.Member("methods", .array(lines)), JSONValue.Member("race", raceJSON(columns)),
      JSONValue.Member("front", .array(front.map { .object(columns.members(of: $0)) })),
      JSONValue.Member("best", .array(best.map { .object(columns.members(of: $0)) })),
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

  private func raceJSON(_ columns: SearchColumns) -> JSONValue {
    switch race {
    case .omitted(let reason): ["omitted": .text(reason)]
    case .run(let contenders, let isDecided, let isCutShort):
      [
        "decided": .boolean(isDecided), "cutShort": .boolean(isCutShort),
        "contenders": .array(
          contenders.map { contender in
            .object(
              columns.members(of: contender.candidate).filter {
                ["origin", "architecture", "index"].contains($0.name)
              } + [
                JSONValue.Member("rounds", .integer(contender.rounds)),
                JSONValue.Member("mean", .optional(contender.mean)),
                JSONValue.Member("behind", .optional(contender.deficit)),
                JSONValue.Member("halfWidth", .optional(contender.halfWidth)),
                JSONValue.Member("out", .boolean(contender.isOut)),
              ])
          }),
      ]
    }
  }

  /// One object for each method.
  public var lines: [JSONValue] {
    let columns = columns
    return methods.map { method in
      .object(
        [
          JSONValue.Member("method", .text(method.name)),
          JSONValue.Member("evaluations", .integer(method.evaluations)),
        ] + columns.members(of: method.winner))
    }
  }

  /// The facts of a method and of its winner.
  public var header: [String] { ["method", "evaluations"] + columns.header }

  /// One record for each method.
  public var records: [[String]] {
    let columns = columns
    return methods.map { method in
      [method.name, "\(method.evaluations)"] + columns.record(of: method.winner)
    }
  }
}
