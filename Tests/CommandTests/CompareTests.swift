import Formats
import Foundation
import Ranking
import Reports
import Spaces
import TestSupport
import Testing

/// `compare`, and `rank --compare`.
@Suite struct CompareTests {
  private let costs = ["--cells", "1", "--sample", "60", "--resamples", "50"]

  private func run(_ arguments: [String], input: String? = nil) throws -> Tool.Result {
    let result = try Tool.run(arguments, input: input)
    try #require(result.status == 0, "\(arguments): \(result.errors)")
    return result
  }

  private func metrics(_ arguments: [String], input: String? = nil) throws -> [[String: Any]] {
    let object = try run(arguments + ["--format", "json"], input: input).object()
    return try #require(object["metrics"] as? [[String: Any]])
  }

  private func difference(_ row: [String: Any]) throws -> [String: Double] {
    try #require(row["difference"] as? [String: Double])
  }

  @Test func theShapeOfJSON() throws {
    let options = ["compare", "layers", "rank(layers) + rank(flops)"] + costs
    let object = try run(options + ["--permutations", "40", "--format", "json"]).object()
    #expect(
      Set(object.keys) == [
        "schema", "a", "b", "space", "task", "dataset", "population", "seed", "settings",
        "undefined", "networks", "ndcgAt",
        "level", "permutations", "exact", "metrics",
      ])
    #expect(object["a"] as? String == "layers")
    #expect(object["b"] as? String == "rank(layers) + rank(flops)")
    #expect(object["dataset"] as? String == "cifar10" && object["population"] as? String == "live")
    #expect(object["networks"] as? Int == 60 && object["permutations"] as? Int == 40)
    #expect(object["exact"] as? Bool == false && object["level"] as? Double == 0.95)
    let rows = try #require(object["metrics"] as? [[String: Any]])
    #expect(rows.map { $0["metric"] as? String } == ["kendall", "spearman", "ndcg"])
    for row in rows {
      let (a, b) = (try #require(row["a"] as? Double), try #require(row["b"] as? Double))
      let found = try difference(row)
      #expect(found["value"] == a - b)
      #expect(try #require(found["low"]) <= #require(found["high"]))
      let p = try #require(row["p"] as? Double)
      #expect(p >= 1.0 / 41 && p <= 1)
      #expect(row["verdict"] is String)
    }
  }

  /// The values are those of `evaluate`, and the difference that of `rank --minus`.
  @Test func theOtherCommandsAgree() throws {
    let rows = try metrics(["compare", "flops", "layers"] + costs)
    let evaluated = try run(["evaluate", "--proxies", "flops", "--format", "json"] + costs)
      .object()
    let proxies = try #require(evaluated["rows"] as? [[String: Any]])
    for row in rows {
      let name = try #require(row["metric"] as? String)
      for (key, proxy) in [("a", 0), ("b", 1)] {
        let value = (proxies[proxy][name] as? [String: Double])?["value"]
        #expect(row[key] as? Double == value)
      }
    }
    // The same numbers as a file.
    let networks = NASBench201Population.live.sample(count: 60, seed: 0)
    let scores = try run(
      ["score", "-", "--proxies", "flops,layers", "--cells", "1", "--format", "csv"],
      input: networks.map { "\($0)\n" }.joined()
    ).output
    let table = try CSV(Array(scores.utf8), file: "scores")
    let accuracies = AccuracyTable.nasBench201.accuracies(of: networks, on: .cifar10)
    var file = "flops,layers,acc\n"
    let columns = zip(try table.texts(in: "flops"), try table.texts(in: "layers"))
    for (columns, accuracy) in zip(columns, accuracies) {
      file += "\(columns.0),\(columns.1),\(accuracy)\n"
    }
    let rank = ["rank", "-", "--accuracy", "acc", "--resamples", "50"]
    let compared = try metrics(rank + ["--compare", "flops,layers"], input: file)
    #expect(compared as NSArray == rows as NSArray)
    let minus = try run(
      rank + ["--score", "flops", "--minus", "layers", "--format", "json"], input: file
    ).object()
    let differences = try #require((minus["rows"] as? [[String: Any]])?.first)
    for row in rows {
      let name = try #require(row["metric"] as? String)
      #expect(try difference(row) == differences[name] as? [String: Double])
    }
  }

  @Test func anExchangeTurnsTheSignAndNothingElse() throws {
    let there = try metrics(["compare", "flops", "layers"] + costs)
    let back = try metrics(["compare", "layers", "flops"] + costs)
    for (there, back) in zip(there, back) {
      let (found, turned) = (try difference(there), try difference(back))
      #expect(found["value"] == turned["value"].map { -$0 })
      // The ends are interpolated from the other side, which rounds differently.
      let (low, high) = (try #require(found["low"]), try #require(turned["high"]))
      #expect(abs(low + high) < 1e-14)
      #expect(there["p"] as? Double == back["p"] as? Double)
    }
    // FLOPs and parameters order the networks alike.
    for row in try metrics(["compare", "flops", "parameters"] + costs) {
      #expect(row["p"] as? Double == 1 && row["verdict"] as? String == "none")
      #expect(try difference(row) == ["value": 0, "low": 0, "high": 0])
    }
  }

  @Test func allFormatsAndAClearVerdict() throws {
    // A is in order but for one exchange, B is far from it.
    let file =
      "a,b,acc\n"
      + (0..<40).map { "\($0 == 3 ? 5.5 : Double($0)),\($0 * 17 % 41),\(60 + $0)\n" }
      .joined()
    let options = ["rank", "-", "--accuracy", "acc", "--compare", "a,b", "--at", "5"]
    let text = try run(options, input: file).output
    #expect(text.hasPrefix("A  a\nB  b\n40 records, by acc\n\nmetric "))
    #expect(text.contains("nDCG@5") && text.contains("A is better"))
    #expect(try run(options, input: file).output == text)
    let csv = try CSV(
      Array(try run(options + ["--format", "csv"], input: file).output.utf8), file: "")
    #expect(
      csv.header == [
        "metric", "a", "b", "difference", "differenceLow", "differenceHigh", "p", "verdict",
        "networks",
      ])
    #expect(try csv.texts(in: "verdict").prefix(2) == ["a", "a"])
    #expect(try csv.numbers(in: "networks") == [40, 40, 40])
    let lines = try run(options + ["--format", "jsonl"], input: file).output.split(separator: "\n")
    #expect(lines.count == 3 && lines[0].hasPrefix(#"{"schema":1,"metric":"kendall","a":0.99"#))
    let lower = try metrics(options + ["--lower-is-better"], input: file)
    #expect(lower.prefix(2).map { $0["verdict"] as? String } == ["b", "b"])
    let table = try run(["compare", "0 - flops", "flops"] + costs).output
    #expect(table.contains("60 networks of the population live, by their accuracy on CIFAR-10"))
    #expect(table.contains("B is better"))
  }

  @Test func missingValuesAndUndefinedMetrics() throws {
    let file = "a,b,acc\n1,1,50\n2,,60\n,3,70\n4,1,80\n5,1,\n6,1,90\n"
    let options = ["rank", "-", "--accuracy", "acc", "--compare", "a,b", "--format", "json"]
    let result = try run(options + ["--undefined", "omit"], input: file)
    #expect(
      result.errors
        == "tfnas: acc: 1 of 6 records without a value is left out\n"
        + "tfnas: a, b: 2 of 5 records without a value are left out\n")
    let object = try result.object()
    #expect(object["missing"] as? Int == 3 && object["networks"] as? Int == 3)
    // Three networks have eight exchanges; a constant has no correlation and hence no verdict.
    #expect(object["exact"] as? Bool == true && object["permutations"] as? Int == 8)
    let rows = try #require(object["metrics"] as? [[String: Any]])
    #expect(rows[0]["a"] as? Double == 1)
    for key in ["b", "p", "verdict"] { #expect(rows[0][key] is NSNull, "\(key)") }
    #expect((rows[0]["difference"] as? [String: Any])?["value"] is NSNull)
    #expect(rows[2]["p"] is Double)

    let tied = try run(options, input: file)
    #expect(
      tied.errors
        == "tfnas: acc: 1 of 6 records without a value is left out\n"
        + "tfnas: a, b: 2 of 5 records without a value tie with the worst; --undefined omit leaves "
        + "them out\n")
    let filled = "a,b,acc\n1,1,50\n2,1,60\n1,3,70\n4,1,80\n6,1,90\n"
    let (one, two) = (try tied.object(), try run(options, input: filled).object())
    #expect(one["missing"] as? Int == 3 && one["networks"] as? Int == 5)
    #expect(one["metrics"] as? NSArray == two["metrics"] as? NSArray)
  }

  @Test func scoresAreStoredAndDigitsDoNotDependOnThreads() throws {
    let directory = try TemporaryDirectory()
    let store = directory.file("store.sqlite")
    let options =
      ["compare", "vkdnw", "layers", "--sample", "6", "--store", store, "--format", "json"] + small
    let first = try run(options + ["--threads", "2"])
    #expect(first.errors.contains("scored 6 networks"))
    let second = try run(options + ["--threads", "1"])
    #expect(second.errors == "tfnas: \(store): holds 6 of the 6 networks\n")
    #expect(first.output == second.output)
    let unstored = options.filter { $0 != "--store" && $0 != store }
    #expect(try run(unstored + ["--threads", "1"]).output == first.output)
    let back = try run(
      ["compare", "layers", "vkdnw", "--sample", "6", "--store", store, "--format", "csv"] + small)
    #expect(back.errors == second.errors)
  }

  @Test(arguments: [
    (64, ["compare", "flops"], "'<b>'"), (64, ["compare"], "'<a>'"),
    (64, ["compare", "flops", "flop"], "unknown name 'flop'"),
    (64, ["compare", "rank(flops", "layers"], "'rank(flops', column 11: ')' expected"),
    (64, ["compare", "flops,layers", "layers"], "'flops,layers' is a list"),
    (64, ["compare", "1 + 2", "layers"], "uses no score"),
    (64, ["compare", "flops", "layers", "--resamples", "0"], "--resamples 0 leaves no interval"),
    (64, ["compare", "flops", "layers", "--permutations", "0"], "--permutations must be a whole"),
    (64, ["compare", "flops", "layers", "--sample", "9446"], "more than the 9445 networks"),
    (64, ["compare", "jacov", "flops", "--sample", "2"], "--images"),
    (
      66, ["compare", "jacov", "flops", "--sample", "2", "--images", "/no/such.npy"], "no such file"
    ),
    (
      73, ["compare", "flops", "layers", "--sample", "2", "--store", "/no/such/store"], "not exist"
    ),
    (64, ["rank", "-", "--accuracy", "acc", "--compare", "a"], "two columns with a comma"),
    (64, ["rank", "-", "--accuracy", "acc", "--compare", "a,b,acc"], "not 3"),
    (
      64, ["rank", "-", "--accuracy", "acc", "--compare", "a,b", "--minus", "a"], "--minus conflict"
    ),
    (
      64, ["rank", "-", "--accuracy", "acc", "--compare", "a,b", "--score", "a"], "--score conflict"
    ),
    (64, ["rank", "-", "--accuracy", "acc", "--permutations", "9"], "belongs to --compare"),
    (
      64, ["rank", "-", "--accuracy", "acc", "--compare", "a,b", "--resamples", "0"],
      "--resamples 0"
    ),
    (64, ["rank", "-", "--accuracy", "acc", "--compare", "a,b +"], "'b +' is no column"),
    (65, ["rank", "-", "--accuracy", "acc", "--compare", "a,c"], #"there is no column "c""#),
    (65, ["rank", "-", "--accuracy", "acc", "--compare", "a,x"], #""t" in column "x""#),
    (
      65, ["rank", "-", "--accuracy", "acc", "--compare", "a,b"],
      "no record has a 'a', a 'b' and a 'acc'"
    ),
    (64, ["toy", "--ndcg-at", "0"], "--ndcg-at must be a whole number from 1"),
    (64, ["toy", "--format", "xml"], "'table', 'json', 'jsonl' or 'csv'"),
    (64, ["toy", "5"], "5"),
  ])
  func badInput(status: Int32, arguments: [String], fragment: String) throws {
    let result = try Tool.run(arguments, input: "a,b,x,acc\n1,,t,50\n,2,t,60\n")
    let shown = "\(arguments): \(result.status) \(result.errors)"
    #expect(result.status == status && result.output.isEmpty, "\(shown)")
    #expect(result.errorLines.count == 1 && result.errors.hasPrefix("tfnas: "), "\(shown)")
    #expect(result.errors.contains(fragment), "\(shown)")
  }

  /// All verdicts, from columns that are made for them.
  @Test func verdicts() throws {
    func verdicts(
      _ a: [Double], _ b: [Double], permutations: Int = 199, level: Double = 0.95
    ) -> RankingComparison {
      RankingComparison(
        ("a", a), ("b", b), accuracies: a.indices.map { 50 + Double($0) }, cutoff: 5,
        bootstrap: Bootstrap(resamples: 200, level: level, seed: 0),
        test: PairedPermutation(permutations: permutations, seed: 0))
    }
    let good = (0..<40).map(Double.init)
    let bad = good.indices.map { Double($0 * 17 % 41) }
    #expect(verdicts(good, bad).rows.prefix(2).map(\.verdict) == [.first, .first])
    #expect(verdicts(bad, good).rows.prefix(2).map(\.verdict) == [.second, .second])
    #expect(verdicts(good, good).rows.map(\.verdict) == [.none, .none, .none].map(Optional.some))
    // Nine permutations cannot find a p-value below 1/10.
    let few = verdicts(good, bad, permutations: 9)
    #expect(few.rows[0].probability == 0.1 && few.rows[0].verdict == .intervalAlone)
    let text = ComparisonReport(few, of: .file(accuracy: "acc", missing: 0)).text(.table)
    #expect(text.contains("undecided: the interval does not contain 0, but p > 0.05"))
    // The lower the level the shorter the interval, and the larger a p-value may be.
    #expect(verdicts(good, bad, permutations: 9, level: 0.5).rows[0].verdict == .first)
    let strict = verdicts(good, bad, level: 0.999)
    #expect(strict.rows[0].verdict == .intervalAlone)
    // A test that speaks alone is rare; one of these pairs of nearly equal columns has it.
    var alone: RankingComparison?
    for step in 2...40 where alone == nil {
      let noise: [Double] = good.indices.map { Double($0 * step % 41) }
      let first: [Double] = zip(good, noise).map { $0 + 0.9 * $1 }
      let second: [Double] = zip(good, noise).map { $0 - $1 }
      let found = verdicts(first, second)
      if found.rows.contains(where: { $0.verdict == .testAlone }) { alone = found }
    }
    let found = ComparisonReport(try #require(alone), of: .file(accuracy: "acc", missing: 0))
    #expect(found.text(.table).contains("undecided: p <= 0.05, but the interval contains 0"))
    #expect(found.text(.csv).contains(",test-alone,40"))
    // Of two networks every other resample holds one alone, and all exchanges are as large.
    let tiny = verdicts([1, 2], [2, 1])
    #expect(tiny.isExact && tiny.rows[0].verdict == .intervalAlone)
    let constant = verdicts(good, good.map { _ in 1 })
    #expect(constant.rows[0].verdict == nil && constant.rows[0].difference == nil)
  }
}
