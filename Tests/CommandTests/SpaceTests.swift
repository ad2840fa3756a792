import Foundation
import TestSupport
import Testing
import TrainingFreeNAS

/// A network is the same one in every command that names it.
@Suite struct SpaceTests {
  private let chain =
    "SuperConvK3BNRELU(3,8,2,1)SuperResIDWE1K3(8,8,2,8,1)SuperConvK1BNRELU(8,16,1,1)"
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private struct Facts: Equatable {
    let flops: Double
    let parameters: Double
    let layers: Int
  }

  private func run(_ arguments: [String], input: String? = nil) throws -> Tool.Result {
    let result = try Tool.run(arguments, input: input)
    try #require(result.status == 0, "\(arguments): \(result.errors)")
    return result
  }

  private func facts(_ network: [String: Any]) throws -> Facts {
    if let scores = network["scores"] as? [String: [String: Any]] {
      func value(_ name: String) throws -> Double {
        try #require(scores[name]?["value"] as? Double)
      }
      return Facts(
        flops: try value("flops"), parameters: try value("parameters"),
        layers: Int(try value("layers")))
    }
    return Facts(
      flops: try #require(network["flops"] as? Double),
      parameters: try #require(network["parameters"] as? Double),
      layers: try #require(network["layers"] as? Int))
  }

  /// Classes, resolution, FLOPs, parameters and layers without an option are the space's own everywhere.
  @Test func oneDefaultForAChain() throws {
    let space = ["--space", "mobilenet-v2"]
    let query = try #require(
      try run(["query", chain, "--format", "json"] + space).networks().first)
    #expect(query["classes"] as? Int == 10 && query["resolution"] as? Int == 224)
    let expected = try facts(query)
    let score = try #require(
      try run(["score", chain, "--proxies", "layers,flops,parameters", "--format", "json"] + space)
        .networks().first)
    #expect(try facts(score) == expected)
    let settings = try #require(score["settings"] as? [String: Any])
    #expect(settings["classes"] as? Int == 10 && settings["resolution"] as? Int == 224)
    let target = directory.file("net")
    _ = try run(["export", chain, "--directory", target] + space)
    let data = try Data(contentsOf: URL(fileURLWithPath: target + "/network.json"))
    let graph = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(graph["multiplyAdds"] as? Int == Int((expected.flops * 1e6).rounded()))
    #expect(graph["parameters"] as? Int == Int((expected.parameters * 1e6).rounded()))
    let exported = try #require(graph["settings"] as? [String: Any])
    #expect(exported["classes"] as? Int == 10 && exported["resolution"] as? Int == 224)
    let benchmark = try run(
      ["benchmark", "--arch", chain, "--batch", "1", "--repetitions", "1", "--format", "json"]
        + ["--proxies", "flops"] + space
    ).object()
    let measured = try #require(benchmark["settings"] as? [String: Any])
    #expect(measured["classes"] as? Int == 10 && measured["resolution"] as? Int == 224)
  }

  /// What a search prints of its networks is what the other commands print of them.
  @Test(arguments: [
    ("mobilenet-v2", ["--resolution", "16", "--classes", "3"]), ("nas-bench-201", []),
  ])
  func aSearchCountsAsTheOthers(space: String, sizes: [String]) throws {
    let found = try run(
      ["search", "--space", space, "--evaluations", "4", "--rounds", "0", "--batch", "2"]
        + ["--format", "json"] + sizes
        + (space == "nas-bench-201" ? ["--width", "4", "--cells", "1"] : [])
    ).object()
    let best = try #require(found["best"] as? [[String: Any]])
    let list = best.compactMap { $0["architecture"] as? String }.joined(separator: "\n")
    let scored = try run(
      ["score", "-", "--space", space, "--proxies", "layers,flops,parameters", "--format", "json"]
        + sizes + (space == "nas-bench-201" ? ["--width", "4", "--cells", "1"] : []), input: list
    ).networks()
    #expect(scored.count == best.count && !best.isEmpty)
    for (one, other) in zip(best, scored) {
      #expect(
        try Facts(
          flops: #require(one["flops"] as? Double),
          parameters: #require(one["parameters"] as? Double),
          layers: #require(one["layers"] as? Int)) == facts(other))
    }
  }

  /// The space may stand first, as it did before there was an option, and says the same.
  @Test func bothWaysToNameASpace() throws {
    let options =
      ["--evaluations", "3", "--rounds", "0", "--no-baselines", "--format", "json"] + small
    #expect(
      try run(["search", "nas-bench-201"] + options).output
        == run(["search", "--space", "nas-bench-201"] + options).output)
    let (first, second) = (directory.file("a"), directory.file("b"))
    _ = try run(["export", "nas-bench-201", "1462", "--cells", "1", "--directory", first])
    _ = try run(["export", "1462", "--cells", "1", "--directory", second])
    for name in ["network.json", "network.py"] {
      #expect(
        try String(contentsOfFile: first + "/" + name, encoding: .utf8)
          == String(contentsOfFile: second + "/" + name, encoding: .utf8))
    }
  }

  /// What a space lacks is refused in one line before anything is computed; all else works.
  @Test(arguments: AllSpaces.all.map(\.name)) func everyCommandTakesEverySpace(name: String) throws
  {
    let space = try #require(AllSpaces.named(name))
    let example = Self.example(of: space)
    let named = ["--space", name, "--classes", "3", "--resolution", "32"]
    let score = try #require(
      try run(
        ["score", example, "--batch", "2", "--format", "json"]
          + ["--proxies", "layers,flops,parameters,vkdnw,synflow"] + named
      ).networks().first)
    #expect(score["space"] as? String == name && score["architecture"] as? String == example)
    let scored = try facts(score)
    let counts = try run(["count", example, "--format", "json"] + named).json()
    let count = try #require((counts as? [[String: Any]])?.first)
    // The costs of FlexiBERT have the embeddings of words, and no classifier.
    let beside = name == "flexibert" ? 30_522 * 128 - 3 * 129 : 0
    #expect(
      (count["parameters"] as? Int).map { $0 + beside }
        == Int((scored.parameters * 1e6).rounded()))
    #expect(
      try run(["spectrum", example, "--batch", "2", "--format", "json"] + named).object()["space"]
        as? String == name)
    // A file of more weights than this takes longer than all the rest.
    let target = directory.file("net")
    if scored.parameters < 10 {
      _ = try run(["export", example, "--directory", target] + named)
      let data = try Data(contentsOf: URL(fileURLWithPath: target + "/network.json"))
      let graph = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
      #expect(graph["space"] as? String == name)
      #expect(graph["parameters"] as? Int == Int((scored.parameters * 1e6).rounded()))
    }
    let query = try #require(
      try run(["query", example, "--format", "json", "--space", name]).networks().first)
    #expect(query["architecture"] as? String == example)
    #expect(((query["tasks"] ?? query["datasets"]) != nil) == !space.tasks.isEmpty)

    let search = try Tool.run(
      ["search", "--evaluations", "4", "--rounds", "0", "--no-baselines", "--batch", "2"]
        + ["--format", "json"] + named)
    if space is any SearchableSpace {
      try #require(search.status == 0, "\(search.errors)")
      #expect(try search.object()["candidates"] as? Int == 4)
    } else {
      #expect(search.status == 64 && search.errorLines.count == 1)
    }
    let evaluate = try Tool.run(
      ["evaluate", "--sample", "20", "--proxies", "flops", "--resamples", "0", "--format", "json"]
        + named)
    if space.tasks.isEmpty {
      #expect(evaluate.status == 64 && evaluate.errors.contains("--accuracies FILE"))
    } else {
      try #require(evaluate.status == 0, "\(evaluate.errors)")
      #expect(try evaluate.object()["task"] as? String == space.tasks[0].name)
    }
  }

  private static func example<Space: ListedSpace>(of space: Space) -> String {
    space.example.description
  }

  /// Every document has the number of its schema, and no two columns have one name.
  @Test(arguments: [
    ["proxies"], ["spaces"], ["toy"], ["query", "2506"],
    ["query", "--space", "mobilenet-v2", "SuperConvK3BNRELU(3,8,2,1)"],
    ["score", "2506"] + smallImage, ["score", "2506", "7", "--by", "vkdnw"] + smallImage,
    ["evaluate", "--sample", "5", "--resamples", "5"] + small,
    ["evaluate", "--sample", "5", "--resamples", "5", "--against", "paper"] + small,
    ["compare", "vkdnw", "flops", "--sample", "5", "--resamples", "5"] + small,
    ["search", "--evaluations", "5", "--rounds", "3", "--contenders", "2"] + small,
    ["count", "2506", "1462"], ["count", "2506", "--by-layer"],
    ["spectrum", "2506"] + smallImage, ["conformance", "--cell", "1462", "--batch", "2"],
    ["benchmark", "--repetitions", "1"] + smallImage,
    ["benchmark", "--repetitions", "1", "--proxies", "flops"] + smallImage,
    ["benchmark", "--ranks", "100", "--repetitions", "1"],
    ["train-ranking", "--features", "graf", "--sample", "30", "--train", "10", "--trees", "2"]
      + ["--seeds", "1"],
  ])
  func formatsOfEveryCommand(arguments: [String]) throws {
    let json = try run(arguments + ["--format", "json"])
    if arguments.first != "count" { #expect(try json.object()["schema"] as? Int == 1) }
    let objects = try run(arguments + ["--format", "jsonl"]).output.split(separator: "\n").map {
      try #require(try parsedJSON(String($0)) as? [String: Any])
    }
    for object in objects { #expect(object["schema"] as? Int == 1) }
    let csv = try CSV(
      Array(try run(arguments + ["--format", "csv"]).output.utf8), file: "csv")
    #expect(Set(csv.header).count == csv.header.count, "\(csv.header)")
    // Names of proxies have hyphens; all others are names in any language.
    let proxies = Set(AllProxies.list.map(\.name))
    for name in csv.header where !proxies.contains(name) {
      #expect(name.wholeMatch(of: #/[a-z][a-zA-Z0-9]*/#) != nil, "\(name)")
    }
    if let place = csv.header.firstIndex(of: "shape") {
      for row in 0..<csv.count {
        let shape = Array(csv[row])[place]
        #expect(shape.wholeMatch(of: #/[0-9]+(x[0-9]+)*/#) != nil, "\(shape)")
      }
    }
    // A number is the same in both; what takes time is another one each time.
    if arguments.first == "benchmark" || csv.count != objects.count { return }
    for (row, object) in objects.enumerated() {
      for (name, cell) in zip(csv.header, csv[row]) where !name.lowercased().contains("seconds") {
        guard let number = object[name] as? Double, Bool(cell) == nil else { continue }
        #expect(Double(cell) == number, "\(name): \(cell)")
      }
    }
  }
}
