import Foundation
import Reports
import TestSupport
import Testing

/// `tfnas score`, `count` and `check` of ONNX files, and `export --onnx`.
@Suite struct ModelFileTests {
  private let directory: TemporaryDirectory
  private let cell =
    "|nor_conv_3x3~0|+|avg_pool_3x3~0|skip_connect~1|+|nor_conv_1x1~0|nor_conv_3x3~1|skip_connect~2|"
  private let sizes = ["--width", "4", "--cells", "1"]

  init() throws { directory = try TemporaryDirectory() }

  /// The path of the cell's model.
  private func model(_ more: [String] = []) throws -> String {
    let result = try Tool.run(
      ["export", cell, "--directory", directory.file("cell"), "--onnx", "--force", "--seed", "3"]
        + sizes + more)
    try #require(result.status == 0, "\(result.errors)")
    return directory.file("cell/network.onnx")
  }

  private func object(_ text: String) throws -> [String: Any] {
    try #require(try parsedJSON(text) as? [String: Any])
  }

  private func scores(_ arguments: [String]) throws -> [[String: String]] {
    let result = try Tool.run(["score", "--format", "json", "--batch", "4"] + arguments)
    try #require(result.status == 0, "\(result.errors)")
    let networks = try #require(try object(result.output)["networks"] as? [[String: Any]])
    return try networks.map { network in
      let scores = try #require(network["scores"] as? [String: [String: Any]])
      return scores.mapValues { "\($0["value"] ?? "nothing")" }
    }
  }

  /// Every proxy that needs no images, with weights from the seed and with those of the file.
  @Test func aCellReadBackHasTheDigitsOfTheCell() throws {
    let file = try model()
    let proxies = [
      "--proxies",
      "vkdnw,vkdnw-single,gradnorm,snip,jacov,synflow,zico,naswot,meco,near,expressivity,"
        + "progressivity,trainability,layers,flops,parameters", "--images", "noise",
    ]
    let own = try scores([cell] + sizes + proxies)
    #expect(try scores([file] + proxies) == own)
    let stored = try scores([file, "--weights", "stored", "--seed", "3"] + proxies)
    let weights = directory.file("cell/weights.safetensors")
    let given = try scores([cell, "--seed", "3", "--weights", weights] + sizes + proxies)
    #expect(stored == given)
  }

  @Test func speedOfAModelFile() throws {
    let file = try model()
    let result = try Tool.run([
      "benchmark", file, "--batch", "2", "--repetitions", "1", "--format", "json",
    ])
    try #require(result.status == 0, "\(result.errors)")
    let report = try object(result.output)
    #expect(report["architecture"] as? String == file)
    #expect(try #require(report["boundShare"] as? Double) > 0)
    let proxies = try Tool.run([
      "benchmark", file, "--batch", "2", "--repetitions", "1", "--proxies", "naswot", "--format",
      "json",
    ])
    #expect(proxies.status == 0, "\(proxies.errors)")
    for (more, expected) in [
      ([file, "--width", "8"], "--width belongs to architectures"),
      (["1462"], "1462 is no .onnx file; an architecture is given by --arch"),
      (["--input-shape", "3,8,8"], "--input-shape belongs to ONNX files"),
    ] {
      let refused = try Tool.run(["benchmark"] + more)
      #expect(refused.status == 64 && refused.errors.contains(expected), "\(refused.errors)")
    }
    let missing = try Tool.run(["benchmark", directory.file("no.onnx")])
    #expect(missing.status == 66, "\(missing.errors)")
  }

  @Test func aRankingHasFilesAndArchitectures() throws {
    let file = try model()
    let store = directory.file("scores.sqlite")
    let arguments =
      ["score", file, "1462", "--batch", "4", "--by", "vkdnw", "--store", store] + sizes
    let first = try Tool.run(arguments + ["--format", "csv"])
    try #require(first.status == 0, "\(first.errors)")
    let lines = first.output.split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines.first?.hasPrefix("position,network,architecture,") == true)
    #expect(lines.contains { $0.contains(file) })
    // A copy elsewhere is the same network.
    let copy = directory.file("copy.onnx")
    try FileManager.default.copyItem(atPath: file, toPath: copy)
    let second = try Tool.run(
      ["score", copy, "--batch", "4", "--proxies", "vkdnw", "--store", store])
    #expect(second.status == 0)
    #expect(second.errors.contains("holds 1 of the 1 networks"))
  }

  @Test func countsAreThoseOfTheArchitecture() throws {
    let file = try model()
    let folder = directory.file("cell")
    let result = try Tool.run(["count", folder, cell, "--format", "json", "--by-layer"] + sizes)
    try #require(result.status == 0, "\(result.errors)")
    let counts = try #require(try parsedJSON(result.output) as? [[String: Any]])
    try #require(counts.count == 2)
    #expect(counts.map { $0["network"] as? String } == [file, cell])
    let whole = [
      "parameters", "multiplyAdds", "layers", "activations", "peakActivationBytes",
    ]
    for name in whole {
      #expect(counts[0][name] as? Int == counts[1][name] as? Int, "\(name)")
      #expect(counts[0][name] as? Int ?? 0 > 0, "\(name)")
    }
    let layers = try #require(counts[0]["byLayer"] as? [[String: Any]])
    let operators = try #require(counts[0]["byOperator"] as? [[String: Any]])
    for part in [layers, operators] {
      #expect(
        part.reduce(0) { $0 + ($1["parameters"] as? Int ?? 0) } == counts[0]["parameters"] as? Int)
      #expect(
        part.reduce(0) { $0 + ($1["multiplyAdds"] as? Int ?? 0) }
          == counts[0]["multiplyAdds"] as? Int)
    }
    let table = try Tool.run(["count", file])
    #expect(table.status == 0)
    #expect(table.output.contains("convolution"))
  }

  @Test func weightsMayLieBeside() throws {
    let file = try model(["--weights-beside"])
    #expect(FileManager.default.fileExists(atPath: file + ".data"))
    let check = try Tool.run(["check", file, "--format", "json"])
    #expect(check.status == 0)
    try FileManager.default.removeItem(atPath: file + ".data")
    let broken = try Tool.run(["check", file])
    #expect(broken.status == 65 || broken.status == 66)
    #expect(broken.errors.contains("network.onnx.data"))
  }

  @Test func aCheckComparesOutputs() throws {
    let file = try model()
    let result = try Tool.run(["check", file, "--format", "json"])
    try #require(result.status == 0, "\(result.errors)")
    let check = try object(result.output)
    #expect(check["network"] as? String == file)
    #expect(check["supported"] as? Bool == true)
    let outputs = try #require(check["outputs"] as? [[String: Any]])
    #expect(outputs.count == 1)
    #expect(outputs[0]["shape"] as? [Int] == [10])
    let operators = try #require(check["operators"] as? [[String: Any]])
    #expect(operators.contains { $0["name"] as? String == "Conv" })
    #expect(operators.allSatisfy { $0["supported"] as? Bool == true })
  }

  /// What is no model is one line with the exit code of bad data, whatever command reads it.
  @Test(arguments: ["check", "count", "score"])
  func badFilesAreOneLine(_ command: String) throws {
    let file = try model()
    let bytes = try Data(contentsOf: URL(fileURLWithPath: file))
    let cases: [(String, Data)] = [
      ("empty", Data()), ("text", Data("hello\n".utf8)), ("cut", bytes.prefix(bytes.count / 2)),
      ("noise", Data((0..<200).map { UInt8(truncatingIfNeeded: $0 &* 167) })),
    ]
    for (name, content) in cases {
      let path = directory.file("\(name).onnx")
      try content.write(to: URL(fileURLWithPath: path))
      let result = try Tool.run([command, path])
      #expect(result.status == 65, "\(name): \(result.errors)")
      #expect(result.output.isEmpty)
      #expect(result.errors.hasPrefix("tfnas: \(path): "), "\(result.errors)")
      #expect(result.errors.filter { $0 == "\n" }.count == 1, "\(result.errors)")
    }
    let missing = try Tool.run([command, directory.file("none.onnx")])
    #expect(missing.status == 66)
    let folder = directory.file("nothing")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    if command != "check" {
      let empty = try Tool.run([command, folder])
      #expect(empty.status == 66)
      #expect(empty.errors.contains("there is no .onnx file in the folder"))
    }
  }

  @Test func optionsOfFilesBelongToFiles() throws {
    let file = try model()
    for arguments in [
      ["1462", "--unfold"], ["1462", "--weights", "stored"],
      [file, "--input-shape", "3,32"], [file, "--input-shape", "3,32,32", "--resolution", "32"],
      [file, "--weights", "some.safetensors"], [file, "--weights", "stored", "--inits", "2"],
    ] {
      let result = try Tool.run(["score"] + arguments)
      #expect(result.status == 64, "\(arguments): \(result.errors)")
      #expect(result.output.isEmpty)
    }
  }
}
