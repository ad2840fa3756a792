public import Formats
public import Networks
public import Scoring
public import Spaces

/// What networks of a space cost, and what is on record of them.
public struct CostReport: Report {
  /// What a network reached on a task.
  public struct Finding: Hashable, Sendable {
    /// The accuracy as the table has it.
    public let accuracy: Double
    /// The position of the accuracy in the table, where 1 is the best.
    public let position: Int
    /// The networks of the table.
    public let networks: Int

    /// Joins the parts.
    public init(accuracy: Double, position: Int, networks: Int) {
      self.accuracy = accuracy
      self.position = position
      self.networks = networks
    }
  }

  /// A network.
  public struct Entry: Hashable, Sendable {
    /// The canonical text of the architecture.
    public let architecture: String
    /// What it costs.
    public let costs: SpaceCosts
    /// What it reached on each task, `nil` where it is not on record.
    public let findings: [Finding?]

    /// Creates an entry.
    public init(architecture: String, costs: SpaceCosts, findings: [Finding?] = []) {
      self.architecture = architecture
      self.costs = costs
      self.findings = findings
    }
  }

  /// The name of the space.
  public let space: String
  /// What its layers are.
  public let counting: LayerCounting
  /// Classes and resolution.
  public let sizes: SpaceSizes
  /// The tasks that networks of the space were trained for.
  public let tasks: [BenchmarkTask]
  /// The networks, each with a finding for every task.
  public let entries: [Entry]

  /// Creates a report.
  public init(
    space: String, counting: LayerCounting, sizes: SpaceSizes, tasks: [BenchmarkTask] = [],
    entries: [Entry]
  ) {
    precondition(
      entries.allSatisfy { $0.findings.count == tasks.count },
      "\(entries.map(\.findings.count)) findings on \(tasks.count) tasks")
    self.tasks = tasks
    self.space = space
    self.counting = counting
    self.sizes = sizes
    self.entries = entries
  }

  /// The facts of each network, a block for each.
  public func table(_ layout: TableLayout) -> String {
    entries.map { entry in
      var facts = FactList()
      facts.add("architecture", entry.architecture)
      facts.add("space", space)
      facts.add("classes", "\(sizes.classes)")
      facts.add("resolution", "\(sizes.resolution)")
      facts.add("flops", millionsText(entry.costs.flops))
      facts.add("parameters", millionsText(entry.costs.parameters))
      facts.add("layers", "\(entry.costs.layers) (\(counting.rawValue))")
      guard !tasks.isEmpty else { return facts.text(layout) }
      var table = TextTable([("task", .left), ("accuracy", .right), ("position", .right)])
      for (task, finding) in zip(tasks, entry.findings) {
        table.add([
          task.title, finding.map { decimals($0.accuracy, 2) } ?? "not on record",
          finding.map { "\(grouped($0.position)) of \(grouped($0.networks))" } ?? "",
        ])
      }
      return facts.text(layout) + "\n" + table.text(layout)
    }.joined(separator: "\n")
  }

  /// The networks.
  public var json: JSONValue { ["networks": .array(lines)] }

  /// One object for each network.
  public var lines: [JSONValue] {
    entries.map { entry in
      var members = [
        JSONValue.Member("architecture", .text(entry.architecture)),
        JSONValue.Member("space", .text(space)),
        JSONValue.Member("classes", .integer(sizes.classes)),
        JSONValue.Member("resolution", .integer(sizes.resolution)),
        JSONValue.Member("flops", .number(millions(entry.costs.flops))),
        JSONValue.Member("parameters", .number(millions(entry.costs.parameters))),
        JSONValue.Member("layers", .integer(entry.costs.layers)),
      ]
      if !tasks.isEmpty {
        let findings = zip(tasks, entry.findings).compactMap { task, finding in
          finding.map { finding -> JSONValue.Member in
            JSONValue.Member(
              task.name,
              ["accuracy": .number(finding.accuracy), "position": .integer(finding.position)])
          }
        }
        members.append(JSONValue.Member("tasks", .object(findings)))
      }
      return .object(members)
    }
  }

  /// The names of the numbers.
  public var header: [String] {
    ["architecture", "classes", "resolution", "flops", "parameters", "layers"]
      + tasks.flatMap { [$0.columnName + "Accuracy", $0.columnName + "Position"] }
  }

  /// One record for each network.
  public var records: [[String]] {
    entries.map { entry in
      [
        entry.architecture, "\(sizes.classes)", "\(sizes.resolution)",
        cell(millions(entry.costs.flops)), cell(millions(entry.costs.parameters)),
        "\(entry.costs.layers)",
      ]
        + entry.findings.flatMap { finding in
          [cell(finding?.accuracy), finding.map { "\($0.position)" } ?? ""]
        }
    }
  }
}

extension BenchmarkTask {
  /// The beginning of the names of its columns: letters and digits alone, as names in programs are.
  fileprivate var columnName: String {
    let words = name.split { !$0.isLetter && !$0.isNumber }
    return words.prefix(1).joined()
      + words.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
  }
}
