public import Formats
internal import Networks
internal import Scoring
public import Spaces

/// What the benchmark and the space say of some cells of NAS-Bench-201.
public struct QueryReport: Report {
  /// What is known of a cell on one data set.
  private struct Finding {
    let dataset: BenchmarkDataset
    let accuracy: Double
    /// The position among all 15,625.
    let position: Int
    /// The position among the population that is live.
    let livePosition: Int
    let costs: SpaceCosts
  }

  private struct Entry {
    let architecture: NASBench201Architecture
    let layers: Int
    let findings: [Finding]
    /// What the cell costs on each device, `nil` where it does not run.
    let costs: [Double?]
  }

  private static let devices = NASBench201Space().deviceCosts

  private let entries: [Entry]

  /// Looks cells up.
  ///
  /// - Parameter architectures: the cells.
  /// - Throws: an error of building a network, which no cell has at the benchmark's own sizes.
  public init(_ architectures: [NASBench201Architecture]) throws {
    let benchmark = AccuracyTable.nasBench201
    let tables = BenchmarkDataset.allCases.map { dataset in
      (
        dataset: dataset,
        space: NASBench201Space(
          skeleton: NASBench201Skeleton(
            classes: dataset.classCount, resolution: dataset.resolution)),
        all: AccuracyPositions(among: benchmark.architectures, on: dataset),
        live: AccuracyPositions(among: NASBench201Population.live.architectures, on: dataset)
      )
    }
    entries = try architectures.map { architecture in
      let findings = try tables.map { table in
        let accuracy = benchmark.accuracy(of: architecture, on: table.dataset)
        return Finding(
          dataset: table.dataset, accuracy: accuracy, position: table.all.position(of: accuracy),
          livePosition: table.live.position(of: accuracy),
          costs: try table.space.costs(of: architecture))
      }
      return Entry(
        architecture: architecture, layers: findings[0].costs.layers, findings: findings,
        costs: Self.devices.map { NASBench201Space().value(of: $0, for: architecture) })
    }
  }

  /// The facts of each cell, a block for each.
  public func table(_ layout: TableLayout) -> String {
    entries.map { entry in
      let architecture = entry.architecture
      var facts = FactList()
      facts.add("architecture", architecture.description)
      facts.add("index", "\(architecture.benchmarkIndex)")
      facts.add("tuple", architecture.operationTuple)
      facts.add("canonical", architecture.canonicalForm)
      facts.add("pruned", architecture.pruned.description)
      facts.add("live", architecture.isLive ? "yes" : "no")
      facts.add("layers", "\(entry.layers)")
      var table = TextTable([
        ("data set", .left), ("accuracy", .right),
        ("of \(grouped(NASBench201Population.all.count))", .right),
        ("of \(grouped(NASBench201Population.live.count)) live", .right), ("flops", .right),
        ("parameters", .right),
      ])
      for finding in entry.findings {
        table.add([
          finding.dataset.description, decimals(finding.accuracy, 2), grouped(finding.position),
          grouped(finding.livePosition), millionsText(finding.costs.flops),
          millionsText(finding.costs.parameters),
        ])
      }
      var costs = TextTable([("device", .left), ("cost of an image", .right)])
      for (device, cost) in zip(Self.devices, entry.costs) {
        costs.add([
          "\(device.title) \(device.quantity.rawValue)",
          cost.map { "\($0) \(device.quantity.unit)" } ?? "does not run",
        ])
      }
      return facts.text(layout) + "\n" + table.text(layout) + "\n" + costs.text(layout)
    }.joined(separator: "\n")
  }

  /// The cells.
  public var json: JSONValue { ["networks": .array(lines)] }

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
                "flops": .number(millions(finding.costs.flops)),
                "parameters": .number(millions(finding.costs.parameters)),
              ])
          }),
        "devices": .object(
          zip(Self.devices, entry.costs).map { JSONValue.Member($0.name, .optional($1)) }),
      ]
    }
  }

  /// The facts, five columns for each data set, and one for each cost on a device.
  public var header: [String] {
    ["architecture", "index", "tuple", "canonical", "pruned", "live", "layers"]
      + BenchmarkDataset.allCases.flatMap { dataset in
        ["Accuracy", "Position", "LivePosition", "Flops", "Parameters"].map {
          dataset.columnName + $0
        }
      }
      + Self.devices.map { device in
        device.device + (device.quantity == .latency ? "LatencyMs" : "EnergyMJ")
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
            cell(millions(finding.costs.flops)), cell(millions(finding.costs.parameters)),
          ]
        } + entry.costs.map(cell)
    }
  }
}

extension BenchmarkDataset {
  /// The beginning of the names of its columns: a name in programs has no hyphen.
  fileprivate var columnName: String {
    switch self {
    case .cifar10: "cifar10"
    case .cifar100: "cifar100"
    case .imageNet16: "imagenet16"
    }
  }
}
