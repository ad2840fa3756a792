import Foundation
import Testing

/// The entries of `Fixtures/spaces-golden.json`.
struct SpaceGolden: Decodable, Sendable {
  /// Counts of one network.
  struct Counts: Decodable, Sendable {
    var architecture: String?
    var network: String?
    // AutoFormer.
    var embed_dim: Int?
    var heads: [Int]?
    var mlp_ratio: [Double]?
    var attention_macs_without_relative: Int?
    var reference_complexity: Double?
    // NAS-Bench-101.
    var hash: String?
    var vertex_channels: [[Int]]?
    // DARTS.
    var channels: Int?
    var cells: Int?

    var input: [Int]
    var parameters: Int
    var parameter_tensors: Int
    var trainable_layers: Int
    var macs: Int
    var macs_with_bias: Int
    var batch_norms: Int
    var relus: Int
    var naslib_flops: Int?
    var output: [Int]
  }

  /// Logits of a network with prescribed numbers.
  struct Numeric: Decodable, Sendable {
    struct Logits: Decodable, Sendable {
      var first_image: [Double]
      var second_image: [Double]
      var sum: Double
      var sum_of_squares: Double
    }

    var architecture: String?
    var input: [Int]
    var logits: [String: Logits]
    // AutoFormer.
    var embed_dim: Int?
    var heads: [Int]?
    var mlp_ratio: [Double]?
    var relative: Bool?
    var mean_pool: Bool?
    var max_relative_position: Int?
    // DARTS.
    var channels: Int?
    var cells: Int?
    var stem: Bool?
    // TransNAS-Bench-101.
    var shortcut_epsilon: Double?
  }

  /// A name and a shape.
  struct Tensor: Decodable, Hashable, Sendable {
    var name: String
    var shape: [Int]

    init(name: String, shape: [Int]) {
      self.name = name
      self.shape = shape
    }

    init(from decoder: any Decoder) throws {
      var list = try decoder.unkeyedContainer()
      name = try list.decode(String.self)
      shape = try list.decode([Int].self)
    }
  }

  var networks: [Counts]
  var numeric: [Numeric]
  var state: [String: [Tensor]]

  /// All spaces, read once.
  private static let all = Result {
    try JSONDecoder().decode([String: SpaceGolden].self, from: data("spaces-golden", "json"))
  }

  /// The entries of a space.
  static func entries(_ space: String) throws -> SpaceGolden {
    try #require(try all.get()[space], "no golden entries of \(space)")
  }

  private static func data(_ name: String, _ kind: String) throws -> Data {
    let url = try #require(
      Bundle.module.url(forResource: "Fixtures/\(name)", withExtension: kind))
    return try Data(contentsOf: url)
  }

  /// The rows of a fixture without its heading.
  static func rows(_ name: String) throws -> [[String]] {
    let text = String(decoding: try data(name, "csv"), as: UTF8.self)
    return text.split(separator: "\n").dropFirst().map { line in
      line.split(separator: ",").map(String.init)
    }
  }
}
