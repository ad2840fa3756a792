import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Formats
@testable import Networks
@testable import Spaces
@testable import Tensors

/// A case of `Golden/README.md`: a network, its numbers, a minibatch and what others computed.
struct GoldenCase: Sendable {
  /// An expected value and how it is to be compared.
  struct Entry: Decodable, Sendable {
    enum Comparison: String, Decodable {
      case close, nonfinite, skip
      case closeDoubleLinalg = "close_double_linalg"
    }

    private enum CodingKeys: String, CodingKey {
      case value, shape, compare, scale, rtol
      case rtolDoubleLinalg = "rtol_double_linalg"
    }

    let values: [Double]
    let shape: [Int]?
    let comparison: Comparison
    let scale: Double
    let rtol: Double?
    let rtolDoubleLinalg: Double?

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      if let list = try? container.decode([Double].self, forKey: .value) {
        values = list
      } else if let list = try? container.decode([ReferenceNumber].self, forKey: .value) {
        values = list.map(\.value)
      } else {
        values = [try container.decode(ReferenceNumber.self, forKey: .value).value]
      }
      shape = try container.decodeIfPresent([Int].self, forKey: .shape)
      comparison = try container.decode(Comparison.self, forKey: .compare)
      scale = try container.decodeIfPresent(Double.self, forKey: .scale) ?? 1
      rtol = try container.decodeIfPresent(Double.self, forKey: .rtol)
      rtolDoubleLinalg = try container.decodeIfPresent(Double.self, forKey: .rtolDoubleLinalg)
    }
  }

  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  private struct Description: Decodable {
    struct Macro: Decodable {
      let C: Int
      let N: Int
      let num_classes: Int
      let resolution: Int
    }
    struct Expected: Decodable {
      let entries: [String: Entry]

      init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        let wanted = [
          "vkdnw.", "logits.", "probabilities.", "features_", "proxy.", "detail.", "loss",
        ]
        var entries: [String: Entry] = [:]
        for key in container.allKeys where wanted.contains(where: key.stringValue.hasPrefix) {
          entries[key.stringValue] = try container.decode(Entry.self, forKey: key)
        }
        self.entries = entries
      }
    }

    let arch: String
    let macro: Macro
    let batch: Int
    let labels: [Int]
    let labels2: [Int]
    let parameter_order: [String]
    let weight_layer_order: [String]
    let tensor_groups: [String: [String]]
    let expected: Expected
  }

  let name: String
  let batch: Int
  let network: Network
  let parameters: Parameters
  /// The batch that the fixtures call x1.
  let inputs: [Float]
  /// The classes of x1.
  let labels: [Int]
  /// The batch that the fixtures call x2.
  let secondInputs: [Float]
  /// The classes of x2.
  let secondLabels: [Int]
  /// Signs for each block after the stem.
  let probes: [[Float]]
  let parameterOrder: [String]
  let weightLayerOrder: [String]
  let tensorGroups: [String: [String]]
  let expected: [String: Entry]

  /// The cases that are cheap in any precision.
  static let small = [
    "s01_conv3x3", "s02_mixed", "s03_all_ops", "s04_disconnected", "s05_constant_output",
    "s06_all_none", "s07_equal_logits", "s08_identity_cell", "s09_truncated",
  ]

  /// The benchmark's own network.
  static let full = "f01_full"

  /// Whether the environment variable `TFNAS_SLOW` is `1`: run what takes more than a few seconds in
  /// a debug build.
  static let isSlowWanted = ProcessInfo.processInfo.environment["TFNAS_SLOW"] == "1"

  private static let loaded = Mutex<[String: GoldenCase]>([:])

  /// The case of a name, read once.
  static func load(_ name: String) throws -> GoldenCase {
    if let known = loaded.withLock({ $0[name] }) { return known }
    let golden = try GoldenCase(name)
    loaded.withLock { $0[name] = golden }
    return golden
  }

  private init(_ name: String) throws {
    func url(_ kind: String) throws -> URL {
      try #require(Bundle.module.url(forResource: "Golden/\(name)", withExtension: kind))
    }
    let description = try JSONDecoder().decode(
      Description.self, from: Data(contentsOf: url("json")))
    let tensors = try SafeTensors(contentsOfFile: url("safetensors").path)
    let cell = try #require(NASBench201Architecture(description.arch))
    let macro = description.macro
    network = try NASBench201Skeleton(
      channels: macro.C, cells: macro.N, classes: macro.num_classes, resolution: macro.resolution
    ).network(of: cell)
    parameters = Parameters(
      try network.parameters.map { try tensors.floats($0.name) }, for: network)
    inputs = try tensors.floats("input")
    labels = description.labels
    secondInputs = try tensors.floats("input2")
    secondLabels = description.labels2
    probes = try (0..<network.blockOutputs.count - 1).map {
      try tensors.integers("probe.\($0)").map(Float.init)
    }
    self.name = name
    batch = description.batch
    parameterOrder = description.parameter_order
    weightLayerOrder = description.weight_layer_order
    tensorGroups = description.tensor_groups
    expected = description.expected.entries
  }

  /// Compares with the expected values of a key by the rules of `Golden/README.md`.
  ///
  /// In double the tolerance is 1e-9 of the entry's scale. Long lists are printed with twelve digits;
  /// rounding amplifies as `noise_input` says, at most 1.6e-4 for inputs moved by 2^-24, hence below
  /// 1e-12 for 2^-53; and an eigenvalue of a matrix of 128 rows may err by 3e-14 of the largest, which
  /// is 1e-10 of the largest decile in the worst case. Entropies have an infinite slope where a
  /// weight is 0: one that errs by 1e-10 moves the entropy by 1e-10 ln 1e10, and there are nine, hence
  /// 1e-7.
  ///
  /// - Parameters:
  ///   - key: the key.
  ///   - values: what was computed.
  ///   - precision: the precision of the activations.
  ///   - double: the tolerance in double where it is not the usual one.
  ///   - sourceLocation: where to report.
  func expect(
    _ key: String, _ values: [Double], _ precision: Precision, double: Double? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    guard let entry = expected[key] else {
      Issue.record("\(name) has no \(key)", sourceLocation: sourceLocation)
      return
    }
    guard values.count == entry.values.count else {
      Issue.record(
        "\(name) \(key): \(values.count) values for \(entry.values.count)",
        sourceLocation: sourceLocation)
      return
    }
    let tolerance: Double
    switch entry.comparison {
    case .skip: return
    case .nonfinite: tolerance = 0
    case .close, .closeDoubleLinalg:
      // Everything behind the activations is in double in either precision.
      guard let single = entry.rtolDoubleLinalg ?? entry.rtol else {
        Issue.record("\(name) \(key) has no tolerance", sourceLocation: sourceLocation)
        return
      }
      let double = double ?? (key.contains("entropy") ? 1e-7 : 1e-9)
      tolerance = (precision == .double ? double : single) * entry.scale
    }
    for (place, (got, wanted)) in zip(values, entry.values).enumerated() {
      let agrees =
        got == wanted || got.isNaN && wanted.isNaN || abs(got - wanted) <= tolerance
      if !agrees {
        Issue.record(
          "\(name) \(key)[\(place)] in \(precision): \(got), expected \(wanted) within \(tolerance)",
          sourceLocation: sourceLocation)
        return
      }
    }
  }
}
