import Formats
import Foundation
import ResultStore
import Spaces
import Studies
import TestSupport
import Testing

/// `train-ranking` and `predict`, from the command line to the text.
@Suite struct LearnedCommandTests {
  private let directory: TemporaryDirectory
  private let model: String

  init() throws {
    directory = try TemporaryDirectory()
    model = directory.file("model.json")
  }

  /// A small training that takes a fraction of a second.
  private func arguments(_ features: String, _ more: [String] = []) -> [String] {
    ["train-ranking", "--features", features, "--sample", "300", "--train", "100", "--trees", "4"]
      + ["--seeds", "2", "--cells", "1", "--width", "4"] + more
  }

  private func expect(
    _ status: Int32, _ fragment: String, _ arguments: [String],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let result = try Tool.run(arguments)
    let shown = "\(arguments): \(result.status) \(result.errors)"
    #expect(result.status == status, "\(shown)", sourceLocation: sourceLocation)
    #expect(result.output.isEmpty, "\(shown)", sourceLocation: sourceLocation)
    #expect(result.errorLines.count == 1, "\(shown)", sourceLocation: sourceLocation)
    #expect(result.errors.contains(fragment), "\(shown)", sourceLocation: sourceLocation)
  }

  @Test func theShapeOfJSON() throws {
    let result = try Tool.run(
      arguments("graf,layers", ["--format", "json", "--importance", "--ndcg-at", "50"]))
    try #require(result.status == 0, "\(result.errors)")
    let object = try result.object()
    #expect(object["features"] as? String == "graf,layers")
    #expect(object["featureCount"] as? Int == 192)
    #expect(object["networks"] as? Int == 200 && object["training"] as? Int == 100)
    let runs = try #require(object["runs"] as? [[String: Any]])
    #expect(runs.map { $0["seed"] as? Int } == [1, 2])
    for metric in ["kendall", "spearman", "ndcg"] {
      let values = try runs.map { try #require($0[metric] as? Double) }
      let summary = try #require(object[metric] as? [String: Double])
      #expect(summary["mean"] == (values[0] + values[1]) / 2)
      let deviation = try #require(summary["deviation"])
      #expect(abs(deviation - abs(values[0] - values[1]) / 2.0.squareRoot()) < 1e-12)
      #expect(values.allSatisfy { $0 > 0.4 && $0 < 1 })
    }
    let importance = try #require(object["importance"] as? [[String: Any]])
    let losses = try importance.map {
      try #require(($0["kendallLoss"] as? [String: Double])?["mean"])
    }
    #expect(losses.count == 192 && losses == losses.sorted(by: >) && losses[0] > 0.02)
    #expect(result.errors.contains("seed 2: 4 trees on 100 networks in "))
  }

  @Test func formatsAndThreads() throws {
    let one = try Tool.run(arguments("graf-paper", ["--threads", "1", "--format", "csv"]))
    let two = try Tool.run(arguments("graf-paper", ["--threads", "2", "--format", "csv"]))
    #expect(one.status == 0 && one.output == two.output)
    let csv = try CSV(Array(one.output.utf8), file: "csv")
    #expect(csv.header == ["seed", "kendall", "spearman", "ndcg"])
    #expect(try csv.numbers(in: "seed") == [1, 2])
    let lines = try Tool.run(arguments("graf-paper", ["--format", "jsonl"])).output
      .split(separator: "\n")
    #expect(lines.count == 2 && lines[0].hasPrefix(#"{"schema":1,"seed":1,"kendall":"#))
    let table = try Tool.run(arguments("graf-paper")).output.split(separator: "\n")
    #expect(table.count == 2 && table[1].hasPrefix("graf-paper     160      4"))
    let single = try Tool.run(arguments("graf-paper", ["--seeds", "1"]))
    #expect(single.status == 0 && !single.output.contains("+-"))
  }

  @Test func aSavedModelPredicts() throws {
    let trained = try Tool.run(arguments("graf-older,parameters", ["--save", model]))
    try #require(trained.status == 0, "\(trained.errors)")
    let file = try RankingModel(contentsOfFile: model)
    #expect(file.seed == 1 && file.training.count == 100 && file.forest.trees.count == 4)
    let known = file.training[7]
    let architectures = [known] + NASBench201Population.all.sample(count: 3, seed: 8)
    let result = try Tool.run(
      ["predict", model] + architectures.map(\.description) + ["--format", "json"])
    try #require(result.status == 0, "\(result.errors)")
    let object = try result.object()
    #expect(object["dataset"] as? String == "cifar10")
    let predictions = try #require(object["predictions"] as? [[String: Any]])
    #expect(predictions.map { $0["architecture"] as? String } == architectures.map(\.description))
    #expect(predictions[0]["trainedOn"] as? Bool == true)
    let accuracy = AccuracyTable.nasBench201.accuracy(of: known, on: .cifar10)
    let predicted = try #require(predictions[0]["predicted"] as? Double)
    #expect(abs(predicted - accuracy) < 15)
    // Alone, from standard input, and in every format it is the same number.
    let csv = try Tool.run(
      ["predict", model, "-", "--format", "csv"], input: "\(known.benchmarkIndex)\n")
    #expect(
      csv.output
        == "architecture,index,predicted,trainedOn\n"
        + "\(known),\(known.benchmarkIndex),\(predicted),true\n")
    let table = try Tool.run(["predict", model, known.description]).output
    #expect(table.contains(String(format: "%.2f  yes", predicted)))
  }

  /// A model on scores: from a store, or one line with the command that computes them.
  @Test func scoresComeFromAStore() throws {
    let store = directory.file("scores.sqlite")
    let batch = ["--batch", "1", "--save", model, "--force"]
    let features = ["train-ranking", "--features", "graf,vkdnw,layers", "--train", "5"]
    let small = ["--sample", "8", "--cells", "1", "--width", "4", "--seeds", "1", "--trees", "2"]
    try expect(64, "but there is no --store; compute them with: tfnas evaluate", features + small)
    let missing = features + small + batch + ["--store", store]
    try expect(66, "\(store): no such file; compute the scores with: tfnas evaluate", missing)

    let refused = try Tool.run(missing).errors
    let marker = try #require(refused.range(of: "compute the scores with: tfnas "))
    let line = refused[marker.upperBound...].dropLast()
    #expect(
      line == "evaluate --proxies vkdnw --sample 8 --cells 1 --width 4 --batch 1 --store \(store)")
    let (status, _) = try Tool.shell("$TFNAS \(line) --resamples 0 2>/dev/null")
    try #require(status == 0)
    let trained = try Tool.run(missing)
    #expect(trained.status == 0, "\(trained.errors)")

    // Of other settings and other networks there are no scores.
    try expect(
      66, "8 of 8 networks have no score of 'vkdnw' with these settings",
      missing + ["--seed", "7"])
    let file = try RankingModel(contentsOfFile: model)
    let known = file.training[0].description
    let predict = ["predict", model, known]
    #expect(try Tool.run(predict + ["--store", store]).status == 0)
    try expect(64, "but there is no --store; compute them with: tfnas evaluate --proxies", predict)
    let other = try #require(
      NASBench201Population.live.sample(count: 9, seed: 0).last)
    try expect(
      66, "1 of 1 networks have no score of 'vkdnw'",
      ["predict", model, other.description, "--store", store])
  }

  @Test func mistakes() throws {
    try expect(64, "unknown feature set 'grap'; known are graf,", arguments("grap"))
    try expect(64, "'graf-paper' has the feature", arguments("graf,graf-paper"))
    try expect(64, "--features", ["train-ranking"])
    try expect(64, "--train must be a whole number from 2", arguments("graf", ["--train", "1"]))
    try expect(64, "from 2 to 298, not 299", arguments("graf", ["--train", "299"]))
    try expect(64, "--trees", arguments("graf", ["--trees", "0"]))
    try expect(64, "--seeds", arguments("graf", ["--seeds", "0"]))
    try expect(64, "--sample", arguments("graf", ["--sample", "9446"]))
    try expect(64, "<arch|file>", ["predict", model])
    try expect(66, "\(model): no such file", ["predict", model, "1"])
    try Data("{}".utf8).write(to: URL(fileURLWithPath: model))
    try expect(65, "\(model): it is no ranking model", ["predict", model, "1"])
    let path = directory.file("no/such/model")
    let result = try Tool.run(arguments("graf", ["--save", path]))
    #expect(result.status == 73 && result.output.isEmpty)
    #expect(
      result.errorLines.last == "tfnas: \(path): cannot be written: there is no such directory")
    #expect(try Tool.run(arguments("graf", ["--save", model, "--force"])).status == 0)
    try expect(65, "architecture: index '99999'", ["predict", model, "99999"])
  }
}
