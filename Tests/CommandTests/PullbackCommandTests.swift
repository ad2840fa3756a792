import Foundation
import TestSupport
import Testing

/// `--pullbacks` in the commands that compute VKDNW.
@Suite struct PullbackCommandTests {
  private let base = ["1462"] + smallImage + ["--classes", "30"]

  private func network(_ arguments: [String]) throws -> [String: Any] {
    let result = try Tool.run(["score"] + arguments + ["--format", "json"])
    try #require(result.status == 0, "\(result.errors)")
    return try #require(try result.networks().first)
  }

  private func vkdnw(_ network: [String: Any]) throws -> Double {
    let scores = try #require(network["scores"] as? [String: [String: Any]])
    return try #require(scores["vkdnw"]?["value"] as? Double)
  }

  private func recorded(_ object: [String: Any]) throws -> Int? {
    try #require(object["settings"] as? [String: Any])["pullbacks"] as? Int
  }

  @Test(arguments: ["default", "released"])
  func asManyAsTheRankAreAll(recipe: String) throws {
    let base = base + ["--recipe", recipe]
    let all = try network(base + ["--pullbacks", "all"])
    let many = try network(base + ["--pullbacks", "29"])
    let few = try network(base + ["--pullbacks", "2"])
    #expect(try vkdnw(all) == vkdnw(many))
    #expect(try vkdnw(all) != vkdnw(few))
    #expect(try recorded(all) == nil && recorded(many) == 29 && recorded(few) == 2)
  }

  @Test func threadsDoNotChangeAByte() throws {
    let arguments = base + ["--pullbacks", "2", "--format", "csv"]
    let outputs = try ["1", "2", "3"].map {
      try Tool.run(["score"] + arguments + ["--threads", $0]).output
    }
    #expect(outputs[0].contains("1462") && Set(outputs).count == 1)
  }

  @Test func theSpectrumIsThatOfTheScore() throws {
    let arguments = base + ["--pullbacks", "2", "--seed", "5"]
    let spectrum = try Tool.run(["spectrum"] + arguments + ["--format", "json"])
    #expect(spectrum.status == 0, "\(spectrum.errors)")
    let object = try spectrum.object()
    #expect(try object["entropy"] as? Double == vkdnw(network(arguments)))
    #expect(try recorded(object) == 2)
  }

  @Test func storesKeepThemApart() throws {
    let directory = try TemporaryDirectory()
    let store = ["--store", directory.file("scores.sqlite")]
    let few = try network(base + store + ["--pullbacks", "2"])
    let all = try network(base + store + ["--pullbacks", "all"])
    #expect(try vkdnw(few) != vkdnw(all))
    #expect(try vkdnw(network(base + store + ["--pullbacks", "2"])) == vkdnw(few))
  }

  @Test(arguments: [
    ["evaluate", "--sample", "4", "--resamples", "0"] + small,
    ["benchmark", "--repetitions", "1"] + smallImage,
    ["search", "--preset", "vkdnw", "--evaluations", "12", "--population", "4"]
      + ["--generation", "4"]
      + ["--inits", "0", "--width", "4", "--cells", "1", "--batch", "2"],
    ["ablate", "dimension", "--sample", "4", "--resamples", "0", "--width", "4", "--cells", "1"],
  ])
  func otherCommandsTakeThem(arguments: [String]) throws {
    let result = try Tool.run(arguments + ["--pullbacks", "2", "--format", "json"])
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.contains(#""pullbacks": 2"#), "\(result.output.prefix(500))")
  }
}
