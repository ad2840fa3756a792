import Foundation
import Testing

@testable import Formats
@testable import Networks
@testable import Scoring
@testable import Spaces
@testable import Tensors

/// Weights and images from files; see `Golden/README.md` for where the files come from.
@Suite("given tensors")
struct GivenTensorsTests {
  private struct Description: Decodable {
    struct Macro: Decodable {
      let C: Int
      let N: Int
      let num_classes: Int
      let resolution: Int
    }
    struct Entry: Decodable {
      let value: Value
      let scale: Double?
      let rtol_double_linalg: Double?
    }
    /// A number; lists and texts are of no interest here.
    struct Value: Decodable {
      let number: Double?
      init(from decoder: any Decoder) throws {
        number = try? decoder.singleValueContainer().decode(Double.self)
      }
    }
    let arch: String
    let macro: Macro
    let batch: Int
    let expected: [String: Entry]
  }

  private struct Golden {
    let description: Description
    let file: SafeTensors
    let space: NASBench201Space
    let cell: NASBench201Architecture
    let network: Network

    init(_ name: String) throws {
      let json = try #require(
        Bundle.module.url(forResource: "Golden/\(name)", withExtension: "json"))
      let tensors = try #require(
        Bundle.module.url(forResource: "Golden/\(name)", withExtension: "safetensors"))
      description = try JSONDecoder().decode(Description.self, from: Data(contentsOf: json))
      file = try SafeTensors(contentsOfFile: tensors.path)
      let macro = description.macro
      space = NASBench201Space(
        skeleton: NASBench201Skeleton(
          channels: macro.C, cells: macro.N, classes: macro.num_classes,
          resolution: macro.resolution))
      cell = try NASBench201Architecture(parsing: description.arch)
      network = try space.network(for: cell)
    }
  }

  /// The cases whose batch normalisation has the statistics 0 and 1.
  @Test(arguments: ["s01_conv3x3", "s02_mixed", "s08_identity_cell", "s09_truncated", "f01_full"])
  func entropiesAreThoseOfTheReference(name: String) throws {
    let golden = try Golden(name)
    let given = try GivenTensors(for: golden.network, weights: golden.file, inputs: golden.file)
    var smooth = ScoringSettings(recipe: .released, batch: golden.description.batch)
    let released = smooth
    smooth.fisher.factor = .exact
    for (key, settings) in [("released", released), ("smooth", smooth)] {
      let entry = try #require(golden.description.expected["vkdnw.all.\(key).entropy"])
      let evaluator = Evaluator(
        space: golden.space, proxies: [VKDNW()], settings: settings, seed: 0, threads: 1,
        given: given)
      let record = try #require(
        try evaluator.evaluate(golden.cell, with: [VKDNW()], on: Compute(threads: 1)).first)
      let value = try #require(record.score.value)
      let expected = try #require(entry.value.number)
      let tolerance = try #require(entry.rtol_double_linalg) * (entry.scale ?? 1)
      #expect(abs(value - expected) <= tolerance, "\(name) \(key): \(value), \(expected)")
      #expect(record.settings.contains("weightsDigest") && record.settings.contains("inputDigest"))
    }
  }

  @Test func whatTheNetworkDoesNotNameIsListed() throws {
    let golden = try Golden("s02_mixed")
    let ignored = Set(GivenTensors.ignoredNames(of: golden.file, for: golden.network))
    let known = golden.network.parameters.map(\.name) + ["input", "input2", "labels", "labels2"]
    #expect(ignored == Set(golden.file.names).subtracting(known))
    #expect(ignored.contains("stem.1.running_mean"))
  }

  @Test func drawnTensorsComeBack() throws {
    let golden = try Golden("s02_mixed")
    let candidate = Candidate(
      architecture: golden.cell.description, network: golden.network,
      settings: ScoringSettings(batch: 3), seed: 5, compute: try Compute(threads: 1))
    let bytes = SafeTensors.encode(candidate.tensors)
    let file = try SafeTensors(bytes: bytes, file: "saved")
    let given = try GivenTensors(for: golden.network, weights: file, inputs: file)
    #expect(given.parameters == candidate.parameters)
    #expect(given.inputs?.pixels == candidate.inputs)
    #expect(GivenTensors.ignoredNames(of: file, for: golden.network).isEmpty)
    // The digest depends on the numbers that are used alone.
    let more = SafeTensors.encode(
      [SafeTensors.Tensor("more", shape: [1], [1 as Float])]
        + candidate.tensors.reversed())
    let again = try GivenTensors(
      for: golden.network, weights: SafeTensors(bytes: more, file: "more"))
    #expect(again.origin["weightsDigest"] == given.origin["weightsDigest"])
    #expect(again.inputs == nil && again.origin["inputDigest"] == nil)
  }

  @Test func oneBitChangesTheDigest() throws {
    let golden = try Golden("s02_mixed")
    let candidate = Candidate(
      architecture: "", network: golden.network, settings: ScoringSettings(batch: 1), seed: 0,
      compute: try Compute(threads: 1))
    func digest(_ tensors: [SafeTensors.Tensor]) throws -> SettingValue? {
      let file = try SafeTensors(bytes: SafeTensors.encode(tensors), file: "file")
      return try GivenTensors(for: golden.network, weights: file).origin["weightsDigest"]
    }
    var tensors = candidate.tensors
    let first = tensors[0]
    guard case .floats(var values) = first.values else { throw CancellationError() }
    values[0] = values[0].nextUp
    let before = try digest(tensors)
    tensors[0] = SafeTensors.Tensor(first.name, shape: first.shape, values)
    #expect(try digest(tensors) != before)
  }

  @Test func faultsNameFileAndTensor() throws {
    let golden = try Golden("s02_mixed")
    let network = golden.network
    let tensors = Candidate(
      architecture: "", network: network, settings: ScoringSettings(batch: 2), seed: 0,
      compute: try Compute(threads: 1)
    ).tensors

    func message(
      asInput: Bool = false, _ change: (inout [SafeTensors.Tensor]) -> Void
    ) throws -> String {
      var changed = tensors
      change(&changed)
      let file = try SafeTensors(bytes: SafeTensors.encode(changed), file: "w.safetensors")
      let error = #expect(throws: SafeTensorsError.self) {
        try GivenTensors(
          for: network, weights: asInput ? nil : file, inputs: asInput ? file : nil)
      }
      return try #require(error).description
    }

    let last = tensors.count - 1
    #expect(
      try message { $0.removeFirst() }
        == #"w.safetensors: tensor "stem.0.weight": not in the file"#)
    #expect(
      try message {
        $0[1] = SafeTensors.Tensor("stem.1.weight", shape: [2, 2], [1, 1, 1, 1] as [Float])
      }
        == #"w.safetensors: tensor "stem.1.weight": shape [2, 2] where [4] is needed"#)
    #expect(
      try message {
        $0[1] = SafeTensors.Tensor("stem.1.weight", shape: [4], [1, 1, .nan, 1] as [Float])
      }
        == #"w.safetensors: tensor "stem.1.weight": value nan at index 2 is not finite"#)
    #expect(
      try message {
        $0[1] = SafeTensors.Tensor("stem.1.weight", shape: [4], [1, 2, 3, 4] as [Int32])
      }
        == #"w.safetensors: tensor "stem.1.weight": dtype I32 where floating-point is needed (F32, F64, F16 or BF16)"#
    )
    #expect(
      try message(asInput: true) { $0.removeLast() }
        == #"w.safetensors: tensor "input": not in the file"#)
    for shape in [[0, 3, 8, 8], [2, 3, 8], [1, 3, 8, 4]] {
      let count = shape.reduce(1, *)
      let numbers = [Float](repeating: 0, count: count)
      #expect(
        try message(asInput: true) { $0[last] = SafeTensors.Tensor("input", shape: shape, numbers) }
          == #"w.safetensors: tensor "input": shape \#(shape) where [batch, 3, 8, 8] is needed"#)
    }
  }
}
