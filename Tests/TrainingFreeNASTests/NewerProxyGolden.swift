import Foundation
import TestSupport
import Testing

@testable import Derivatives
@testable import Formats
@testable import Operators
@testable import Scoring
@testable import Search
@testable import Spaces
@testable import Studies
@testable import Tensors

/// `Golden/newer-proxies-golden.json`: values of the proxies from 2023 on, and of what they are made of.
struct NewerProxyGolden: Decodable, Sendable {

  struct Configuration: Decodable, Sendable {
    let width: Int
    let cells: Int
    let classes: Int
    let resolution: Int
    let batch: Int
  }

  struct Cell: Decodable, Sendable {
    let cell: String
    let values: Values
  }

  struct Values: Decodable, Sendable {
    let nsc: Double
    let nsc_live: Double
    let intrain: [String: Double]
    let near: [String: Double]
    let meco: [String: Double]
    let dextr: Dextr
    let lswag: LSWAG
    let wrcor: [String: ReferenceNumber]
  }

  struct Dextr: Decodable, Sendable {
    let inverse_condition_sum: Double
    let inverse_condition_sum_clean: Double
    let kappa_10: ReferenceNumber
    let kappa_all: ReferenceNumber
    let indices: [Int]
    let dextr: Double
    let dextr_clean: Double
  }

  struct LSWAG: Decodable, Sendable {
    let lambda_: Double
    let psi: Int
    let score: Double
    let per_layer: [Double]
  }

  struct Group: Decodable, Sendable {
    let configuration: Configuration
    let cells: [String: Cell]
  }

  struct Psi: Decodable, Sendable {
    let rows: Int
    let columns: Int
    let variance: Double?
    let value: Double
  }

  struct Transformer: Decodable, Sendable {
    struct Sizes: Decodable, Sendable {
      let patch: Int
      let width: Int
      let depth: Int
      let heads: Int
      let mlp_ratio: Int
      let classes: Int
    }
    struct Values: Decodable, Sendable {
      let nsc_per_head: Double
      let nsc_blocks_per_head: Double
      let nsc_blocks_merged: Double
    }
    let configuration: Sizes
    let values: Values
  }

  let small: Group
  let medium: Group
  let full: Group
  let psi: [Psi]
  let vit: Transformer

  static func load() throws -> NewerProxyGolden {
    let url = try #require(
      Bundle.module.url(
        forResource: "newer-proxies-golden", withExtension: "json", subdirectory: "Golden"))
    return try JSONDecoder().decode(NewerProxyGolden.self, from: Data(contentsOf: url))
  }

  /// The cells of the small configuration.
  static let smallCells = ["A", "B", "C", "D", "F", "G", "H"]
}

extension NewerProxyGolden.Group {
  /// A cell with its network and minibatch, and the values that are expected.
  func cell(
    _ name: String, precision: Precision = .double
  ) throws -> (ConformanceConfiguration, NewerProxyGolden.Values) {
    let cell = try #require(cells[name])
    return (
      ConformanceConfiguration(
        cell: try NASBench201Architecture(parsing: cell.cell), width: configuration.width,
        cells: configuration.cells, classes: configuration.classes,
        resolution: configuration.resolution, batch: configuration.batch, precision: precision),
      cell.values
    )
  }
}
