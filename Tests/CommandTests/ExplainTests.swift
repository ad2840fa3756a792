import Foundation
import TestSupport
import Testing

@testable import Reports

/// `tfnas explain` as a process.
@Suite struct ExplainTests {
  private let small = ["--width", "4", "--cells", "1", "--batch", "2", "--resolution", "8"]

  private func explained(_ arguments: [String]) throws -> [String: Any] {
    let result = try Tool.run(["explain"] + arguments + ["--format", "json"])
    try #require(result.status == 0, "\(result.errors)")
    return try result.object()
  }

  private func list(_ object: [String: Any], _ name: String) throws -> [[String: Any]] {
    try #require(object[name] as? [[String: Any]])
  }

  private func scores(
    of architectures: [String], _ arguments: [String]
  ) throws -> [[String: Double]] {
    let result = try Tool.run(["score"] + architectures + arguments + ["--format", "json"])
    try #require(result.status == 0, "\(result.errors)")
    return try result.networks().map { network in
      try #require(network["scores"] as? [String: [String: Any]]).compactMapValues {
        $0["value"] as? Double
      }
    }
  }

  /// Gains, places and costs are those of the scores of every network by itself.
  @Test func gainsAreThoseOfScores() throws {
    let report = try explained(["1462", "--inits", "1", "--seed", "7"] + small)
    let changes = try list(report, "changes")
    #expect(changes.count == 24 && report["singleChanges"] as? Int == 24)
    #expect(report["networks"] as? Int == 25 && report["by"] as? String == "vkdnw")
    #expect(report["noise"] is NSNull && changes[0]["error"] is NSNull)
    let architectures = try changes.map { try #require($0["architecture"] as? String) }
    let scores = try scores(of: ["1462"] + architectures, ["--seed", "7"] + small)
    let own = try #require(scores[0]["vkdnw"])
    #expect(report["vkdnw"] as? Double == own)
    let values = try scores.dropFirst().map { try #require($0["vkdnw"]) }
    #expect(values == values.sorted(by: >))
    for (number, change) in changes.enumerated() {
      #expect(change["value"] as? Double == values[number])
      #expect(change["gain"] as? Double == values[number] - own)
      let better = try scores.count { try #require($0["vkdnw"]) > values[number] }
      #expect(change["position"] as? Int == better + 1)
      let layers = try #require(scores[number + 1]["layers"]) - #require(scores[0]["layers"])
      #expect(change["layers"] as? Int == Int(layers))
      let flops = try #require(scores[number + 1]["flops"]) - #require(scores[0]["flops"])
      #expect(abs(try #require(change["flops"] as? Double) - flops) < 1e-9)
      #expect(change["index"] is Int)
      #expect(try #require(change["change"] as? String).contains(" -> "))
    }
  }

  @Test func meansOverInitialisations() throws {
    let report = try explained(["1462", "--inits", "2", "--top", "3"] + small)
    #expect(try list(report, "changes").count == 3 && list(report, "layers").count == 3)
    let entropies = try #require(report["entropies"] as? [Double])
    #expect(entropies.count == 2 && entropies[0] != entropies[1])
    let mean = try #require(report["vkdnw"] as? Double)
    #expect(abs(mean - (entropies[0] + entropies[1]) / 2) < 1e-12)
    #expect(try abs(#require(report["value"] as? Double) - mean) < 1e-12)
    #expect(try #require(report["noise"] as? Double) > 0)
    let three = try explained(["1462", "--top", "3"] + small)
    #expect(three["initializations"] as? Int == 3)
  }

  @Test func layersShareTheTrace() throws {
    let report = try explained(["1462", "--inits", "1", "--changes", "0"] + small)
    #expect(report["changes"] == nil)
    let layers = try list(report, "layers")
    let shares = try layers.map { try #require($0["share"] as? Double) }
    #expect(abs(shares.reduce(0, +) - 1) < 1e-9)
    let changes = try layers.map { try #require($0["change"] as? Double) }
    #expect(changes == changes.sorted(by: >))
    let spectrum = try Tool.run(["spectrum", "1462"] + small + ["--format", "json"]).object()
    #expect(spectrum["entropy"] as? Double == report["vkdnw"] as? Double)
    let traces = try list(spectrum, "tensors").reduce(into: [String: Double]()) {
      $0[try #require($1["name"] as? String)] = try #require($1["trace"] as? Double)
    }
    for tensor in try layers.flatMap({ try list($0, "tensors") }) {
      #expect(
        try traces[#require(tensor["name"] as? String)] == #require(tensor["trace"] as? Double))
    }
  }

  @Test func threadsAndStoresDoNotChangeAByte() throws {
    let directory = try TemporaryDirectory()
    let arguments = ["explain", "77", "--inits", "2", "--changes", "5", "--format", "csv"] + small
    let store = ["--store", directory.file("scores.sqlite")]
    let plain = try Tool.run(arguments + ["--threads", "1"])
    let first = try Tool.run(arguments + store + ["--threads", "2"])
    let second = try Tool.run(arguments + store + ["--threads", "3"])
    #expect(plain.status == 0 && plain.output.contains("\nchange,"))
    #expect(first.output == plain.output && second.output == plain.output)
    #expect(first.errors.contains("scored 12 networks"))
    #expect(second.errors.contains("scored 0 networks"))
  }

  @Test(arguments: ["table", "csv", "jsonl"])
  func otherFormats(format: String) throws {
    let result = try Tool.run(
      ["explain", "1462", "--inits", "2", "--changes", "3", "--top", "2", "--format", format]
        + ["--by", "rank(vkdnw)*rank(flops)"] + small)
    #expect(result.status == 0, "\(result.errors)")
    let lines = result.output.split(separator: "\n")
    switch format {
    case "csv": #expect(lines.count == 5 && lines[0].hasPrefix("kind,name,share,gain,error"))
    case "jsonl": #expect(lines.count == 4 && lines[3].contains(#""kind":"change""#))
    default:
      #expect(result.output.contains("rank(vkdnw)*rank(flops)"))
      #expect(result.output.contains("3, of 24") && result.output.contains("vkdnw without it"))
    }
  }

  /// Places of an expression over ranks are those of `score --by` on the same networks.
  @Test func anExpressionOverRanks() throws {
    let by = ["--by", "rank(vkdnw)*rank(parameters)"]
    let report = try explained(["1462", "--inits", "1", "--changes", "8"] + by + small)
    let changes = try list(report, "changes")
    let architectures = try changes.map { try #require($0["architecture"] as? String) }
    let ranked = try Tool.run(
      ["score", "1462"] + architectures + by + small + ["--format", "json"])
    let places = try ranked.networks().reduce(into: [String: Int]()) {
      $0[try #require($1["architecture"] as? String)] = try #require($1["position"] as? Int)
    }
    for (change, architecture) in zip(changes, architectures) {
      #expect(change["position"] as? Int == places[architecture])
    }
  }

  @Test func aModelFileHasLayersAlone() throws {
    let directory = try TemporaryDirectory()
    let out = directory.file("out")
    let exported = try Tool.run(
      ["export", "1462", "--width", "4", "--cells", "1", "--resolution", "8", "--onnx"]
        + ["--directory", out])
    try #require(exported.status == 0, "\(exported.errors)")
    let names = try FileManager.default.contentsOfDirectory(atPath: out)
    let model = out + "/" + (try #require(names.first { $0.hasSuffix(".onnx") }))
    let report = try explained([model, "--batch", "2", "--inits", "2"])
    #expect(report["network"] as? String == model && report["space"] as? String == "onnx")
    let layers = try list(report, "layers")
    #expect(report["changes"] == nil && !layers.isEmpty)
    let cell = try explained(["1462", "--changes", "0", "--inits", "2"] + small)
    #expect(report["entropies"] as? [Double] == cell["entropies"] as? [Double])
    let refused = try Tool.run(["explain", model, "--by", "flops"])
    #expect(refused.status == 64 && refused.errorLines.count == 1)
    #expect(refused.errors.contains("--by belongs to architectures"))
  }

  @Test func chainsOfBlocks() throws {
    let chain = "SuperConvK3BNRELU(3,8,2,1)SuperResIDWE1K3(8,8,2,8,1)SuperConvK1BNRELU(8,16,1,1)"
    let report = try explained([
      chain, "--space", "mobilenet-v2", "--resolution", "32", "--classes", "10", "--batch", "2",
      "--inits", "1", "--changes", "4",
    ])
    #expect(try list(report, "changes").count == 4)
    #expect(try #require(report["singleChanges"] as? Int) > 4)
  }

  @Test(arguments: [
    (["explain"], Int32(64), "Missing expected argument"),
    (["explain", "1", "--changes", "-1"], 64, "--changes"),
    (["explain", "1", "--changes=-1"], 64, "from 0 to 1000000, not -1"),
    (["explain", "1", "--top", "0"], 64, "--top must be a whole number"),
    (["explain", "1", "--by", "no-such"], 64, "unknown name 'no-such'"),
    (["explain", "1", "--unfold"], 64, "--unfold belongs to ONNX files"),
    (["explain", "1", "--columns", "x", "--format", "csv"], 64, "there is no column 'x'"),
    (["explain", "99999"], 65, "architecture"), (["explain", "no.onnx"], 66, "no.onnx"),
    (["explain", "1", "--by", "jacov"], 64, "--images"),
  ])
  func whatIsRefused(arguments: [String], status: Int32, fragment: String) throws {
    let result = try Tool.run(arguments)
    #expect(result.status == status && result.output.isEmpty, "\(result.errors)")
    #expect(result.errorLines.count == 1 && result.errors.contains(fragment), "\(result.errors)")
  }

  @Test(arguments: [
    ("|a~0|+|b~0|c~1|", "|a~0|+|d~0|c~1|", "2: b~0 -> d~0"),
    ("A(3,8,2)B(8,16)C(16,4)", "A(3,8,2)B(8,24)C(24,4)", "2: B(8,16) C(16,4) -> B(8,24) C(24,4)"),
    ("A(1)B(2)", "A(1)", "2: B(2) -> nothing"), ("A(1)", "A(1)A(1)", "2: nothing -> A(1)"),
    ("64-1234-basic", "64-1224-basic", "2: 1234 -> 1224"), ("a=1,b=2", "a=1,b=3", "b: 2 -> 3"),
    (
      "s1.a-b=0,s2=x-y", "s1.a-b=.5,s2=x-z,s2.k=3/5",
      "s1.a-b: 0 -> .5, s2: x-y -> x-z, s2.k: nothing -> 3/5"
    ),
    ("128,SA-SDP-2,LT-DFT-4", "128,SA-SDP-2,DSC-5-4", "3: LT-DFT-4 -> DSC-5-4"),
    ("a+b", "a|b", "a|b"),
  ])
  func differencesOfTexts(old: String, new: String, text: String) {
    #expect(ArchitectureDifference.text(from: old, to: new) == text)
  }
}
