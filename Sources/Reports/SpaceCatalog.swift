public import Formats
internal import Scoring
internal import Spaces

/// The search spaces, what their networks are where nothing else is said, and the sizes of their
/// populations.
public struct SpaceCatalog: Report {
  private let spaces: [any ListedSpace]

  /// Lists all spaces.
  public init() { spaces = AllSpaces.all }

  /// A row for each space, and under them one for each population.
  public func table(_ layout: TableLayout) -> String {
    var table = TextTable([
      .init("space", .left), .init("networks", .right),
      .init("classes", .right).omitted(2), .init("resolution", .right, short: "pixels"),
      .init("layers are", .left).with(.wrapped(least: 18)).omitted(3),
      .init("networks are", .left).with(.wrapped(least: 18)),
      .init("tasks", .left).with(.wrapped(least: 12)),
      .init("source", .left).with(.wrapped(least: 12)).omitted(1),
    ])
    for space in spaces {
      table.add([
        space.name, space.architectureCount.map(grouped) ?? "",
        "\(space.sizes.classes)", "\(space.sizes.resolution)", counting(of: space).rawValue,
        space.summary, space.tasks.map(\.name).joined(separator: ", "), space.citation,
      ])
    }
    let populations = spaces.filter { !$0.populations.isEmpty }.map { space in
      var table = TextTable([
        .init("population", .left), .init("networks", .right),
        .init("what it holds", .left).with(.wrapped(least: 16)),
      ])
      for population in space.populations {
        table.add([population.name, grouped(population.count), population.meaning])
      }
      return "\n" + layout.paragraph("Populations of \(space.name):") + "\n" + table.text(layout)
    }
    let devices = spaces.filter { !$0.deviceCosts.isEmpty }.map { space in
      "\n"
        + layout.paragraph(
          "On record for devices in \(space.name): "
            + space.deviceCosts.map(\.name).joined(separator: ", "))
    }
    return table.text(layout) + populations.joined() + devices.joined()
  }

  private func counting(of space: some ListedSpace) -> LayerCounting {
    type(of: space).layerCounting
  }

  /// The spaces.
  public var json: JSONValue { ["spaces": .array(lines)] }

  /// One object for each space.
  public var lines: [JSONValue] {
    spaces.map { space in
      [
        "name": .text(space.name), "meaning": .text(space.summary),
        "networks": space.architectureCount.map { .integer($0) } ?? .null,
        "classes": .integer(space.sizes.classes),
        "resolution": .integer(space.sizes.resolution),
        "layers": .text(counting(of: space).rawValue),
        "populations": .object(
          space.populations.map { JSONValue.Member($0.name, .integer($0.count)) }),
        "tasks": .array(space.tasks.map { .text($0.name) }),
        "devices": .array(space.deviceCosts.map { .text($0.name) }),
        "searchable": .boolean(space is any SearchableSpace),
        "citation": .text(space.citation),
      ]
    }
  }

  /// The facts of a space and of one of its populations.
  public var header: [String] {
    [
      "name", "classes", "resolution", "layers", "population", "networks", "meaning", "citation",
    ]
  }

  /// One record for each population, or for a space without any.
  public var records: [[String]] {
    spaces.flatMap { space in
      let facts = [
        space.name, "\(space.sizes.classes)", "\(space.sizes.resolution)",
        counting(of: space).rawValue,
      ]
      guard !space.populations.isEmpty else {
        return [
          facts + [
            "", space.architectureCount.map { "\($0)" } ?? "", space.summary, space.citation,
          ]
        ]
      }
      return space.populations.map {
        facts + [$0.name, "\($0.count)", $0.meaning, space.citation]
      }
    }
  }
}
