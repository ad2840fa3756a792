import Foundation
import Testing

@testable import Formats
@testable import Networks
@testable import Scoring
@testable import Spaces
@testable import Tensors

/// Images and labels from safetensors files.
@Suite("given minibatches")
struct GivenMinibatchTests {
  private let network: Network

  init() throws {
    network = try NASBench201Skeleton(channels: 2, cells: 1, classes: 5, resolution: 8).network(
      of: try NASBench201Architecture(parsing: "0"))
  }

  private static func images(_ name: String, _ value: Float, count: Int = 2) -> SafeTensors.Tensor {
    SafeTensors.Tensor(
      name, shape: [count, 3, 8, 8], [Float](repeating: value, count: count * 192))
  }

  private static func labels(_ name: String, _ labels: [Int32]) -> SafeTensors.Tensor {
    SafeTensors.Tensor(name, shape: [labels.count], labels)
  }

  private func given(_ tensors: [SafeTensors.Tensor]) throws -> GivenTensors {
    try GivenTensors(
      for: network,
      inputs: SafeTensors(bytes: SafeTensors.encode(tensors), file: "i.safetensors"))
  }

  @Test func whatTheFileHoldsIsRead() throws {
    let first = Self.images("input", 1)
    let second = Self.images("input2", 2)
    let bare = try given([first])
    #expect(bare.inputs?.labels == nil && bare.secondInputs == nil)
    let full = try given([
      Self.labels("labels2", [0, 1]), second, Self.labels("labels", [4, 3]), first,
    ])
    #expect(full.inputs?.labels == [4, 3] && full.secondInputs?.labels == [0, 1])
    #expect(full.inputs?.pixels == bare.inputs?.pixels)
    #expect(full.secondInputs?.pixels == [Float](repeating: 2, count: 384))
    let mixed = try given([first, second, Self.labels("labels2", [2, 2])])
    #expect(mixed.inputs?.labels == nil && mixed.secondInputs?.labels == [2, 2])
  }

  @Test(arguments: ["s01_conv3x3", "s03_all_ops", "s09_truncated", "f01_full"])
  func goldenFilesHaveTwoMinibatches(name: String) throws {
    let golden = try GoldenCase.load(name)
    let url = try #require(
      Bundle.module.url(forResource: "Golden/\(name)", withExtension: "safetensors"))
    let file = try SafeTensors(contentsOfFile: url.path)
    let given = try GivenTensors(for: golden.network, inputs: file)
    #expect(given.inputs?.pixels == golden.inputs)
    #expect(try given.inputs?.labels == file.integers("labels"))
    #expect(try given.secondInputs?.pixels == file.floats("input2"))
    #expect(try given.secondInputs?.labels == file.integers("labels2"))
  }

  @Test func theDigestNamesAllThatIsUsed() throws {
    let first = Self.images("input", 1)
    let files = [
      [first], [first, Self.labels("labels", [1, 0])], [first, Self.labels("labels", [0, 1])],
      [first, Self.images("input2", 2)], [first, Self.images("input2", 3)],
      [first, Self.images("input2", 2), Self.labels("labels2", [0, 1])],
      [first, Self.images("input2", 2), Self.labels("labels", [0, 1])],
    ]
    let digests = try files.map { try given($0).origin["inputDigest"] }
    #expect(Set(digests).count == files.count)
    // Whatever else the file holds, and in which order, is no matter.
    #expect(
      try given([SafeTensors.Tensor("more", shape: [1], [1 as Float])] + files[1].reversed())
        .origin["inputDigest"] == digests[1])
  }

  @Test func faultsNameTheTensor() throws {
    func fault(_ tensors: [SafeTensors.Tensor]) throws -> String {
      let error = #expect(throws: SafeTensorsError.self) { try given(tensors) }
      return try #require(error).description
    }
    let first = Self.images("input", 1)
    #expect(
      try fault([first, Self.labels("labels", [1, 5])])
        == #"i.safetensors: tensor "labels": label 5 at index 1 is none of the classes 0 to 4"#)
    #expect(
      try fault([first, Self.labels("labels", [-1, 0])])
        == #"i.safetensors: tensor "labels": label -1 at index 0 is none of the classes 0 to 4"#)
    #expect(
      try fault([first, Self.labels("labels", [1, 2, 3])])
        == #"i.safetensors: tensor "labels": shape [3] where [2] is needed"#)
    #expect(
      try fault([first, SafeTensors.Tensor("labels", shape: [2], [1, 2] as [Float])])
        == #"i.safetensors: tensor "labels": dtype F32 where integers are needed"#)
    #expect(
      try fault([first, Self.images("input2", 2, count: 3)])
        == #"i.safetensors: tensor "input2": shape [3, 3, 8, 8] where [2, 3, 8, 8] is needed"#)
    #expect(
      try fault([first, Self.images("input2", .nan)])
        == #"i.safetensors: tensor "input2": value nan at index 0 is not finite"#)
    #expect(
      try fault([first, Self.images("input2", 2), Self.labels("labels2", [0, 9])])
        == #"i.safetensors: tensor "labels2": label 9 at index 1 is none of the classes 0 to 4"#)
    #expect(
      try fault([first, Self.labels("labels2", [0, 1])])
        == #"i.safetensors: tensor "input2": not in the file"#)
  }
}
