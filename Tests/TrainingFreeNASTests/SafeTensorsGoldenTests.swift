import Foundation
import Testing

@testable import Formats

/// Files written by the reference implementation of the format; see `Golden/README.md`.
@Suite("safetensors: golden files")
struct SafeTensorsGoldenTests {
  private static let cases = [
    "f01_full", "s01_conv3x3", "s02_mixed", "s03_all_ops", "s04_disconnected",
    "s05_constant_output", "s06_all_none", "s07_equal_logits", "s08_identity_cell",
    "s09_truncated",
  ]

  /// The part of the description that concerns the tensors.
  private struct Description: Decodable {
    struct Macro: Decodable {
      let C: Int
      let num_classes: Int
      let resolution: Int
      let in_channels: Int
    }

    let macro: Macro
    let batch: Int
    let labels: [Int]
    let labels2: [Int]
    let parameter_order: [String]
  }

  @Test("every parameter, input and label is there", arguments: cases)
  func loads(name: String) throws {
    let tensors = try #require(
      Bundle.module.url(forResource: "Golden/\(name)", withExtension: "safetensors"))
    let json = try #require(
      Bundle.module.url(forResource: "Golden/\(name)", withExtension: "json"))
    let description = try JSONDecoder().decode(Description.self, from: Data(contentsOf: json))
    let file = try SafeTensors(contentsOfFile: tensors.path)

    #expect(!description.parameter_order.isEmpty)
    for parameter in description.parameter_order {
      let entry = try #require(file[parameter], "\(parameter) is missing")
      #expect(try file.floats(parameter).count == entry.shape.reduce(1, *))
    }
    let macro = description.macro
    #expect(file["stem.0.weight"]?.shape == [macro.C, macro.in_channels, 3, 3])
    #expect(file["classifier.weight"]?.shape == [macro.num_classes, 4 * macro.C])
    for input in ["input", "input2"] {
      let shape = [description.batch, macro.in_channels, macro.resolution, macro.resolution]
      #expect(file[input]?.shape == shape)
    }
    #expect(try file.integers("labels") == description.labels)
    #expect(try file.integers("labels2") == description.labels2)

    let probes = file.entries.filter { $0.name.hasPrefix("probe.") }
    #expect(!probes.isEmpty)
    for probe in probes {
      #expect(probe.elementType == .int8)
      #expect(try file.integers(probe.name).allSatisfy { abs($0) == 1 })
    }
    try file.requireFinite()
  }

  @Test("weights have the scale of their initialisation")
  func scale() throws {
    let path = try #require(
      Bundle.module.url(forResource: "Golden/f01_full", withExtension: "safetensors")
    ).path
    // N(0, 2 / fan-in) with 64 inputs of nine taps: 36,864 values, whose variance is known to 1 %.
    let weights = try SafeTensors(contentsOfFile: path).floats("cells.16.layers.0.op.1.weight")
    #expect(weights.count == 36_864)
    let variance = weights.reduce(0.0) { $0 + Double($1 * $1) } / Double(weights.count)
    #expect(abs(variance * 576 / 2 - 1) < 0.04)
  }
}
