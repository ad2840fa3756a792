import Formats
import Foundation
import Reports
import Scoring
import Spaces
import Studies
import TestSupport
import Testing

/// The subcommands that look up, list and measure.
@Suite struct SubcommandTests {
  private func run(_ arguments: [String], input: String? = nil) throws -> Tool.Result {
    let result = try Tool.run(arguments, input: input)
    try #require(result.status == 0, "\(arguments): \(result.errors)")
    return result
  }

  @Test func spectrum() throws {
    let object = try run(["spectrum", "1462", "--format", "json"] + smallImage).object()
    let eigenvalues = try #require(object["eigenvalues"] as? [Double])
    let deciles = try #require(object["deciles"] as? [Double])
    let tensors = try #require(object["tensors"] as? [[String: Any]])
    let trace = try #require(object["trace"] as? Double)
    #expect(eigenvalues.count == 75 && tensors.count == 75 && deciles.count == 9)
    #expect(
      eigenvalues == eigenvalues.sorted()
        && deciles == FisherSpectrum(eigenvalues: eigenvalues).deciles)
    #expect(object["entropy"] as? Double == FisherSpectrum(eigenvalues: eigenvalues).entropy)
    // The sum of the eigenvalues is that of the diagonal.
    #expect(abs(eigenvalues.reduce(0, +) / trace - 1) < 1e-9)
    for part in ["tensors", "blocks"] {
      let shares = try #require(object[part] as? [[String: Any]]).compactMap {
        $0["share"] as? Double
      }
      #expect(abs(shares.reduce(0, +) - 1) < 1e-9)
    }
    let blocks = try #require(object["blocks"] as? [[String: Any]]).compactMap {
      $0["name"] as? String
    }
    #expect(
      blocks == [
        "stem", "cells.0", "cells.1", "cells.2", "cells.3", "cells.4", "lastact", "classifier",
      ])
    let scored = try run(["score", "1462", "--proxies", "vkdnw", "--format", "csv"] + smallImage)
    #expect(scored.output.hasSuffix(",\(try #require(object["entropy"] as? Double))\n"))
    let csv = try CSV(
      Array(try run(["spectrum", "1462", "--format", "csv"] + smallImage).output.utf8), file: "")
    #expect(csv.count == 75)
    #expect(try run(["spectrum", "1462"] + smallImage).output.contains("share of the trace"))
    #expect(
      try run(["spectrum", "1462", "--format", "jsonl"] + smallImage).output.count { $0 == "\n" }
        == 1)
  }

  @Test func query() throws {
    let best = try #require(
      AccuracyTable.nasBench201.best(among: NASBench201Architecture.all, on: .cifar10))
    let document = try run(["query", best.description, "(4, 4, 0, 4, 4, 4)", "--format", "json"])
      .object()
    let objects = try #require(document["networks"] as? [[String: Any]])
    #expect(objects.count == 2)
    let sets = try #require(objects[0]["datasets"] as? [String: [String: Any]])
    #expect(sets["cifar10"]?["position"] as? Int == 1)
    #expect(Set(sets.keys) == ["cifar10", "cifar100", "imagenet16-120"])
    #expect(objects[0]["index"] as? Int == best.benchmarkIndex)
    #expect(objects[0]["tuple"] as? String == best.operationTuple)
    #expect(objects[0]["live"] as? Bool == true)
    #expect(objects[0]["canonical"] as? String == best.canonicalForm)
    #expect(objects[0]["pruned"] as? String == best.description)
    // Skip connection from input to output and nothing else.
    let flops = try #require(objects[1]["datasets"] as? [String: [String: Any]])["cifar10"]?[
      "flops"]
    let proxy = try Tool.run([
      "score", "(4, 4, 0, 4, 4, 4)", "--proxies", "flops", "--format", "csv",
    ])
    let millions = try #require(Double(proxy.output.split(separator: ",").last?.dropLast() ?? ""))
    #expect(flops as? Double == millions)
    #expect(try run(["query", "7"]).output.contains("ImageNet16-120"))
    let devices = try #require(objects[0]["devices"] as? [String: Any])
    #expect(devices.count == 7 && devices["pixel3-latency"] is Double)
    let csv = try CSV(Array(try run(["query", "7", "8", "--format", "csv"]).output.utf8), file: "")
    #expect(try csv.numbers(in: "index") == [7, 8])
    #expect(try run(["query", "7", "8", "--format", "jsonl"]).output.count { $0 == "\n" } == 2)
  }

  @Test func rank() throws {
    let file = "name,acc,good,bad,holes\nx,10,1,4,\ny,20,2,3,1\nz,30,3,2,2\nw,40,4,1,\n"
    let options = ["--accuracy", "acc", "--resamples", "50", "--at", "2"]
    let result = try run(
      ["rank", "-", "--undefined", "omit", "--format", "json"] + options, input: file)
    #expect(
      result.errors
        == "tfnas: column 'name' is left out: standard input:2:1: \"x\" in column \"name\" is no "
        + "number\ntfnas: holes: 2 of 4 records without a value are left out\n")
    let object = try result.object()
    #expect(object["accuracy"] as? String == "acc" && object["ndcgAt"] as? Int == 2)
    let rows = try #require(object["rows"] as? [[String: Any]])
    #expect(rows.map { $0["score"] as? String } == ["good", "bad", "holes"])
    #expect(rows.map { $0["networks"] as? Int } == [4, 4, 2])
    #expect(rows.map { $0["missing"] as? Int } == [0, 0, 2])
    let taus = rows.map { ($0["kendall"] as? [String: Any])?["value"] as? Double }
    #expect(taus == [1, -1, 1])
    let lower = try run(
      ["rank", "-", "--lower-is-better", "--score", "bad,good", "--format", "csv"] + options,
      input: file)
    let csv = try CSV(Array(lower.output.utf8), file: "")
    #expect(try csv.texts(in: "score") == ["bad", "good"])
    #expect(try csv.numbers(in: "kendall") == [1, -1])
    #expect(try csv.numbers(in: "missing") == [0, 0])
    let directory = try TemporaryDirectory()
    try Data(file.utf8).write(to: URL(fileURLWithPath: directory.file("a.csv")))
    let table = try run(["rank", directory.file("a.csv"), "--score", "good"] + options).output
    #expect(table.contains("nDCG@2") && table.contains("1.000"))
    let lines = try run(["rank", "-", "--format", "jsonl"] + options, input: file).output
    #expect(lines.count { $0 == "\n" } == 3)
  }

  /// Ranks are those among the records that have all values.
  @Test func rankByExpressions() throws {
    let file =
      "acc,a,b-c,sum (x)\n10,1,2,1\n20,3,1,\n30,2,3,2\n40,4,4,3\n50,5,6,5\n60,6,5,4\n"
    let options = ["rank", "-", "--accuracy", "acc", "--resamples", "30", "--format", "json"]
    func rows(_ score: String, _ more: [String] = []) throws -> [[String: Any]] {
      let object = try run(options + ["--score=\(score)"] + more, input: file).object()
      return try #require(object["rows"] as? [[String: Any]])
    }
    func metrics(_ score: String, _ more: [String] = []) throws -> [NSObject] {
      try rows(score, more).map { row in
        try #require(
          row.filter { $0.key != "score" } as NSDictionary as NSObject?, "an object for each row")
      }
    }
    let both = try rows("dense(a, b-c),a * 2,sum (x)")
    #expect(both.map { $0["score"] as? String } == ["dense(a, b-c)", "a * 2", "sum (x)"])
    #expect(both.map { $0["missing"] as? Int } == [0, 0, 1])
    // A monotone map of one column ranks as the column does, in both directions.
    for direction in [[], ["--lower-is-better"]] {
      for text in ["rank(a)", "2 * a + 1", "dense(a)", "-1 / (a * a)"]
      where direction.isEmpty || !text.contains("/") {
        #expect(try metrics(text, direction) == metrics("a", direction), "\(text)")
      }
    }
    #expect(try metrics("-a") == metrics("a", ["--lower-is-better"]))
    // A product of ranks does not depend on the order of its factors.
    #expect(try metrics("rank(a) * rank(b-c)") == metrics("rank(b-c) * rank(a)"))
    let taus = try rows("rank(a) * rank(b-c)", ["--minus", "rank(b-c) * rank(a)"]).map {
      ($0["kendall"] as? [String: Double])?["value"]
    }
    #expect(taus == [0])
  }

  /// A difference is that of the two metrics, on the records that have all three values.
  @Test func rankAgainstABaseline() throws {
    let file = "acc,a,b,holes\n10,1,2,1\n20,3,1,\n30,2,3,2\n40,4,4,3\n50,5,6,5\n60,6,5,4\n"
    let options = ["rank", "-", "--accuracy", "acc", "--resamples", "50", "--format", "json"]
    func taus(_ more: [String]) throws -> [String: Double] {
      let object = try run(options + more, input: file).object()
      let rows = try #require(object["rows"] as? [[String: Any]])
      return Dictionary(
        uniqueKeysWithValues: try rows.map { row in
          let kendall = try #require(row["kendall"] as? [String: Any])
          return (
            try #require(row["score"] as? String), try #require(kendall["value"] as? Double)
          )
        })
    }
    let values = try taus(["--score", "a,b"])
    let differences = try taus(["--minus", "b"])
    #expect(Set(differences.keys) == ["a", "holes"])
    let (a, b) = (try #require(values["a"]), try #require(values["b"]))
    #expect(abs(try #require(differences["a"]) - (a - b)) < 1e-12)
    let unknown = try Tool.run(options + ["--minus", "nothing"], input: file)
    #expect(unknown.status == 65 && unknown.errors.contains("nothing"))
  }

  /// A file of scores that the command wrote can be ranked by the command.
  @Test func scoresCanBeRanked() throws {
    let population = NASBench201Population.live.sample(count: 40, seed: 1)
    let csv = try run(
      ["score", "-", "--proxies", "layers", "--cells", "1", "--format", "csv"],
      input: population.map { "\($0)\n" }.joined()
    ).output
    let table = try CSV(Array(csv.utf8), file: "")
    let architectures = try table.texts(in: "architecture")
    #expect(architectures == population.map(\.description))
    let accuracies = AccuracyTable.nasBench201.accuracies(of: population, on: .cifar10)
    let joined =
      "layers,acc\n"
      + zip(try table.texts(in: "layers"), accuracies)
      .map { "\($0),\($1)\n" }.joined()
    let ranked = try run(
      ["rank", "-", "--accuracy", "acc", "--resamples", "20", "--format", "json"], input: joined)
    let evaluated = try run([
      "evaluate", "--sample", "40", "--sample-seed", "1", "--proxies", "layers", "--cells", "1",
      "--resamples", "20", "--format", "json",
    ])
    let row = try #require(try ranked.object()["rows"] as? [[String: Any]])[0]
    let other = try #require(try evaluated.object()["rows"] as? [[String: Any]])[0]
    for metric in ["kendall", "spearman", "ndcg"] {
      #expect(row[metric] as? [String: Double] == other[metric] as? [String: Double])
    }
  }

  @Test func proxies() throws {
    let document = try run(["proxies", "--format", "json"]).object()
    let rankings = try #require(document["rankings"] as? [[String: Any]])
    let objects = try #require(document["proxies"] as? [[String: Any]]) + rankings
    #expect(
      objects.compactMap { $0["name"] as? String }
        == AllProxies.list.map(\.name) + AllRankings.list.map(\.name))
    let needs = objects.first { $0["name"] as? String == "vkdnw" }?["needs"]
    #expect(needs as? [String] == ["weights", "inputs"])
    #expect(objects.allSatisfy { $0["citation"] is String })
    #expect(objects.prefix(AllProxies.list.count).allSatisfy { $0["higherIsBetter"] is Bool })
    #expect(objects.last?["expression"] as? String == "rank(jacov)*rank(parameters)")
    // The table has two lines of titles and one between them.
    for (format, more) in [("table", 3), ("jsonl", 0), ("csv", 1)] {
      let lines = try run(["proxies", "--format", format]).output.split(separator: "\n")
      #expect(lines.count == objects.count + more)
    }
  }

  @Test func spaces() throws {
    let spaces = try #require(
      try run(["spaces", "--format", "json"]).object()["spaces"] as? [[String: Any]])
    let object = try #require(spaces.first)
    #expect(object["name"] as? String == "nas-bench-201")
    #expect(object["classes"] as? Int == 10 && spaces.last?["classes"] as? Int == 10)
    #expect(object["resolution"] as? Int == 32 && spaces.last?["resolution"] as? Int == 128)
    #expect(
      object["populations"] as? [String: Int] == [
        "all": 15625, "live": 9445, "distinct": 6466, "live-distinct": 6285,
      ])
    #expect(try run(["spaces"]).output.contains("9,445"))
    #expect((object["devices"] as? [String])?.count == 7)
    #expect(try run(["spaces", "--format", "csv"]).output.count { $0 == "\n" } == 16)
  }

  @Test func conformanceOfACell() throws {
    let published = try #require(PublishedCase.all.first { $0.label == "B" })
    let cell = published.configuration.cell.description
    let arguments =
      ["conformance", "--cell", cell, "--width", "4", "--cells", "1", "--classes", "10"]
      + ["--resolution", "8", "--batch", "8", "--precision", "double", "--format", "json"]
    let result = try run(arguments + ["--threads", "1"])
    #expect(try run(arguments + ["--threads", "2"]).output == result.output)
    let object = try result.object()
    #expect(Set(object.keys) == ["schema", "configuration", "values", "undefined"])
    let values = try #require(object["values"] as? [String: Double])
    for (name, expected) in published.values {
      let tolerance = published.tolerance(for: name, of: ConformanceResult())
      #expect(abs(try #require(values[name]) - expected) <= tolerance)
    }
    for name in ["multiplyAdds", "parameterCount", "layers", "tensors"] {
      #expect(
        result.output.range(of: "\"\(name)\": [0-9]+,?\n", options: .regularExpression) != nil)
    }
    let configuration = try #require(object["configuration"] as? [String: Any])
    #expect(configuration["cell"] as? String == cell)
    #expect(try #require(object["undefined"] as? [String: String]).isEmpty)
  }

  @Test func conformanceOfAllPublishedCells() throws {
    let result = try run(["conformance", "--precision", "float", "--format", "json"])
    let object = try result.object()
    #expect(object["agrees"] as? Bool == true)
    let cases = try #require(object["cases"] as? [[String: Any]])
    #expect(cases.compactMap { $0["label"] as? String } == PublishedCase.all.map(\.label))
  }

  @Test func benchmark() throws {
    let arguments = ["benchmark", "--repetitions", "1"] + smallImage
    let object = try run(arguments + ["--format", "json"]).object()
    for name in [
      "seconds", "convolutionBoundSeconds", "boundShare", "networksPerSecond", "gflops",
      "peakMemoryBytes",
    ] {
      #expect(try #require(object[name] as? Double) > 0, "\(name)")
    }
    #expect(object["threads"] is Int)
    #expect(try run(arguments).output.contains("9,445 networks would take"))
  }

  @Test func benchmarkOfAnotherSpace() throws {
    let text = "SuperConvK3BNRELU(3,8,2,1)SuperResIDWE6K3(8,16,2,8,1)"
    let arguments = [
      "benchmark", "--space", "mobilenet-v2", "--cell", text, "--resolution", "16", "--batch", "2",
      "--repetitions", "1",
    ]
    let object = try run(arguments + ["--format", "json"]).object()
    #expect(object["architecture"] as? String == text)
    #expect(try #require(object["convolutionBoundSeconds"] as? Double) > 0)
    let settings = try #require(object["settings"] as? [String: Any])
    #expect(settings["resolution"] as? Int == 16 && settings["width"] == nil)
    #expect(try run(arguments).output.contains("100,000 networks would take"))
    let proxies = try run(arguments + ["--proxies", "jacov", "--format", "json"]).object()
    #expect(try #require(proxies["forwardSeconds"] as? Double) > 0)
  }

  @Test func benchmarkOfProxies() throws {
    let arguments =
      ["benchmark", "--repetitions", "1", "--proxies", "snip,zico,flops"] + smallImage
    let object = try run(arguments + ["--format", "json"]).object()
    for name in ["forwardSeconds", "vkdnwSeconds", "togetherSeconds"] {
      #expect(try #require(object[name] as? Double) > 0, "\(name)")
    }
    let rows = try #require(object["proxies"] as? [[String: Any]])
    #expect(rows.compactMap { $0["proxy"] as? String } == ["snip", "zico", "flops"])
    #expect(rows.compactMap { $0["needed"] as? Double } == [3, 6, 0])
    let table = try run(arguments).output
    #expect(table.contains("times vkdnw alone"))
    let csv = try run(arguments + ["--format", "csv"]).output.split(separator: "\n")
    #expect(csv.first == "proxy,seconds,forwardPasses,needed" && csv.count == 4)
  }
}
