public import TrainingFreeNAS

/// An evaluation table with what it takes to compute it again.
public struct EvaluationReport: Report {
  /// The table.
  public let evaluation: EvaluationTable
  /// The seed of weights and inputs.
  public let seed: UInt64
  /// The settings of all proxies together.
  public let settings: [String: SettingValue]

  /// Creates a report.
  public init(_ evaluation: EvaluationTable, seed: UInt64, settings: [String: SettingValue]) {
    self.evaluation = evaluation
    self.seed = seed
    self.settings = settings
  }

  /// The metrics, and the best networks by the first ranking.
  public var table: String {
    var best = TextTable([
      ("index", .right), ("accuracy", .right), ("position", .right), ("architecture", .left),
    ])
    for pick in evaluation.best {
      best.add([
        "\(pick.architecture.benchmarkIndex)", decimals(pick.accuracy, 2), grouped(pick.position),
        pick.architecture.description,
      ])
    }
    return MetricsRow.table(evaluation.rows, title: "proxy", cutoff: evaluation.cutoff)
      + "\nThe first \(evaluation.best.count) by \(evaluation.rows[0].name), with their accuracy "
      + "on \(evaluation.dataset) and the position that it has\namong all "
      + "\(grouped(evaluation.population.count)) of the population \(evaluation.population.rawValue):"
      + "\n\n" + best.text
  }

  /// The rows and the best networks, after what they were computed from.
  public var json: JSONValue {
    [
      "dataset": .text(evaluation.dataset.rawValue),
      "population": .text(evaluation.population.rawValue), "seed": .unsigned(seed),
      "settings": JSONValue(settings: settings), "ndcgAt": .integer(evaluation.cutoff),
      "rows": .array(lines),
      "best": .array(
        evaluation.best.map { pick in
          [
            "architecture": .text(pick.architecture.description),
            "index": .integer(pick.architecture.benchmarkIndex),
            "accuracy": .number(pick.accuracy), "position": .integer(pick.position),
          ]
        }),
    ]
  }

  /// One object for each ranking.
  public var lines: [JSONValue] { evaluation.rows.map { .object($0.members(key: "proxy")) } }

  /// The proxy, its metrics with their intervals, and the networks without a score.
  public var header: [String] { ["proxy"] + MetricsRow.header + ["undefined"] }

  /// One record for each ranking.
  public var records: [[String]] {
    evaluation.rows.map { $0.record + ["\($0.undefined.values.reduce(0, +))"] }
  }
}
