import Formats
import Foundation
import Reports
import Spaces
import Tensors
import TestSupport
import Testing

@Suite struct ScoreTests {
  private let cell =
    "|nor_conv_3x3~0|+|none~0|skip_connect~1|+|avg_pool_3x3~0|none~1|nor_conv_1x1~2|"

  private func score(_ arguments: [String]) throws -> [[String: Any]] {
    let result = try Tool.run(["score"] + arguments + ["--format", "json"])
    try #require(result.status == 0, "\(result.errors)")
    return try networks(result)
  }

  private func networks(_ result: Tool.Result) throws -> [[String: Any]] {
    let document = try result.object()
    #expect(document["schema"] as? Int == 1)
    return try #require(document["networks"] as? [[String: Any]])
  }

  private func value(_ proxy: String, _ entry: [String: Any]) throws -> Double {
    let scores = try #require(entry["scores"] as? [String: [String: Any]])
    return try #require(scores[proxy]?["value"] as? Double)
  }

  @Test func theShapeOfJSON() throws {
    let entry = try #require(
      try score([cell] + smallImage + ["--seed", "18446744073709551615"]).first)
    #expect(Set(entry.keys) == ["architecture", "index", "space", "seed", "settings", "scores"])
    #expect(entry["architecture"] as? String == cell)
    #expect(entry["space"] as? String == "nas-bench-201")
    #expect(entry["seed"] as? UInt64 == UInt64.max)
    let settings = try #require(entry["settings"] as? [String: Any])
    #expect(settings["batch"] as? Int == 2 && settings["width"] as? Int == 4)
    #expect(settings["precision"] as? String == "float")
    let scores = try #require(entry["scores"] as? [String: [String: Any]])
    #expect(Set(scores.keys) == ["vkdnw", "layers", "flops", "parameters"])
    for score in scores.values {
      #expect(Set(score.keys) == ["value", "higherIsBetter"])
      #expect(score["higherIsBetter"] as? Bool == true)
    }
    #expect(try value("layers", entry) == 14)
  }

  @Test func theThreeFormsOfAnArchitectureAreOne() throws {
    let architecture = try NASBench201Architecture(parsing: cell)
    let entries = try score(
      [cell, "\(architecture.benchmarkIndex)", architecture.operationTuple] + smallImage)
    #expect(entries.count == 3)
    #expect(Set(try entries.map { try value("vkdnw", $0) }).count == 1)
    #expect(entries.allSatisfy { $0["architecture"] as? String == cell })
  }

  @Test(arguments: ["json", "jsonl", "csv", "table"])
  func threadsDoNotChangeAByte(format: String) throws {
    let arguments = ["score", "3", "1462", "77", "3", "512"] + smallImage
    let one = try Tool.run(arguments + ["--threads", "1", "--format", format])
    let two = try Tool.run(arguments + ["--threads", "2", "--format", format])
    #expect(one.status == 0 && !one.output.isEmpty)
    #expect(one.output == two.output)
    // One architecture shares its images among the threads.
    let alone = try [1, 2].map {
      try Tool.run(["score", "3"] + smallImage + ["--threads", "\($0)", "--format", format]).output
    }
    #expect(alone[0] == alone[1])
  }

  @Test func orderDoesNotMatter() throws {
    let indices = ["3", "1462", "77", "9000", "512"]
    let arguments = smallImage + ["--format", "jsonl"]
    let forwards = try Tool.run(["score"] + indices + arguments).output.split(separator: "\n")
    let backwards = try Tool.run(["score"] + indices.reversed() + arguments).output
      .split(separator: "\n")
    #expect(forwards.count == 5)
    #expect(forwards == backwards.reversed())
    let alone = try Tool.run(["score", "77"] + arguments).output.split(separator: "\n")
    #expect(alone == [forwards[2]])
  }

  @Test func standardInputIsReadLineByLine() throws {
    let listed = try Tool.run(
      ["score", "-"] + smallImage + ["--format", "csv"],
      input: "# two of them\n\n  3  \r\n\(cell)\n")
    #expect(listed.status == 0)
    #expect(
      listed.output
        == (try Tool.run(["score", "3", cell] + smallImage + ["--format", "csv"])).output)
    let lines = listed.output.split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines[0] == "architecture,index,vkdnw,layers,flops,parameters")
  }

  @Test func lineFormatsHoldWhatJSONHolds() throws {
    let arguments = ["3", "1462"] + smallImage + ["--proxies", "layers,vkdnw,layers"]
    let entries = try score(arguments)
    let lines = try Tool.run(["score"] + arguments + ["--format", "jsonl"]).output
      .split(separator: "\n")
    #expect(lines.count == 2)
    for (line, entry) in zip(lines, entries) {
      var object = try #require(try parsedJSON(String(line)) as? [String: Any])
      #expect(object.removeValue(forKey: "schema") as? Int == 1)
      #expect((object as NSDictionary) == (entry as NSDictionary))
    }
    let csv = try CSV(
      Array(try Tool.run(["score"] + arguments + ["--format", "csv"]).output.utf8), file: "csv")
    #expect(csv.header == ["architecture", "index", "layers", "vkdnw"])
    #expect(try csv.numbers(in: "vkdnw") == entries.map { try value("vkdnw", $0) })
    let table = try Tool.run(["score"] + arguments).output
    #expect(table.split(separator: "\n").count == 3 && table.hasPrefix("index"))
  }

  @Test func axesOverrideTheRecipe() throws {
    let released = try score(["3"] + smallImage + ["--recipe", "released"])
    let settings = try #require(released[0]["settings"] as? [String: Any])
    #expect(settings["factor"] as? String == "released" && settings["smoothing"] as? Double == 0.05)
    let spelled = try score(
      ["3"] + smallImage + [
        "--factor", "released", "--batch-norm", "fresh", "--smoothing", "0.05", "--weights-of",
        "tensors", "--dimension", "128", "--weights-per-tensor", "1", "--position", "0",
      ])
    #expect((released as NSArray) == (spelled as NSArray))
    var seen: Set<Double> = []
    for axis in [
      [], ["--recipe", "released"], ["--recipe", "paper"], ["--factor", "logits"],
      ["--batch-norm", "identity"], ["--smoothing", "0.5"], ["--weights-of", "layers"],
      ["--dimension", "9"], ["--weights-per-tensor", "2"], ["--position", "1"],
      ["--position", "random"], ["--batch-norm", "updated"],
      ["--weights-of", "sampled", "--dimension", "20"], ["--quantiles", "eleven"],
      ["--smoothing", "0.5", "--smoothing-rounding", "half"],
      ["--recipe", "released", "--smoothing-rounding", "exact"], ["--seed", "1"], ["--inits", "2"],
      ["--batch", "3"], ["--pullbacks", "2"],
      ["--classes", "7"],
    ] {
      #expect(
        seen.insert(try value("vkdnw", score(["3"] + smallImage + axis)[0])).inserted, "\(axis)")
    }
    let batch = try score([
      "3", "--width", "4", "--cells", "1", "--resolution", "8", "--recipe", "paper",
    ])
    #expect((batch[0]["settings"] as? [String: Any])?["batch"] as? Int == 64)
  }

  @Test func anOverflowIsUndefinedAndNotAnError() throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("w.safetensors")
    #expect(try Tool.run(["score", "1462", "--save-weights", path] + smallImage).status == 0)
    let file = try SafeTensors(contentsOfFile: path)
    let huge = try file.entries.map { entry in
      SafeTensors.Tensor(
        entry.name, shape: entry.shape,
        try file.floats(entry.name).map { entry.name == "input" ? $0 : $0 * 1e30 })
    }
    try SafeTensors.write(huge, toFile: path)
    let result = try Tool.run(
      ["score", "1462", "--weights", path, "--batch-norm", "identity", "--format", "json"]
        + smallImage)
    #expect(result.status == 0)
    let scores = try #require(try networks(result).first?["scores"] as? [String: [String: Any]])
    let vkdnw = try #require(scores["vkdnw"])
    #expect(vkdnw["value"] is NSNull)
    let reason = try #require(vkdnw["undefined"] as? String)
    #expect(result.errors.contains("vkdnw is undefined: \(reason)"))
    let csv = try Tool.run(
      ["score", "1462", "--weights", path, "--batch-norm", "identity", "--format", "csv"]
        + smallImage)
    #expect(csv.output.contains("nor_conv_3x3~2|,1462,,26.0,"))
    let spectrum = try Tool.run(
      ["spectrum", "1462", "--weights", path, "--batch-norm", "identity", "--format", "json"]
        + smallImage)
    #expect(spectrum.status == 0)
    #expect(try spectrum.object()["entropy"] is NSNull)
  }
}
