import Formats
import Foundation
import Reports
import Spaces
import TestSupport
import Testing

/// `tfnas export`: what is in the files, and what stands in their way.
@Suite struct ExportTests {
  private let directory: TemporaryDirectory
  private let cell =
    "|nor_conv_3x3~0|+|none~0|skip_connect~1|+|nor_conv_1x1~0|avg_pool_3x3~1|none~2|"
  private let chain =
    "SuperConvK3BNRELU(3,8,2,1)SuperResIDWE6K3(8,16,2,8,1)SuperConvK1BNRELU(16,24,1,1)"

  init() throws { directory = try TemporaryDirectory() }

  private func export(_ arguments: [String], to name: String) throws -> Tool.Result {
    try Tool.run(["export"] + arguments + ["--directory", directory.file(name)])
  }

  private func text(_ name: String) throws -> String {
    try String(contentsOfFile: directory.file(name), encoding: .utf8)
  }

  @Test func writesFourFiles() throws {
    let result = try export(["nas-bench-201", cell], to: "new/one")
    try #require(result.status == 0, "\(result.errors)")
    #expect(
      result.errors
        == "tfnas: a network of nas-bench-201 for 10 classes and images of 32x32 pixels, with the "
        + "weights of seed 0\n")
    let names = ["network.json", "network.py", "weights.safetensors", "architecture.txt"]
    #expect(result.output == names.map { directory.file("new/one/\($0)") + "\n" }.joined())
    #expect(try text("new/one/architecture.txt") == cell + "\n")
    #expect(try text("new/one/network.py").contains(cell))
    #expect(
      try Set(FileManager.default.contentsOfDirectory(atPath: directory.file("new/one")))
        == Set(names))
  }

  @Test func theGraphIsTheNetwork() throws {
    try #require(
      try export(["mobilenet-v2", chain, "--resolution", "32", "--seed", "9"], to: "g").status == 0)
    let graph = try #require(try parsedJSON(text("g/network.json")) as? [String: Any])
    #expect(graph["format"] as? String == "training-free-nas network")
    #expect(graph["version"] as? Int == 2)
    #expect(graph["space"] as? String == "mobilenet-v2")
    #expect(graph["architecture"] as? String == chain)
    #expect(graph["seed"] as? Int == 9)
    #expect((graph["settings"] as? [String: Any])?["classes"] as? Int == 10)
    let counts = MobileNetV2Space(resolution: 32).counts(
      of: try MobileNetV2Architecture(parsing: chain))
    #expect(graph["multiplyAdds"] as? Int == counts.multiplyAdds)

    let nodes = try #require(graph["nodes"] as? [[String: Any]])
    var seen: Set<String> = []
    var numbers = 0
    for node in nodes {
      for input in try #require(node["inputs"] as? [String]) { #expect(seen.contains(input)) }
      #expect(seen.insert(try #require(node["name"] as? String)).inserted)
      for parameter in try #require(node["parameters"] as? [[String: Any]]) {
        numbers += try #require(parameter["shape"] as? [Int]).reduce(1, *)
      }
    }
    #expect(numbers == counts.parameters)
    #expect(graph["output"] as? String == nodes.last?["name"] as? String)
    for block in try #require(graph["blocks"] as? [String]) { #expect(seen.contains(block)) }
    let stem = try #require(nodes.first { $0["name"] as? String == "blocks.0.layers.0" })
    #expect(stem["operation"] as? String == "convolution")
    #expect(stem["shape"] as? [Int] == [8, 16, 16])
    #expect((stem["attributes"] as? [String: Any])?["stride"] as? [Int] == [2, 2])
    let bias = try #require(nodes.first { $0["operation"] as? String == "convolution-bias" })
    #expect((bias["name"] as? String)?.hasSuffix("shortcut#2") == true)
  }

  /// The weights are those of a score, which reads them again and says what it leaves aside.
  @Test func theWeightsAreThoseOfAScore() throws {
    let sizes = ["--width", "4", "--cells", "1", "--resolution", "8"]
    try #require(
      try export(["nas-bench-201", cell, "--seed", "7"] + sizes, to: "w").status == 0)
    let saved = directory.file("saved")
    let score = ["score", cell, "--format", "json", "--batch", "3"] + sizes
    let drawn = try Tool.run(score + ["--seed", "7", "--save-weights", saved])
    let read = try Tool.run(
      score + ["--seed", "7", "--weights", directory.file("w/weights.safetensors")])
    try #require(drawn.status == 0 && read.status == 0)
    #expect(read.errors.contains("running_mean"))
    let file = try SafeTensors(contentsOfFile: directory.file("w/weights.safetensors"))
    let other = try SafeTensors(contentsOfFile: saved)
    for name in other.names where name != "input" {
      #expect(try file.floats(name) == other.floats(name))
    }
    #expect(file.metadata["architecture"] == cell)
    #expect(file.names.filter { $0.hasSuffix(".running_var") }.count == 12)
  }

  @Test func nothingIsWrittenOver() throws {
    try #require(try export(["nas-bench-201", "1", "--cells", "1"], to: "d").status == 0)
    try FileManager.default.removeItem(atPath: directory.file("d/network.json"))
    let refused = try export(["nas-bench-201", cell, "--cells", "1"], to: "d")
    #expect(refused.status == 73 && refused.output.isEmpty)
    #expect(
      refused.errors
        == "tfnas: \(directory.file("d")): cannot be written: there is something in it already; "
        + "--force writes into it all the same\n")
    #expect(try text("d/architecture.txt") != cell + "\n")
    #expect(!FileManager.default.fileExists(atPath: directory.file("d/network.json")))
    #expect(
      try export(["nas-bench-201", cell, "--cells", "1", "--force"], to: "d").status == 0)
    #expect(try text("d/architecture.txt") == cell + "\n")
  }

  @Test(arguments: [
    (64, ["imagenet", "1"], "spaces are 'nas-bench-201', 'mobilenet-v2'"),
    (64, ["nas-bench-201"], "Missing expected argument '<arch>'"),
    (64, ["mobilenet-v2", "1", "--cells", "2"], "--cells belongs to nas-bench-201"),
    (64, ["nas-bench-201", "1", "--classes", "1"], "--classes must be a whole number from 2"),
    (64, ["nas-bench-201", "1", "--resolution", "2"], "the sizes leave no room for the network"),
    (65, ["nas-bench-201", "20000"], "architecture: index '20000' at character 1 is out of range"),
    (65, ["mobilenet-v2", "SuperConvK3BNRELU(4,8,2,1)"], "block 1 at character 19"),
    (65, ["mobilenet-v2", "SuperConvK3BNRELU(3,8,0,1)"], "stride of block 1 at character 23"),
    (
      65,
      ["mobilenet-v2", "SuperConvK3BNRELU(3,8192,2,1)SuperConvK7BNRELU(8192,8192,1,9)"],
      "parameters, more than the 268435456 that are written"
    ),
  ])
  func mistakes(status: Int, arguments: [String], fragment: String) throws {
    let result = try export(arguments, to: "m")
    #expect(Int(result.status) == status, "\(result.errors)")
    #expect(result.output.isEmpty)
    #expect(result.errorLines.count == 1)
    #expect(result.errors.contains(fragment), "\(result.errors)")
    #expect(!FileManager.default.fileExists(atPath: directory.file("m")))
  }

  @Test func placesThatCannotBeWritten() throws {
    let blocked = directory.file("file")
    try Data().write(to: URL(fileURLWithPath: blocked))
    let result = try Tool.run(["export", "nas-bench-201", "1", "--directory", blocked + "/d"])
    #expect(result.status == 73 && result.errorLines.count == 1, "\(result.errors)")
  }
}
