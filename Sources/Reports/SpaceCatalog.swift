public import Formats
internal import Scoring
internal import Spaces

/// The search spaces, what their networks are where nothing else is said, and the sizes of their
/// populations.
public struct SpaceCatalog: Report {
  private struct Space {
    let name: String
    let sizes: SpaceSizes
    let counting: LayerCounting
    let meaning: String
    let populations: [Population]
    let datasets: [BenchmarkDataset]
    let citation: String
  }

  private struct Population {
    let name: String
    let count: Int
    let meaning: String
  }

  private let spaces: [Space]

  /// Lists all spaces.
  public init() {
    let populations = NASBench201Population.allCases.map { population in
      let meaning =
        switch population {
        case .all: "every cell"
        case .live: "cells without an operation on a dead edge"
        case .distinct: "one cell for each canonical form"
        case .liveDistinct: "one cell for each canonical form of those that are live"
        }
      return Population(name: population.rawValue, count: population.count, meaning: meaning)
    }
    spaces = [
      Space(
        name: NASBench201Space.name, sizes: NASBench201Space.sizes,
        counting: NASBench201Space.layerCounting,
        meaning: "cells with one of five operations on each of six edges",
        populations: populations, datasets: BenchmarkDataset.allCases,
        citation: "Dong and Yang, ICLR 2020"),
      Space(
        name: MobileNetV2Space.name, sizes: MobileNetV2Space.sizes,
        counting: MobileNetV2Space.layerCounting, meaning: "chains of inverted residuals",
        populations: [], datasets: [], citation: "Lin et al., ICCV 2021"),
    ]
  }

  /// A row for each space, and under them one for each population.
  public func table(_ layout: TableLayout) -> String {
    var table = TextTable([
      .init("space", .left), .init("classes", .right), .init("resolution", .right, short: "pixels"),
      .init("layers are", .left).with(.wrapped(least: 18)),
      .init("networks are", .left).with(.wrapped(least: 18)),
      .init("source", .left).with(.wrapped(least: 12)).omitted(1),
    ])
    for space in spaces {
      table.add([
        space.name, "\(space.sizes.classes)", "\(space.sizes.resolution)",
        space.counting.rawValue, space.meaning, space.citation,
      ])
    }
    var populations = TextTable([
      .init("population", .left), .init("networks", .right),
      .init("what it holds", .left).with(.wrapped(least: 16)),
    ])
    for population in spaces.flatMap(\.populations) {
      populations.add([population.name, grouped(population.count), population.meaning])
    }
    return table.text(layout)
      + "\n" + layout.paragraph("Populations of \(NASBench201Space.name):") + "\n"
      + populations.text(layout)
  }

  /// The spaces.
  public var json: JSONValue { ["spaces": .array(lines)] }

  /// One object for each space.
  public var lines: [JSONValue] {
    spaces.map { space in
      [
        "name": .text(space.name), "meaning": .text(space.meaning),
        "classes": .integer(space.sizes.classes),
        "resolution": .integer(space.sizes.resolution), "layers": .text(space.counting.rawValue),
        "populations": .object(
          space.populations.map { JSONValue.Member($0.name, .integer($0.count)) }),
        "datasets": .array(space.datasets.map { .text($0.rawValue) }),
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
        space.counting.rawValue,
      ]
      return space.populations.isEmpty
        ? [facts + ["", "", space.meaning, space.citation]]
        : space.populations.map {
          facts + [$0.name, "\($0.count)", $0.meaning, space.citation]
        }
    }
  }
}
