import Foundation
import TestSupport
import Testing
import TrainingFreeNAS

/// Accuracies that somebody brings, in any space.
@Suite struct AccuracyFileTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func file(_ name: String, _ text: String) throws -> String {
    let path = directory.file(name)
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    return path
  }

  private static let chains = [
    "SuperConvK3BNRELU(3,8,2,1)SuperConvK1BNRELU(8,16,1,1)",
    "SuperConvK3BNRELU(3,8,2,1)SuperResIDWE1K3(8,8,2,8,1)SuperConvK1BNRELU(8,16,1,1)",
    "SuperConvK3BNRELU(3,8,2,1)SuperResIDWE2K5(8,16,2,8,1)SuperConvK1BNRELU(16,32,1,1)",
    "SuperConvK3BNRELU(3,16,2,1)SuperResIDWE4K3(16,24,2,16,2)SuperConvK1BNRELU(24,64,1,1)",
  ]
  private let small = ["--space", "mobilenet-v2", "--resolution", "16", "--batch", "2"]

  private func quoted(_ text: String) -> String { "\"\(text)\"" }

  /// The metrics on a file are those on the benchmark, where it has the same networks and accuracies.
  @Test func aFileSaysWhatTheBenchmarkSays() throws {
    let cells = NASBench201Population.live.sample(count: 30, seed: 0)
    let table = AccuracyTable.nasBench201
    // Any notation, other columns, and an order of its own.
    let text =
      "name,flops,top1\n"
      + cells.enumerated().map { number, cell in
        let name = number % 2 == 0 ? "\(cell.benchmarkIndex)" : "\"\(cell.operationTuple)\""
        return "\(name),\(number),\(table.accuracy(of: cell, on: .cifar10))\n"
      }.joined()
    let path = try file("accuracies.csv", text)
    let options =
      ["--width", "4", "--cells", "1", "--batch", "2", "--resamples", "20", "--format", "json"]
    let own = try Tool.run(
      ["evaluate", "--accuracies", path, "--column", "top1"] + options)
    try #require(own.status == 0, "\(own.errors)")
    let benchmark = try Tool.run(["evaluate", "--sample", "30"] + options)
    let (one, other) = (try own.object(), try benchmark.object())
    #expect((one["rows"] as? NSArray) == (other["rows"] as? NSArray))
    #expect((one["settings"] as? NSDictionary) == (other["settings"] as? NSDictionary))
    #expect(one["task"] as? String == "top1" && one["file"] as? String == path)
    #expect(one["population"] == nil && other["population"] as? String == "live")
    #expect(other["space"] as? String == "nas-bench-201" && other["task"] as? String == "cifar10")
    // The positions are those in the file.
    let best = try #require(one["best"] as? [[String: Any]])
    for pick in best {
      let accuracy = try #require(pick["accuracy"] as? Double)
      let better = cells.count { table.accuracy(of: $0, on: .cifar10) > accuracy }
      #expect(pick["position"] as? Int == better + 1 && pick["index"] is Int)
    }
    let compared = try Tool.run(
      ["compare", "vkdnw", "flops", "--accuracies", path, "--column", "top1"] + options)
    #expect(compared.status == 0)
    #expect(try compared.object()["file"] as? String == path)
    // A sample of the file is drawn by its seed.
    let sample = ["--sample", "10", "--sample-seed", "3", "--proxies", "flops"]
    let drawn = try Tool.run(
      ["evaluate", "--accuracies", path, "--column", "top1"] + sample + options)
    let rows = try #require(try drawn.object()["rows"] as? [[String: Any]])
    #expect(rows.allSatisfy { $0["networks"] as? Int == 10 })
  }

  @Test func aSpaceWithoutABenchmark() throws {
    let rows = zip(Self.chains, [0.5, 0.6, 0.7, 0.8]).map { "\(quoted($0)),\($1)\n" }.joined()
    let path = try file("chains.csv", "architecture,accuracy\n" + rows)
    let store = directory.file("scores.sqlite")
    let scores = directory.file("scores.csv")
    let arguments =
      ["evaluate", "--accuracies", path, "--fractions", "--store", store, "--resamples", "0"]
      + ["--proxies", "vkdnw", "--format", "json", "--scores", scores] + small
    let first = try Tool.run(arguments)
    try #require(first.status == 0, "\(first.errors)")
    let object = try first.object()
    #expect(object["space"] as? String == "mobilenet-v2" && object["task"] as? String == "accuracy")
    let best = try #require(object["best"] as? [[String: Any]])
    #expect(best.count == 4 && best.allSatisfy { $0["index"] == nil })
    #expect(Set(best.compactMap { $0["accuracy"] as? Double }) == [50, 60, 70, 80])
    let csv = try CSV(Array(try String(contentsOfFile: scores, encoding: .utf8).utf8), file: scores)
    #expect(csv.header == ["architecture", "accuracy", "vkdnw", "layers", "flops", "parameters"])
    #expect(try csv.texts(in: "architecture") == Self.chains)
    let again = try Tool.run(
      arguments.filter { !["--scores", scores].contains($0) })
    #expect(again.output == first.output)
    #expect(again.errors == "tfnas: \(store): holds 4 of the 4 networks\n")
    let table = try Tool.run(
      ["evaluate", "--accuracies", path, "--fractions", "--resamples", "0", "--proxies", "flops"]
        + small)
    #expect(table.output.contains("with their accuracy and the position"))
    #expect(!table.output.contains("index"))
    // Networks of several spaces share a store without a word.
    let report = try Tool.run(["report", "--store", store, "--out", directory.file("page")])
    #expect(report.status == 0, "\(report.errors)")
  }

  /// Records that cannot be used are counted, and the first of each kind is named.
  @Test func recordsThatAreLeftOut() throws {
    let chains = Self.chains.map(quoted)
    let path = try file(
      "mixed.csv",
      """
      network,top1
      \(chains[0]),50
      resnet50,76
      \(chains[1]),60
      1462,90
      \(chains[1]),64
      \(chains[2]),
      \(chains[3]),80

      """)
    let result = try Tool.run(
      ["evaluate", "--accuracies", path, "--proxies", "flops", "--resamples", "0"]
        + ["--format", "json"] + small)
    try #require(result.status == 0, "\(result.errors)")
    #expect(
      result.errors.contains(
        "2 of 7 records are left out, as 'network' is no architecture of mobilenet-v2; first "
          + "\(path):3: unknown block 'resnet50'"), "\(result.errors)")
    #expect(
      result.errors.contains(
        "1 of 7 records repeats a network, whose mean accuracy counts; first \(path):6: Super"))
    #expect(result.errors.contains("top1: 1 of 7 records without a value is left out"))
    let best = try #require(try result.object()["best"] as? [[String: Any]])
    #expect(Set(best.compactMap { $0["accuracy"] as? Double }) == [50, 62, 80])
  }

  @Test func mistakes() throws {
    let chain = quoted(Self.chains[0])
    let two = try file("two.csv", "architecture,top1,top5\n\(chain),50,80\n")
    let none = try file("none.csv", "architecture,note\n\(chain),good\n")
    let cells = try file("cells.csv", "architecture,accuracy\n1462,90\n13714,91\n")
    let word = try file("word.csv", "architecture,accuracy\n\(chain),ninety\n")
    let short = try file("short.csv", "architecture,accuracy\n\(chain)\n")
    let empty = try file("empty.csv", "")
    let one = try file("one.csv", "architecture,accuracy\n\(chain),50\n")
    let faults: [(Int32, String, [String])] = [
      (64, "--column is needed; columns of numbers are 'top1', 'top5'", [two]),
      (64, "--column is needed; no column but 'architecture' holds numbers", [none]),
      (65, "there is no column", [two, "--column", "top3"]),
      (65, "there is no column", [two, "--column", "top1", "--architectures", "name"]),
      (65, ":2: it is an architecture of nas-bench-201, which --space nas-bench-201", [cells]),
      (65, "\(word):2:", [word]), (65, "\(short):2:", [short]), (65, empty, [empty]),
      (66, "no-such.csv", ["no-such.csv"]),
      (64, "--task cifar10 conflicts with --accuracies", [one, "--task", "cifar10"]),
      (64, "--population belongs to", [one, "--population", "all"]),
      (64, "--against paper belongs to", [one, "--against", "paper"]),
      (64, "--sample 2 is more than the 1 network of the file", [one, "--sample", "2"]),
      (65, "is more than 1, but --fractions is given", [one, "--fractions"]),
    ]
    for (status, fragment, arguments) in faults {
      let result = try Tool.run(["evaluate", "--accuracies"] + arguments + small)
      #expect(result.status == status, "\(arguments): \(result.errors)")
      #expect(result.errorLines.count == 1 && result.output.isEmpty, "\(result.errors)")
      #expect(result.errors.contains(fragment), "\(arguments): \(result.errors)")
    }
    let usage: [(String, [String])] = [
      ("mobilenet-v2 has no accuracies on record", ["--space", "mobilenet-v2"]),
      ("--column belongs to --accuracies", ["--column", "top1"]),
      ("--fractions belongs to --accuracies", ["--fractions"]),
      ("'cifar10', 'cifar100', 'imagenet16-120', 'edgegpu-latency'", ["--task", "jigsaw"]),
    ]
    for (fragment, arguments) in usage {
      let result = try Tool.run(["evaluate"] + arguments)
      #expect(result.status == 64 && result.errorLines.count == 1, "\(result.errors)")
      #expect(result.errors.contains(fragment), "\(result.errors)")
    }
  }

  /// The networks of AutoFormer's tables stand in four columns.
  @Test func architecturesInSeveralColumns() throws {
    func row(_ layers: Int, _ accuracy: Double) -> String {
      let ratios = [String](repeating: "4", count: layers).joined(separator: " ")
      let heads = [String](repeating: "3", count: layers).joined(separator: " ")
      return "\(layers),\(ratios),\(heads),192,\(accuracy)\n"
    }
    let path = try file(
      "vit.csv", "layers,mlp_ratio,num_heads,embed_dim,top1\n" + row(12, 74.5) + row(14, 75.5))
    let arguments =
      ["evaluate", "--space", "autoformer-tiny", "--accuracies", path]
      + ["--column", "top1", "--proxies", "flops", "--resamples", "0", "--format", "json"]
    let result = try Tool.run(
      arguments + ["--architectures", "layers,mlp_ratio,num_heads,embed_dim"])
    try #require(result.status == 0, "\(result.errors)")
    let rows = try #require(try result.object()["rows"] as? [[String: Any]])
    #expect(
      rows.allSatisfy { ($0["kendall"] as? [String: Any])?["value"] as? Double == 1 }, "\(rows)")
    let wrong = try Tool.run(arguments + ["--architectures", "layers,mlp"])
    #expect(wrong.status == 65 && wrong.errors.contains("there is no column"), "\(wrong.errors)")
  }

  @Test func aTableFromAPipe() throws {
    let rows = zip(Self.chains, [50, 60, 70, 80]).map { "\(quoted($0));\($1),5\n" }.joined()
    let result = try Tool.run(
      [
        "evaluate", "--accuracies", "-", "--proxies", "flops", "--resamples", "0", "--format",
        "json",
      ]
        + small, input: "architecture;accuracy\n" + rows)
    try #require(result.status == 0, "\(result.errors)")
    let best = try #require(try result.object()["best"] as? [[String: Any]])
    #expect(Set(best.compactMap { $0["accuracy"] as? Double }) == [50.5, 60.5, 70.5, 80.5])
    #expect(try result.object()["file"] as? String == "standard input")
  }

  /// Tasks by the names that others print.
  @Test func namesOfTasks() throws {
    let options =
      ["evaluate", "--sample", "5", "--proxies", "flops", "--resamples", "0"]
      + ["--width", "4", "--cells", "1", "--format", "json"]
    let plain = try Tool.run(options + ["--dataset", "imagenet16-120"])
    try #require(plain.status == 0, "\(plain.errors)")
    for name in ["ImageNet16-120", "imagenet16_120"] {
      #expect(try Tool.run(options + ["--task", name]).output == plain.output)
    }
    let large = try Tool.run(options + ["--task", "CIFAR-10", "--resolution", "16"]).object()
    #expect((large["settings"] as? [String: Any])?["resolution"] as? Int == 16)
    #expect(large["dataset"] as? String == "cifar10")
  }
}
