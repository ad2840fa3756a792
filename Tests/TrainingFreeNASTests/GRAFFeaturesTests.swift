import Formats
import Foundation
import Spaces
import Testing

/// Graph features against those of other implementations, and by their properties.
@Suite struct GRAFFeaturesTests {
  /// A file of `Golden`, whose values were checked cell by cell against the authors' public code.
  private func golden(_ name: String) throws -> CSV {
    let url = try #require(
      Bundle.module.url(forResource: name, withExtension: "csv", subdirectory: "Golden"))
    return try CSV(Array(try Data(contentsOf: url)), file: name)
  }

  /// Every cell of the columns of a file that begin with one of some texts.
  private func check(
    _ features: GRAFFeatures, against table: CSV, columns prefixes: [String], count: Int
  ) throws {
    let columns = table.header.filter { name in prefixes.contains { name.hasPrefix($0) } }
    try #require(columns.count == count)
    let position = Dictionary(
      uniqueKeysWithValues: features.names.enumerated().map { ($1, $0) })
    let rows = try table.texts(in: "arch").map {
      features.values(of: try NASBench201Architecture(parsing: $0))
    }
    try #require(rows.count == 40)
    for column in columns {
      let feature = try #require(position[column])
      #expect(try table.numbers(in: column) == rows.map { $0[feature] }, "\(column)")
    }
  }

  @Test func everyGoldenCell() throws {
    let table = try golden("graf-golden")
    #expect(Array(table.header.dropFirst(4)) == GRAFFeatures.all.names)
    try check(.all, against: table, columns: ["op_", "min_", "max_", "node_"], count: 191)
    // The columns that the paper selects.
    try check(.paper, against: table, columns: ["op_", "max_op_", "node_"], count: 160)
    // The tuples of the file are those of the architectures.
    for (text, codes) in zip(try table.texts(in: "arch"), try table.texts(in: "graf_ops")) {
      let tuple = try NASBench201Architecture(parsing: text).operationTuple
      #expect(tuple.filter(\.isNumber) == codes)
    }
  }

  @Test func everyGoldenCellOfTheOlderPaths() throws {
    let table = try golden("graf-golden-max-v1")
    for features in [GRAFFeatures.olderPaths, .paperOlderPaths] {
      try check(features, against: table, columns: ["max_op_on_path_v1_"], count: 31)
    }
    let current = try golden("graf-golden")
    try check(.olderPaths, against: current, columns: ["op_", "min_", "node_"], count: 160)
    try check(.paperOlderPaths, against: current, columns: ["op_", "node_"], count: 129)
  }

  /// The example of the specification: one convolution that does not reach the output.
  @Test func theOlderPathsCrossOtherEdges() throws {
    let cell = try NASBench201Architecture(
      parsing: "|nor_conv_3x3~0|+|none~0|none~1|+|none~0|none~1|none~2|")
    #expect(try value("max_op_on_path_v1_2", of: cell, in: .olderPaths) == 1)
    #expect(try value("max_op_on_path_2", of: cell, in: .all) == 0)
  }

  private func value(
    _ name: String, of cell: NASBench201Architecture, in features: GRAFFeatures
  ) throws -> Double {
    features.values(of: cell)[try #require(features.names.firstIndex(of: name))]
  }

  @Test func namesAreDifferentAndAsManyAsValues() {
    let cell = NASBench201Architecture(benchmarkIndex: 0)
    for (features, count) in zip(GRAFFeatures.allCases, [191, 160, 191, 160]) {
      #expect(features.names.count == count)
      #expect(Set(features.names).count == count)
      #expect(features.values(of: cell).count == count)
    }
  }

  /// What must hold for every cell: sums, bounds, duplicates, and what the whole set sees.
  @Test func identitiesOfAllCells() throws {
    let names = GRAFFeatures.all.names
    let place = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
    let sets = names.compactMap { name in
      name.hasPrefix("min_path_len_") ? String(name.dropFirst("min_path_len_".count)) : nil
    }
    for cell in NASBench201Architecture.all {
      let values = GRAFFeatures.all.values(of: cell)
      func value(_ name: String) -> Double { place[name].map { values[$0] } ?? .nan }
      let counts = values.prefix(5)
      var holds = counts.reduce(0, +) == 6
      for set in sets {
        let members = set.compactMap(\.wholeNumberValue).map { counts[$0] }.reduce(0, +)
        let shortest = value("min_path_len_\(set)")
        let longest = value("max_op_on_path_\(set)")
        holds =
          holds && value("node_degree_\(set)_avg_in") == members / 4
          && value("node_degree_\(set)_avg_out") == members / 4
          && (shortest == 6 ? longest == 0 : shortest <= longest && longest <= members)
      }
      // Every path lies in the set of all operations.
      holds =
        holds && value("min_path_len_01234") == 1 && value("max_op_on_path_01234") == 3
        && value("node_degree_01234_in_degree") == 3
      #expect(holds, "\(cell)")
    }
  }

  /// Exchanging two operations in the cell permutes the sets and nothing else.
  @Test(arguments: GRAFFeatures.allCases) func operationsAreExchangeable(features: GRAFFeatures) {
    let names = features.names
    let exchanged = names.map(Self.exchangingDigits)
    for cell in NASBench201Population.all.sample(count: 200, seed: 1) {
      let other = NASBench201Architecture(
        operations: cell.operations.map { operation in
          switch operation {
          case .skipConnect: .none
          case NASBench201Operation.none: .skipConnect
          default: operation
          }
        })
      let here = Dictionary(uniqueKeysWithValues: zip(names, features.values(of: cell)))
      let there = Dictionary(uniqueKeysWithValues: zip(exchanged, features.values(of: other)))
      #expect(here == there, "\(cell)")
    }
  }

  /// Exchanges the codes 0 and 1 in the name of a feature, where `_v1` is no code.
  private static func exchangingDigits(_ name: String) -> String {
    name.split(separator: "_").map { part in
      guard part.allSatisfy(\.isNumber) else { return String(part) }
      return String(part.map { $0 == "0" ? "1" : $0 == "1" ? "0" : $0 }.sorted())
    }.joined(separator: "_")
  }

  /// Reversing all edges exchanges the degrees of input and output and leaves the paths.
  @Test(arguments: GRAFFeatures.allCases) func reversal(features: GRAFFeatures) {
    let reversed = features.names.map { name in
      name.hasSuffix("in_degree")
        ? name.replacing("in_degree", with: "out_degree")
        : name.replacing("out_degree", with: "in_degree")
    }
    for cell in NASBench201Population.all.sample(count: 200, seed: 2) {
      // Node i becomes node 3 - i.
      let edges = NASBench201Architecture.edges
      let other = NASBench201Architecture(
        operations: edges.map { edge in
          let number = edges.firstIndex {
            $0.source == 3 - edge.target && $0.target == 3 - edge.source
          }
          return number.map { cell[$0] } ?? .none
        })
      let here = Dictionary(uniqueKeysWithValues: zip(features.names, features.values(of: cell)))
      let there = Dictionary(uniqueKeysWithValues: zip(reversed, features.values(of: other)))
      #expect(here == there, "\(cell)")
    }
  }
}
