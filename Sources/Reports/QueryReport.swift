public import Formats
internal import Networks
internal import Scoring
public import Spaces

/// What the benchmark and the graph say of some cells of NAS-Bench-201.
public struct QueryReport: Report {
  /// What is known of a cell on one data set.
  private struct Finding {
    let dataset: BenchmarkDataset
    let accuracy: Double
    /// The position among all 15,625.
    let position: Int
    /// The position among the population that is live.
    let livePosition: Int
    let cost: Cost
  }

  private struct Entry {
    let architecture: NASBench201Architecture
    let layers: Int
    let findings: [Finding]
  }

  private let entries: [Entry]

  /// Looks cells up.
  ///
  /// - Parameter architectures: the cells.
  /// - Throws: an error of building a network, which no cell has at the benchmark's own sizes.
  public init(_ architectures: [NASBench201Architecture]) throws {
    let benchmark = AccuracyTable.nasBench201
    let live = NASBench201Population.live.architectures
    entries = try architectures.map { architecture in
      let findings = try BenchmarkDataset.allCases.map { dataset in
        let skeleton = NASBench201Skeleton(
          classes: dataset.classCount, resolution: dataset.resolution)
        return Finding(
          dataset: dataset, accuracy: benchmark.accuracy(of: architecture, on: dataset),
          position: benchmark.position(
            of: architecture, among: benchmark.architectures, on: dataset),
          livePosition: benchmark.position(of: architecture, among: live, on: dataset),
          cost: try skeleton.network(of: architecture).cost)
      }
      return Entry(
        architecture: architecture, layers: findings[0].cost.layers, findings: findings)
    }
  }

  /// The facts of each cell, a block for each.
  public var table: String {
    entries.map { entry in
      let architecture = entry.architecture
      var facts = TextTable([("architecture", .left), (architecture.description, .left)])
      facts.add(["index", "\(architecture.benchmarkIndex)"])
      facts.add(["tuple", architecture.operationTuple])
      facts.add(["canonical", architecture.canonicalForm])
      facts.add(["pruned", architecture.pruned.description])
      facts.add(["live", architecture.isLive ? "yes" : "no"])
      facts.add(["layers", "\(entry.layers)"])
      var table = TextTable([
        ("data set", .left), ("accuracy", .right),
        ("of \(grouped(NASBench201Population.all.count))", .right),
        ("of \(grouped(NASBench201Population.live.count)) live", .right), ("MFLOPs", .right),
        ("parameters", .right),
      ])
      for finding in entry.findings {
        table.add([
          finding.dataset.description, decimals(finding.accuracy, 2), grouped(finding.position),
          grouped(finding.livePosition), decimals(Double(finding.cost.multiplyAdds) / 1e6, 2),
          grouped(finding.cost.parameters),
        ])
      }
      return facts.text + "\n" + table.text
    }.joined(separator: "\n")
  }

  /// An array of the lines.
  public var json: JSONValue { .array(lines) }

  /// One object for each cell.
  public var lines: [JSONValue] {
    entries.map { entry in
      let architecture = entry.architecture
      return [
        "architecture": .text(architecture.description), "space": .text(NASBench201Space.name),
        "index": .integer(architecture.benchmarkIndex),
        "tuple": .text(architecture.operationTuple),
        "canonical": .text(architecture.canonicalForm),
        "pruned": .text(architecture.pruned.description), "live": .boolean(architecture.isLive),
        "layers": .integer(entry.layers),
        "datasets": .object(
          entry.findings.map { finding in
            JSONValue.Member(
              finding.dataset.rawValue,
              [
                "accuracy": .number(finding.accuracy), "position": .integer(finding.position),
                "livePosition": .integer(finding.livePosition),
                "flops": .integer(finding.cost.multiplyAdds),
                "parameters": .integer(finding.cost.parameters),
              ])
          }),
      ]
    }
  }

  /// The facts, and five columns for each data set.
  public var header: [String] {
    ["architecture", "index", "tuple", "canonical", "pruned", "live", "layers"]
      + BenchmarkDataset.allCases.flatMap { dataset in
        ["accuracy", "position", "live_position", "flops", "parameters"].map {
          "\(dataset.rawValue)_\($0)"
        }
      }
  }

  /// One record for each cell.
  public var records: [[String]] {
    entries.map { entry in
      let architecture = entry.architecture
      let facts = [
        architecture.description, "\(architecture.benchmarkIndex)", architecture.operationTuple,
        architecture.canonicalForm, architecture.pruned.description, "\(architecture.isLive)",
        "\(entry.layers)",
      ]
      return facts
        + entry.findings.flatMap { finding in
          [
            "\(finding.accuracy)", "\(finding.position)", "\(finding.livePosition)",
            "\(finding.cost.multiplyAdds)", "\(finding.cost.parameters)",
          ]
        }
    }
  }
}
