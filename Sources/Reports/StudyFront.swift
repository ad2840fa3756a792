public import Figures
public import Formats
public import Ranking

/// Quality beside time: rankings at several settings, on the same networks of some tasks.
///
/// A setting is on the front of a ranking where no other is both faster and better, by the mean of the coefficient over the
/// tasks. What it loses is told against the first setting by a paired bootstrap over the networks that both rank.
public struct StudyFront: Report {
  /// A ranking on one task at one setting.
  public struct Measurement: Sendable {
    /// The metrics.
    let row: MetricsRow
    /// The networks that are ranked, with their values.
    let ranking: ScoredRanking
    /// The accuracy of each network, ranked or not.
    let accuracies: [Double]
    /// The mean seconds of one worker that a network took.
    let seconds: Double

    /// Joins the parts.
    public init(
      _ row: MetricsRow, _ ranking: ScoredRanking, accuracies: [Double], seconds: Double
    ) {
      self.row = row
      self.ranking = ranking
      self.accuracies = accuracies
      self.seconds = seconds
    }

    /// What the metrics are above those of another measurement, on the networks that both rank.
    fileprivate func differences(
      from other: Measurement, at cutoff: Int, bootstrap: Bootstrap?
    ) -> RankCorrelations {
      let own = Dictionary(uniqueKeysWithValues: zip(ranking.networks, ranking.values))
      let common = zip(other.ranking.networks, other.ranking.values).compactMap { network, value in
        own[network].map { (network: network, value: $0, other: value) }
      }
      return rankCorrelationDifferences(
        common.map(\.value), minus: common.map(\.other), common.map { accuracies[$0.network] },
        at: cutoff, bootstrap: bootstrap)
    }
  }

  /// A setting with what was measured at it.
  public struct Setting: Sendable {
    /// The setting in print.
    public let title: String
    /// By task, a measurement for each ranking.
    let tasks: [[Measurement]]

    /// Joins the parts.
    public init(title: String, tasks: [[Measurement]]) {
      self.title = title
      self.tasks = tasks
    }
  }

  /// A ranking at a setting.
  struct Row {
    let ranking: String
    let point: String
    /// The mean seconds of one worker that a network took, over the tasks.
    let seconds: Double
    /// By task.
    let metrics: [MetricsRow]
    /// By task: what the metrics are above those of the first setting, `nil` at that one.
    let differences: [RankCorrelations]?
    /// Whether no other setting is both faster and better.
    var isOnFront = false
  }

  /// The names of the tasks.
  let tasks: [String]
  /// The coefficient of the table and of the front.
  let coefficient: StudyReport.Coefficient
  /// The rows by ranking, each in the order of the settings.
  let rows: [[Row]]

  /// Compares settings.
  ///
  /// - Parameters:
  ///   - settings: the settings, each with the same tasks, networks and rankings; at least one.
  ///   - tasks: the names of the tasks.
  ///   - coefficient: by what the front is drawn.
  ///   - cutoff: the number of positions that nDCG looks at.
  ///   - bootstrap: the settings of the intervals, `nil` for none.
  public init(
    _ settings: [Setting], tasks: [String], by coefficient: StudyReport.Coefficient, cutoff: Int,
    bootstrap: Bootstrap?
  ) {
    self.tasks = tasks
    self.coefficient = coefficient
    let reference = settings[0]
    rows = reference.tasks[0].indices.map { ranking in
      var rows = settings.enumerated().map { number, setting in
        let measured = setting.tasks.map { $0[ranking] }
        let differences =
          number == 0
          ? nil
          : zip(measured, reference.tasks).map { measured, first in
            measured.differences(from: first[ranking], at: cutoff, bootstrap: bootstrap)
          }
        return Row(
          ranking: measured[0].row.name, point: setting.title,
          seconds: measured.map(\.seconds).reduce(0, +) / Double(measured.count),
          metrics: measured.map(\.row), differences: differences)
      }
      for place in paretoFront(rows.map { [$0.seconds, -Self.mean($0, by: coefficient)] }) {
        rows[place].isOnFront = true
      }
      return rows
    }
  }

  /// The mean of the coefficient over the tasks; what is undefined orders nothing and counts as 0.
  private static func mean(_ row: Row, by coefficient: StudyReport.Coefficient) -> Double {
    row.metrics.map { coefficient.estimate($0)?.value ?? 0 }.reduce(0, +)
      / Double(row.metrics.count)
  }

  /// A row for each setting, the fastest first, and the differences from the first setting of the file.
  public func table(_ layout: TableLayout) -> String {
    var facts = FactList()
    facts.add("coefficient", coefficient.rawValue)
    for (number, task) in tasks.enumerated() { facts.add("\(number + 1)", task) }
    if let first = rows.first?.first {
      facts.add("differences", "from \(first.point), with their intervals over networks")
    }
    let tables = rows.map { rows in
      var table = TextTable(
        [.init(rows[0].ranking, .left), .init("s/network", .right), .init("front", .left)]
          + tasks.indices.flatMap { [.init("\($0 + 1)", .right), .init("difference", .left)] })
      for row in rows.sorted(by: { $0.seconds < $1.seconds }) {
        table.add(
          [row.point, significant(row.seconds, 3), row.isOnFront ? "front" : ""]
            + tasks.indices.flatMap { task -> [String] in
              let value = coefficient.estimate(row.metrics[task])
              let difference = row.differences.flatMap { coefficient.estimate($0[task]) }
              return [
                value.map { decimals($0.value, 3) } ?? "-",
                difference.map(MetricsRow.text) ?? "",
              ]
            })
      }
      return table.text(layout)
    }
    return ([facts.text(layout)] + tables).joined(separator: "\n")
  }

  /// The rankings with their settings.
  public var json: JSONValue {
    .object([
      .init("coefficient", .text(coefficient.rawValue)),
      .init("tasks", .array(tasks.map(JSONValue.text))),
      .init(
        "rankings",
        .array(
          rows.map { rows in
            .object([
              .init("ranking", .text(rows[0].ranking)),
              .init(
                "points",
                .array(
                  rows.map { row in
                    .object([
                      .init("point", .text(row.point)), .init("seconds", .number(row.seconds)),
                      .init("front", .boolean(row.isOnFront)),
                      .init(
                        "tasks",
                        .array(tasks.indices.map { .object(members(of: row, on: $0)) })),
                    ])
                  })),
            ])
          })),
    ])
  }

  private func members(of row: Row, on task: Int) -> [JSONValue.Member] {
    let metrics = row.metrics[task].members(key: "ranking").dropFirst()
    return [.init("task", .text(tasks[task]))] + metrics
      + MetricName.allCases.map { metric in
        .init(
          metric.rawValue + "Difference",
          JSONValue(row.differences.flatMap { metric.estimate(in: $0[task]) }))
      }
  }

  /// One object for each ranking, setting and task.
  public var lines: [JSONValue] {
    rows.joined().flatMap { row in
      tasks.indices.map { task in
        .object(
          [
            .init("ranking", .text(row.ranking)), .init("point", .text(row.point)),
            .init("seconds", .number(row.seconds)), .init("front", .boolean(row.isOnFront)),
          ] + members(of: row, on: task))
      }
    }
  }

  /// The columns of every such study.
  public static let header: [String] =
    ["point", "seconds", "front", "task", "ranking"] + MetricsRow.header
    + MetricName.allCases.map { $0.rawValue + "Difference" }.flatMap {
      [$0, $0 + "Low", $0 + "High"]
    }

  /// Setting, time, task, ranking, metrics and their differences.
  public var header: [String] { Self.header }

  /// One record for each ranking, setting and task.
  public var records: [[String]] {
    rows.joined().flatMap { row in
      tasks.indices.map { task in
        [row.point, cell(row.seconds), row.isOnFront ? "true" : "false", tasks[task]]
          + row.metrics[task].record
          + MetricName.allCases.flatMap { metric in
            let difference = row.differences.flatMap { metric.estimate(in: $0[task]) }
            return [cell(difference?.value), cell(difference?.low), cell(difference?.high)]
          }
      }
    }
  }
}

extension StudyFront {
  /// Quality against time: a panel for each task, the settings of all rankings, and names at those on the front.
  ///
  /// - Returns: `nil` where no setting took time.
  public var figure: Figure? {
    let timed = rows.map { $0.filter { $0.seconds > 0 } }.filter { !$0.isEmpty }
    guard !timed.isEmpty else { return nil }
    let name = coefficient == .kendall ? "Kendall tau-b" : "Spearman rho"
    let panels = tasks.indices.map { task in
      let estimates = timed.joined().compactMap { coefficient.estimate($0.metrics[task]) }
      let bounds = estimates.flatMap { [$0.value, $0.low, $0.high].compactMap(\.self) }
      return ScatterChart(
        title: tasks[task],
        x: Axis(
          "time of a network", unit: "s",
          Scale(.logarithmic, covering: timed.joined().map(\.seconds))),
        y: Axis(name, Scale(covering: bounds)),
        series: timed.flatMap { rows in
          [false, true].map { isOnFront in
            ScatterChart.Series(
              rows[0].ranking + (isOnFront ? ", front" : ""),
              rows.filter { $0.isOnFront == isOnFront }.compactMap { row in
                coefficient.estimate(row.metrics[task]).map {
                  ScatterChart.Item(
                    Point(row.seconds, $0.value), name: isOnFront ? row.point : nil,
                    interval: $0.interval)
                }
              })
          }
        }
      ).scene(width: 720, plotHeight: 320)
    }
    return Figure(
      name: "front", title: "Quality against time",
      caption: "\(name) against the seconds of one worker for a network, with 95 % bootstrap "
        + "intervals. On the front no other setting is both faster and better by the mean over tasks.",
      panels: panels, columns: 1)
  }
}
