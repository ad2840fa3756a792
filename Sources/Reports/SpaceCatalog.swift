public import Formats
internal import Scoring
internal import Spaces

/// The search spaces and the sizes of their populations.
public struct SpaceCatalog: Report {
  private struct Population {
    let name: String
    let count: Int
    let meaning: String
  }

  private let space = NASBench201Space.name
  private let citation = "Dong and Yang, ICLR 2020"
  private let populations: [Population]

  /// Lists all spaces.
  public init() {
    populations = NASBench201Population.allCases.map { population in
      let meaning =
        switch population {
        case .all: "every cell"
        case .live: "cells without an operation on a dead edge"
        case .distinct: "one cell for each canonical form"
        case .liveDistinct: "one cell for each canonical form of those that are live"
        }
      return Population(name: population.rawValue, count: population.count, meaning: meaning)
    }
  }

  /// A row for each population.
  public var table: String {
    var table = TextTable([
      ("space", .left), ("population", .left), ("networks", .right), ("what it holds", .left),
      ("source", .left),
    ])
    for population in populations {
      table.add([
        space, population.name, grouped(population.count), population.meaning, citation,
      ])
    }
    table.add([
      MobileNetV2Space.name, "-", "-", "chains of inverted residuals", Self.chainsCitation,
    ])
    return table.text
  }

  private static let chainsCitation = "Lin et al., ICCV 2021"

  /// An array of the lines.
  public var json: JSONValue { .array(lines) }

  /// One object for each space.
  public var lines: [JSONValue] {
    [
      [
        "name": .text(space), "networks": .integer(NASBench201Architecture.count),
        "populations": .object(
          populations.map { JSONValue.Member($0.name, .integer($0.count)) }),
        "datasets": .array(BenchmarkDataset.allCases.map { .text($0.rawValue) }),
        "citation": .text(citation),
      ],
      [
        "name": .text(MobileNetV2Space.name), "networks": .null, "populations": .object([]),
        "datasets": .array([]), "citation": .text(Self.chainsCitation),
      ],
    ]
  }

  /// The facts of a population.
  public var header: [String] { ["space", "population", "networks", "meaning", "citation"] }

  /// One record for each population.
  public var records: [[String]] {
    populations.map { [space, $0.name, "\($0.count)", $0.meaning, citation] }
      + [[MobileNetV2Space.name, "", "", "chains of inverted residuals", Self.chainsCitation]]
  }
}
