public import Formats
public import Networks
public import Scoring

/// What networks of a space without a benchmark cost.
public struct CostReport: Report {
  /// A network.
  public struct Entry: Hashable, Sendable {
    /// The canonical text of the architecture.
    public let architecture: String
    /// What it costs.
    public let costs: SpaceCosts

    /// Creates an entry.
    public init(architecture: String, costs: SpaceCosts) {
      self.architecture = architecture
      self.costs = costs
    }
  }

  /// The name of the space.
  public let space: String
  /// What its layers are.
  public let counting: LayerCounting
  /// Classes and resolution.
  public let sizes: SpaceSizes
  /// The networks.
  public let entries: [Entry]

  /// Creates a report.
  public init(space: String, counting: LayerCounting, sizes: SpaceSizes, entries: [Entry]) {
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
      return facts.text(layout)
    }.joined(separator: "\n")
  }

  /// The networks.
  public var json: JSONValue { ["networks": .array(lines)] }

  /// One object for each network.
  public var lines: [JSONValue] {
    entries.map { entry in
      [
        "architecture": .text(entry.architecture), "space": .text(space),
        "classes": .integer(sizes.classes), "resolution": .integer(sizes.resolution),
        "flops": .number(millions(entry.costs.flops)),
        "parameters": .number(millions(entry.costs.parameters)),
        "layers": .integer(entry.costs.layers),
      ]
    }
  }

  /// The names of the numbers.
  public var header: [String] {
    ["architecture", "classes", "resolution", "flops", "parameters", "layers"]
  }

  /// One record for each network.
  public var records: [[String]] {
    entries.map { entry in
      [
        entry.architecture, "\(sizes.classes)", "\(sizes.resolution)",
        cell(millions(entry.costs.flops)), cell(millions(entry.costs.parameters)),
        "\(entry.costs.layers)",
      ]
    }
  }
}
