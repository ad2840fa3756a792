import Formats
import Foundation
import Tensors
import TestSupport
import Testing

@Suite struct TensorFileTests {
  private let directory: TemporaryDirectory
  private let path: String
  private let sizes = ["--width", "4", "--cells", "1", "--resolution", "8"]

  init() throws {
    directory = try TemporaryDirectory()
    path = directory.file("w.safetensors")
    let saved = try Tool.run(
      ["score", "1462", "--seed", "7", "--batch", "3", "--save-weights", path] + sizes)
    try #require(saved.status == 0, "\(saved.errors)")
  }

  private func score(_ arguments: [String]) throws -> Tool.Result {
    try Tool.run(["score", "1462", "--format", "json"] + sizes + arguments)
  }

  private func vkdnw(_ result: Tool.Result) throws -> Double {
    try #require(result.status == 0, "\(result.errors)")
    let scores = try #require(try result.networks().first?["scores"] as? [String: [String: Any]])
    return try #require(scores["vkdnw"]?["value"] as? Double)
  }

  /// Writes the saved tensors with some changes to another file.
  private func changed(
    _ name: String, _ change: (inout [SafeTensors.Tensor]) -> Void
  ) throws -> String {
    let file = try SafeTensors(contentsOfFile: path)
    var tensors = try file.entries.map {
      SafeTensors.Tensor($0.name, shape: $0.shape, try file.floats($0.name))
    }
    change(&tensors)
    try SafeTensors.write(tensors, toFile: directory.file(name))
    return directory.file(name)
  }

  @Test func whatWasSavedGivesTheSameDigits() throws {
    let drawn = try vkdnw(score(["--seed", "7", "--batch", "3"]))
    let read = try score(["--weights", path, "--input", path])
    #expect(try vkdnw(read) == drawn)
    #expect(read.errors.isEmpty)
    let settings = try #require(try read.networks().first?["settings"] as? [String: Any])
    #expect(settings["batch"] as? Int == 3)
    #expect((settings["weightsDigest"] as? String)?.count == 16)
    #expect((settings["inputDigest"] as? String)?.count == 16)
    // Each file replaces its own part alone.
    #expect(try vkdnw(score(["--weights", path, "--seed", "7", "--batch", "3"])) == drawn)
    #expect(try vkdnw(score(["--input", path, "--seed", "7"])) == drawn)
    #expect(try vkdnw(score(["--input", path, "--seed", "8"])) != drawn)
    let spectrum = try Tool.run(
      ["spectrum", "1462", "--format", "json", "--weights", path, "--input", path] + sizes)
    #expect(try spectrum.object()["entropy"] as? Double == drawn)
  }

  @Test func whatIsIgnoredIsSaid() throws {
    let more = try changed("more") { tensors in
      for number in 0..<5 {
        tensors.append(SafeTensors.Tensor("stem.\(number).mean", shape: [1], [1] as [Float]))
      }
    }
    let result = try score(["--weights", more, "--input", path, "--seed", "1"])
    #expect(result.status == 0)
    #expect(
      result.errors == "tfnas: \(more): 5 tensors that the network does not name are ignored "
        + "(stem.0.mean, stem.1.mean, stem.2.mean, ...)\n"
        + "tfnas: --seed is ignored: weights and images both come from files\n")
    let layers = try score(["--weights", path, "--proxies", "layers"])
    #expect(layers.status == 0 && layers.errors.contains("the files are ignored"))
  }

  @Test func faultsNameTheTensor() throws {
    func expect(
      _ status: Int32, _ fragment: String, _ arguments: [String],
      sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
      let result = try score(arguments)
      #expect(result.status == status, "\(result.errors)", sourceLocation: sourceLocation)
      #expect(result.output.isEmpty, sourceLocation: sourceLocation)
      #expect(result.errorLines.count == 1, sourceLocation: sourceLocation)
      #expect(result.errors.contains(fragment), "\(result.errors)", sourceLocation: sourceLocation)
    }
    let missing = try changed("missing") { $0.removeAll { $0.name == "classifier.bias" } }
    try expect(65, #"tensor "classifier.bias": not in the file"#, ["--weights", missing])
    let shape = try changed("shape") {
      $0[0] = SafeTensors.Tensor("stem.0.weight", shape: [2], [1, 1] as [Float])
    }
    try expect(
      65, #"tensor "stem.0.weight": shape [2] where [4, 3, 3, 3] is needed"#, ["--weights", shape])
    let infinite = try changed("infinite") {
      $0[1] = SafeTensors.Tensor("stem.1.weight", shape: [4], [1, .infinity, 1, 1] as [Float])
    }
    try expect(
      65, #"tensor "stem.1.weight": value inf at index 1 is not finite"#, ["--weights", infinite])
    let images = try changed("images") {
      $0[$0.count - 1] = SafeTensors.Tensor("input", shape: [1, 3], [1, 1, 1] as [Float])
    }
    try expect(
      65, #"tensor "input": shape [1, 3] where [batch, 3, 8, 8] is needed"#, ["--input", images])
    let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    let short = directory.file("short")
    for length in [0, 7, 100] {
      try bytes.prefix(length).write(to: URL(fileURLWithPath: short))
      try expect(65, length < 8 ? "fewer than 8" : "truncated", ["--weights", short])
    }
    try expect(66, "no such file", ["--weights", directory.file("nowhere")])
    try expect(66, "it is a directory", ["--input", directory.path])
    try expect(73, "cannot be written", ["--save-weights", directory.file("no/such/file")])
  }
}
