import Foundation
import TestSupport
import Testing
import TrainingFreeNAS

/// Files of spaces where a command takes a space.
@Suite struct SpaceFileCommandTests {
  private let directory: TemporaryDirectory
  private let space: String

  private static let text = """
    name: own
    input: {channels: 1, height: 12, width: 8}
    classes: 3
    stages:
      - {block: convolution, width: [4, 6, 8], stride: 2}
      - {block: [residual-basic, depthwise-separable], depth: [1, 2], width: [6, 8], kernel: [1, 3]}
    """
  private let architecture = "s1.width=4,s2.depth=2,s2=residual-basic,s2.width=8,s2.kernel=3"

  init() throws {
    directory = try TemporaryDirectory()
    space = directory.file("own.yaml")
    try Data(Self.text.utf8).write(to: URL(fileURLWithPath: space))
  }

  private func write(_ name: String, _ text: String) throws -> String {
    let path = directory.file(name)
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    return path
  }

  @Test func spacesSaysWhatAFileHolds() throws {
    let result = try Tool.run(["spaces", space, "--draw", "3", "--format", "json"])
    try #require(result.status == 0, "\(result.errors)")
    let object = try result.object()
    #expect(object["networks"] as? Int == 3 * 2 * 2 * 2 * 2)
    #expect((object["space"] as? String)?.hasPrefix("own@") == true)
    #expect(object["input"] as? [Int] == [1, 12, 8])
    #expect((object["drawn"] as? [Any])?.count == 3)
    #expect(object["costsAreExact"] as? Bool == true)
    let table = try Tool.run(["spaces", space])
    #expect(table.status == 0 && table.output.contains("multiply-adds"))
    let schema = try Tool.run(["spaces", "--schema"])
    #expect(schema.output == SpaceSchema.json.pretty + "\n")
  }

  /// No output takes the place of the file that a run reads, not even where it may replace others.
  @Test func theFileOfASpaceIsNoOutput() throws {
    let accuracies = try write("own.csv", "architecture,accuracy\n\"\(architecture)\",50\n")
    let study = try write(
      "study.yaml",
      "rankings: [parameters]\nsettings: {batch: 2}\ntasks:\n"
        + "  - {space: \(space), accuracies: \(accuracies)}\n")
    let lines = [
      ["search", space, "--evaluations", "2", "--batch", "2", "--scores", space],
      ["search", space, "--evaluations", "2", "--batch", "2", "--figure", space],
      [
        "evaluate", "--space", space, "--accuracies", accuracies, "--proxies", "parameters",
        "--scores", space,
      ],
      ["study", study, "--page", space], ["study", study, "--page", accuracies],
    ]
    for line in lines {
      let result = try Tool.run(line + ["--force"])
      #expect(result.status == 64 && result.errorLines.count == 1, "\(line): \(result.errors)")
    }
    #expect(try String(contentsOfFile: space, encoding: .utf8) == Self.text)
    #expect(try String(contentsOfFile: accuracies, encoding: .utf8).hasPrefix("architecture"))
  }

  /// Accuracies are finite, and so is the mean of those of one network.
  @Test func meansOfLargeAccuraciesAreFinite() throws {
    let other = architecture.replacing("s1.width=4", with: "s1.width=6")
    let accuracies = try write(
      "large.csv",
      "architecture,accuracy\n\"\(architecture)\",1e308\n\"\(architecture)\",1e308\n\"\(other)\",5\n"
    )
    let result = try Tool.run(
      [
        "evaluate", "--space", space, "--accuracies", accuracies, "--proxies", "parameters",
        "--resamples", "0", "--format", "json",
      ])
    try #require(result.status == 0, "\(result.errors)")
    let row = try #require((try result.object()["rows"] as? [[String: Any]])?.first)
    #expect((row["kendall"] as? [String: Any])?["value"] as? Double == -1)
  }

  @Test func scoresAndCountsAreThoseOfTheNetwork() throws {
    func scores(_ more: [String]) throws -> String {
      let result = try Tool.run(
        [
          "score", "--space", space, architecture, "--proxies", "vkdnw,naswot,flops", "--batch",
          "4",
        ]
          + ["--format", "csv"] + more)
      #expect(result.status == 0, "\(result.errors)")
      return result.output
    }
    #expect(try scores(["--threads", "1"]) == scores(["--threads", "2"]))
    let count = try Tool.run(["count", "--space", space, architecture, "--format", "json"])
    let network = try #require(try (count.json() as? [[String: Any]])?.first)
    let file = FileSpace(try SpaceFile(parsing: Array(Self.text.utf8), file: space))
    let own = NetworkCount(try file.network(for: file.architecture(parsing: architecture)))
    #expect(network["parameters"] as? Int == own.parameters)
    let spectrum = try Tool.run(
      ["spectrum", "--space", space, architecture, "--batch", "4", "--format", "json"])
    #expect(spectrum.status == 0, "\(spectrum.errors)")
  }

  @Test func searchesKeepTheirLimits() throws {
    func search(_ more: [String]) throws -> Tool.Result {
      try Tool.run(
        [
          "search", space, "--evaluations", "12", "--batch", "4", "--rounds", "0", "--format",
          "csv",
        ]
          + ["--max-memory", "2kB", "--max-parameters", "2K"] + more)
    }
    let one = try search(["--threads", "1"])
    try #require(one.status == 0, "\(one.errors)")
    #expect(try search(["--threads", "2"]).output == one.output)
    let store = directory.file("s.sqlite")
    #expect(try search(["--store", store]).output == one.output)
    #expect(try search(["--store", store]).output == one.output)
    let file = FileSpace(try SpaceFile(parsing: Array(Self.text.utf8), file: space))
    let scores = directory.file("scores.csv")
    _ = try search(["--scores", scores])
    let rows = try String(contentsOfFile: scores, encoding: .utf8).split(separator: "\n")
    #expect(rows.count > 10)
    for row in rows.dropFirst() {
      let quoted = try #require(row.split(separator: "\"").first { $0.hasPrefix("s1.width=") })
      let count = NetworkCount(try file.network(for: file.architecture(parsing: String(quoted))))
      #expect(count.peakActivationBytes <= 2000 && count.parameters <= 2000)
    }
    let nothing = try search(["--max-memory", "1kB"])
    #expect(nothing.status == 65 && nothing.errors.contains("with too much memory"))
  }

  @Test func exportsAndAccuraciesOfOnesOwn() throws {
    let out = directory.file("out")
    let result = try Tool.run(
      ["export", "--space", space, architecture, "--directory", out, "--onnx"])
    try #require(result.status == 0, "\(result.errors)")
    let files = try FileManager.default.contentsOfDirectory(atPath: out)
    #expect(Set(files).isSuperset(of: ["network.py", "network.onnx", "weights.safetensors"]))
    let scored = try Tool.run(
      ["score", out + "/network.onnx", "--proxies", "parameters,flops", "--format", "csv"])
    #expect(scored.status == 0, "\(scored.errors)")

    let drawn = try Tool.run(["spaces", space, "--draw", "12", "--format", "csv"])
    let names = Set(
      drawn.output.split(separator: "\n").dropFirst().map { $0.split(separator: "\"")[0] })
    let table = try write(
      "accuracies.csv",
      "architecture,top1\n"
        + names.sorted().enumerated().map { "\"\($1)\",\(50 + $0)\n" }.joined())
    let evaluated = try Tool.run(
      ["evaluate", "--space", space, "--accuracies", table, "--proxies", "parameters,flops"]
        + ["--format", "json", "--resamples", "20"])
    #expect(evaluated.status == 0, "\(evaluated.errors)")
  }

  @Test func mistakesAreOneLineWithTheirPlace() throws {
    let broken = try write("broken.yaml", Self.text.replacing("kernel: [1, 3]", with: "kernal: 3"))
    for command in [
      ["spaces", broken], ["search", broken], ["score", "--space", broken, architecture],
      ["count", "--space", broken, architecture],
      ["export", broken, architecture, "--directory", "x"],
    ] {
      let result = try Tool.run(command)
      #expect(result.status == 65, "\(command)")
      #expect(result.errorLines.count == 1 && result.output.isEmpty)
      #expect(
        result.errors.contains("broken.yaml:6:82: unknown parameter 'kernal'"), "\(result.errors)")
    }
    let missing = try Tool.run(["search", directory.file("none.yaml")])
    #expect(missing.status == 66 && missing.errors.contains("no such file"))
    let wrong = try Tool.run(["count", "--space", space, "s1.width=5"])
    #expect(wrong.status == 65)
    #expect(
      wrong.errors.contains("'5' at character 10 is no value of s1.width; expected 4, 6 or 8"))
    #expect(try Tool.run(["search", space, "--max-memory", "much"]).status == 64)
    #expect(try Tool.run(["spaces", "--draw", "2"]).status == 64)
  }
}
