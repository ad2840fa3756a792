public import Formats
public import Ranking

/// How rankings do on the tasks of a study.
public struct StudyReport: Report {
  /// What was measured on one task, or why nothing was.
  public struct Task: Sendable {
    /// The name in print.
    public let title: String
    /// A row for each ranking in the order of the study, empty where the task failed.
    public let rows: [MetricsRow]
    /// Why there are none.
    public let failure: String?

    /// Joins the parts.
    public init(title: String, rows: [MetricsRow], failure: String? = nil) {
      self.title = title
      self.rows = rows
      self.failure = failure
    }
  }

  /// The coefficient of a study.
  public enum Coefficient: String, CaseIterable, Sendable {
    /// Spearman's rho.
    case spearman
    /// Kendall's tau-b.
    case kendall

    func estimate(_ row: MetricsRow) -> Estimate? { estimate(row.correlations) }

    func estimate(_ correlations: RankCorrelations) -> Estimate? {
      switch self {
      case .spearman: correlations.spearman
      case .kendall: correlations.kendall
      }
    }
  }

  /// A choice among products of ranks, with the names of their members.
  public struct Choice: Sendable {
    let choice: RankProductChoice
    let members: [String]

    /// Joins the parts.
    public init(_ choice: RankProductChoice, members: [String]) {
      self.choice = choice
      self.members = members
    }

    /// A product as a ranking.
    func text(_ product: [Int]) -> String {
      product.map { "rank(\(members[$0]))" }.joined(separator: "*")
    }

    func json(_ product: RankProductChoice.Product) -> JSONValue {
      .object([
        .init("ranking", .text(text(product.members))), .init("mean", .number(product.mean)),
        .init("coefficients", .array(product.coefficients.map(JSONValue.number))),
      ])
    }
  }

  /// The tasks in the order of the study.
  public let tasks: [Task]
  /// The names of the rankings.
  public let rankings: [String]
  /// The coefficient of the table and of places.
  public let coefficient: Coefficient
  /// What was chosen, `nil` where nothing was to be.
  public let choice: Choice?

  /// Creates a report.
  public init(
    _ tasks: [Task], rankings: [String], by coefficient: Coefficient, choice: Choice? = nil
  ) {
    self.choice = choice
    self.tasks = tasks
    self.rankings = rankings
    self.coefficient = coefficient
  }

  /// The tasks that were measured.
  var measured: [Task] { tasks.filter { $0.failure == nil } }

  /// The coefficient of a ranking on each measured task; what is undefined orders nothing and counts as 0.
  private func values(of ranking: Int) -> [Double] {
    measured.map { coefficient.estimate($0.rows[ranking])?.value ?? 0 }
  }

  /// The mean coefficient of a ranking over the tasks.
  func mean(of ranking: Int) -> Double? {
    let values = values(of: ranking)
    return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
  }

  /// The smallest coefficient of a ranking over the tasks.
  func least(of ranking: Int) -> Double? { values(of: ranking).min() }

  /// The mean places, `nil` where no task was measured.
  var places: RankedPlaces? {
    measured.isEmpty
      ? nil
      : RankedPlaces(
        measured.indices.map { task in rankings.indices.map { values(of: $0)[task] } })
  }

  /// The rankings, the best mean first.
  var order: [Int] { rankings.indices.sorted { (mean(of: $0) ?? 0) > (mean(of: $1) ?? 0) } }

  /// A row for each ranking with its coefficient on every task, the best mean first.
  public func table(_ layout: TableLayout) -> String {
    let places = places
    var table = TextTable(
      [
        .init("ranking", .left), .init("mean", .right), .init("least", .right),
        .init("place", .right),
      ]
        + measured.indices.map { .init("\($0 + 1)", .right) })
    for ranking in order {
      table.add(
        [
          rankings[ranking], mean(of: ranking).map { decimals($0, 3) } ?? "-",
          least(of: ranking).map { decimals($0, 3) } ?? "-",
          places.map { decimals($0.means[ranking], 1) } ?? "-",
        ]
          + measured.map {
            coefficient.estimate($0.rows[ranking]).map { decimals($0.value, 3) } ?? "-"
          })
    }
    var facts = FactList()
    facts.add("coefficient", coefficient.rawValue)
    for (number, task) in measured.enumerated() {
      facts.add(
        "\(number + 1)", "\(task.title), \(grouped(task.rows.first?.networks ?? 0)) networks")
    }
    for task in tasks { if let failure = task.failure { facts.add(task.title, failure) } }
    if let difference = places?.criticalDifference {
      facts.add("critical difference", "\(decimals(difference, 1)) mean places (Nemenyi, 5 %)")
    }
    let parts =
      [facts.text(layout), table.text(layout)] + (choice.map { [Self.table($0, layout)] } ?? [])
    return parts.joined(separator: "\n")
  }

  /// The best products of each length, what was chosen, and what the choice is worth on a space left out.
  private static func table(_ choice: Choice, _ layout: TableLayout) -> String {
    var table = TextTable([
      .init("product", .left), .init("mean over spaces", .right), .init("", .left),
    ])
    for line in lines(of: choice) { table.add(line) }
    return table.text(layout)
  }

  /// The products with their coefficients, and what each stands there for.
  static func lines(of choice: Choice) -> [[String]] {
    let result = choice.choice
    var lines = result.best.map { product in
      [
        choice.text(product.members), decimals(product.mean, 3),
        product == result.chosen ? "chosen" : "best of its length",
      ]
    }
    if !result.best.contains(result.chosen) {
      lines.append([choice.text(result.chosen.members), decimals(result.chosen.mean, 3), "chosen"])
    }
    return lines
      + result.leftOut.map { left in
        [
          choice.text(left.members), decimals(left.coefficient, 3),
          "chosen without \(left.space), on it",
        ]
      }
  }

  /// The tasks with their rows, and what sums them up.
  public var json: JSONValue {
    let places = places
    return .object([
      .init("coefficient", .text(coefficient.rawValue)),
      .init("criticalDifference", .optional(places?.criticalDifference)),
      .init("choice", choice.map(Self.json) ?? .null),
      .init(
        "rankings",
        .array(
          rankings.indices.map { ranking in
            .object([
              .init("ranking", .text(rankings[ranking])),
              .init("mean", .optional(mean(of: ranking))),
              .init("least", .optional(least(of: ranking))),
              .init("place", .optional(places?.means[ranking])),
            ])
          })),
      .init(
        "tasks",
        .array(
          tasks.map { task in
            .object([
              .init("task", .text(task.title)),
              .init("failure", task.failure.map(JSONValue.text) ?? .null),
              .init("rows", .array(task.rows.map { .object($0.members(key: "ranking")) })),
            ])
          })),
    ])
  }

  private static func json(_ choice: Choice) -> JSONValue {
    let result = choice.choice
    return .object([
      .init("chosen", choice.json(result.chosen)),
      .init("bestByLength", .array(result.best.map(choice.json))),
      .init(
        "leftOut",
        .array(
          result.leftOut.map {
            .object([
              .init("space", .text($0.space)), .init("ranking", .text(choice.text($0.members))),
              .init("coefficient", .number($0.coefficient)),
            ])
          })),
    ])
  }

  /// One object for each ranking on each task.
  public var lines: [JSONValue] {
    measured.flatMap { task in
      task.rows.map { .object([.init("task", .text(task.title))] + $0.members(key: "ranking")) }
    }
  }

  /// The columns of every study of tasks.
  public static let header: [String] = ["task", "ranking"] + MetricsRow.header

  /// The task, the ranking, and its metrics.
  public var header: [String] { Self.header }

  /// One record for each ranking on each task.
  public var records: [[String]] {
    measured.flatMap { task in task.rows.map { [task.title] + $0.record } }
  }
}
