import Formats
import Foundation
import ResultStore
import Scoring
import Spaces
import Studies
import TestSupport
import Testing

@Suite struct EvaluateTests {
  private let directory: TemporaryDirectory
  private let store: String

  init() throws {
    directory = try TemporaryDirectory()
    store = directory.file("store.sqlite")
  }

  /// Networks whose scores take a second or two, with and without optimisation.
  private static let plenty: Int = {
    #if DEBUG
      return 12
    #else
      return 400
    #endif
  }()

  /// A run of the smallest networks.
  private func arguments(sample: Int, _ more: [String] = []) -> [String] {
    ["evaluate", "--width", "4", "--cells", "1", "--batch", "1", "--sample", "\(sample)"]
      + ["--resamples", "20", "--proxies", "vkdnw-single,vkdnw", "--format", "json"] + more
  }

  private func records(_ path: String) throws -> [EvaluationKey: Evaluation] {
    let store = try ResultStore(readingFrom: path)
    var records: [EvaluationKey: Evaluation] = [:]
    for (series, _) in try store.series() {
      for record in try store.evaluations(in: series).values { records[record.key] = record }
    }
    return records
  }

  /// Waits until a store holds some records; nobody else may look into a store that is created.
  private func waitForRecords(_ count: Int, while running: Tool.Running) throws {
    while running.process.isRunning {
      Thread.sleep(forTimeInterval: 0.02)
      if let held = try? records(store), held.count >= count { return }
    }
    Issue.record("the run ended before it could be interrupted")
  }

  /// Costs on devices are tasks of which less is better; a device that does not run all cells is asked for the others.
  @Test func whatADeviceTakesIsATask() throws {
    for (device, networks, bound) in [("edgetpu", 8661, -0.1), ("pixel3", 9445, -0.7)] {
      let result = try Tool.run([
        "evaluate", "--task", "\(device)-latency", "--proxies", "flops", "--format", "json",
      ])
      try #require(result.status == 0, "\(result.errors)")
      let rows = try #require(try result.object()["rows"] as? [[String: Any]])
      let flops = try #require(rows.first { $0["proxy"] as? String == "flops" })
      #expect(flops["networks"] as? Int == networks)
      // More operations take longer.
      #expect(try #require((flops["kendall"] as? [String: Double])?["value"]) < bound)
    }
    let paper = try Tool.run(["evaluate", "--task", "pixel3-latency", "--against", "paper"])
    #expect(paper.status == 64 && paper.errors.contains("--against"), "\(paper.errors)")
  }

  @Test func theShapeOfJSON() throws {
    let result = try Tool.run(arguments(sample: 8))
    try #require(result.status == 0, "\(result.errors)")
    let object = try result.object()
    let rows = try #require(object["rows"] as? [[String: Any]])
    #expect(
      rows.map { $0["proxy"] as? String } == [
        "vkdnw-single", "vkdnw", "layers", "flops", "parameters",
      ])
    for row in rows {
      #expect(row["networks"] as? Int == 8)
      for metric in ["kendall", "spearman", "ndcg"] {
        let numbers = try #require(row[metric] as? [String: Double])
        #expect(Set(numbers.keys) == ["value", "low", "high"])
      }
    }
    let best = try #require(object["best"] as? [[String: Any]])
    #expect(best.count == 5)
    for pick in best {
      let architecture = try NASBench201Architecture(
        parsing: try #require(pick["architecture"] as? String))
      #expect(pick["index"] as? Int == architecture.benchmarkIndex)
      let table = AccuracyTable.nasBench201
      #expect(pick["accuracy"] as? Double == table.accuracy(of: architecture, on: .cifar10))
      #expect(
        pick["position"] as? Int
          == table.position(
            of: architecture, among: NASBench201Population.live.architectures, on: .cifar10))
    }
    #expect(object["dataset"] as? String == "cifar10")
    #expect(result.errors.contains("scored 8 networks in"))
  }

  /// The rows that the paper prints for its 9,445 networks, through the whole command.
  ///
  /// Costs grow linearly with the number of cells in a stage, so one cell gives the same order as
  /// the benchmark's five.
  @Test func fastIsSmallImagesAndFew() throws {
    let evaluate =
      ["evaluate", "--width", "4", "--cells", "1", "--sample", "8", "--resamples", "0"]
      + ["--format", "csv"]
    let fast = try Tool.run(evaluate + ["--recipe", "fast"])
    #expect(fast.status == 0, "\(fast.errors)")
    #expect(try Tool.run(evaluate + ["--resolution", "8", "--batch", "4"]).output == fast.output)
    #expect(try Tool.run(evaluate).output != fast.output)
    // What is said counts.
    let said = ["--resolution", "32", "--batch", "16"]
    #expect(
      try Tool.run(evaluate + ["--recipe", "fast"] + said).output == Tool.run(evaluate).output)
  }

  @Test func theBaselinesOfThePaper() throws {
    let printed = [
      ("cifar10", 0.626, 0.767), ("cifar100", 0.646, 0.787), ("imagenet16-120", 0.623, 0.764),
    ]
    for (dataset, kendall, spearman) in printed {
      let result = try Tool.run([
        "evaluate", "--dataset", dataset, "--proxies", "layers,flops,parameters", "--cells", "1",
        "--resamples", "0", "--format", "json",
      ])
      let rows = try #require(try result.object()["rows"] as? [[String: Any]])
      #expect(rows.count == 3 && rows.allSatisfy { $0["networks"] as? Int == 9445 })
      func value(_ row: Int, _ metric: String) throws -> Double {
        let numbers = try #require(rows[row][metric] as? [String: Any])
        #expect(numbers["low"] is NSNull && numbers["high"] is NSNull)
        return try #require(numbers["value"] as? Double)
      }
      #expect(abs(try value(0, "kendall") - kendall) <= 0.0005)
      #expect(abs(try value(0, "spearman") - spearman) <= 0.0005)
      // FLOPs and parameters are both affine in the number of each convolution and rank alike.
      for metric in ["kendall", "spearman", "ndcg"] {
        #expect(try value(1, metric) == value(2, metric))
      }
    }
  }

  @Test func threadsAndStoresDoNotChangeAByte() throws {
    let plain = try Tool.run(arguments(sample: 6, ["--threads", "1"]))
    let two = try Tool.run(arguments(sample: 6, ["--threads", "2"]))
    let stored = try Tool.run(arguments(sample: 6, ["--store", store]))
    let again = try Tool.run(arguments(sample: 6, ["--store", store]))
    #expect(plain.status == 0)
    #expect(plain.output == two.output)
    #expect(plain.output == stored.output)
    #expect(plain.output == again.output)
    #expect(again.errors == "tfnas: \(store): holds 6 of the 6 networks\n")
    // A larger sample begins with the smaller one, and other settings are other records.
    let before = try records(store)
    #expect(before.count == 6 * 5 - 6, "single is derived: four proxies for each network")
    let more = try Tool.run(arguments(sample: 8, ["--store", store]))
    #expect(more.errors.contains("holds 6 of the 8 networks"))
    #expect(more.errors.contains("scored 2 networks"))
    let other = try Tool.run(arguments(sample: 6, ["--store", store, "--smoothing", "0.05"]))
    #expect(other.errors.contains("scored 6 networks"))
    let after = try records(store)
    #expect(after.count == 8 * 4 + 6)
    for (key, record) in before { #expect(after[key] == record) }
  }

  @Test func aKilledRunGoesOnWithTheSameDigits() throws {
    let uninterrupted = try Tool.run(arguments(sample: Self.plenty))
    let running = try Tool.start(
      arguments(sample: Self.plenty, ["--store", store, "--threads", "1"]))
    try waitForRecords(3 * 4, while: running)
    kill(running.process.processIdentifier, SIGKILL)
    let killed = try running.wait()
    #expect(killed.output.isEmpty)
    let before = try records(store)
    #expect(before.count >= 12 && before.count < 4 * Self.plenty)

    let result = try Tool.run(arguments(sample: Self.plenty, ["--store", store]))
    #expect(result.status == 0)
    #expect(result.output == uninterrupted.output)
    #expect(
      result.errors.contains("scored \(Self.plenty - before.count / 4) networks"),
      "\(result.errors)")
    let after = try records(store)
    #expect(after.count == 4 * Self.plenty)
    // Not recomputed: the seconds of the first computation are still there.
    for (key, record) in before { #expect(after[key] == record) }
  }

  @Test func anInterruptSavesAndSaysHowToGoOn() throws {
    let uninterrupted = try Tool.run(arguments(sample: Self.plenty))
    let running = try Watched(
      arguments(sample: Self.plenty, ["--store", store, "--threads", "1", "--verbose"]))
    // A network and its seconds: it is stored.
    try #require(running.waitUntilItSays(" s\n"))
    running.send(SIGTERM)
    let interrupted = running.wait()
    #expect(interrupted.status == 75)
    let line = try #require(interrupted.errors.split(separator: "\n").last)
    let marker = try #require(line.range(of: "go on with: "))
    #expect(line.hasPrefix("tfnas: interrupted with "))
    let held = try records(store).count
    #expect(held >= 4 && held < 4 * Self.plenty)

    let (status, output) = try Tool.shell(line[marker.upperBound...] + " 2>/dev/null")
    #expect(status == 0)
    #expect(output == uninterrupted.output)
  }

  @Test func storesThatCannotBeUsed() throws {
    func expect(
      _ status: Int32, _ fragment: String, _ path: String,
      sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
      let result = try Tool.run(arguments(sample: 2, ["--store", path]))
      #expect(result.status == status, "\(result.errors)", sourceLocation: sourceLocation)
      #expect(result.output.isEmpty, sourceLocation: sourceLocation)
      #expect(result.errorLines.count == 1, "\(result.errors)", sourceLocation: sourceLocation)
      #expect(result.errors.contains(fragment), "\(result.errors)", sourceLocation: sourceLocation)
    }
    let text = directory.file("text")
    try Data(repeating: 0x61, count: 5000).write(to: URL(fileURLWithPath: text))
    try expect(65, "is not an SQLite database", text)
    try expect(73, "does not exist", directory.file("no/such/store"))

    try ResultStore(path: store).close()
    var bytes = try Data(contentsOf: URL(fileURLWithPath: store))
    // The user version of the file header, which is the schema, is big-endian at byte 60.
    bytes.replaceSubrange(60..<64, with: [0, 0, 0, 99])
    try bytes.write(to: URL(fileURLWithPath: store))
    try expect(65, "was written by a newer version of tfnas", store)
    #expect(try Data(contentsOf: URL(fileURLWithPath: store)) == bytes)
  }

  @Test func aScoreThatContradictsTheStoreIsRefused() throws {
    #expect(try Tool.run(arguments(sample: 2, ["--store", store])).status == 0)
    let held = try records(store)
    let forged = directory.file("forged.sqlite")
    let copy = try ResultStore(path: forged)
    // Of each network one proxy is kept with another score, so that the rest is computed.
    try copy.append(
      held.values.filter { $0.proxy == "vkdnw" }.map { record in
        var record = record
        record.score = .undefined("a test")
        record.version = "0.0.1"
        return record
      })
    try copy.close()
    let result = try Tool.run(arguments(sample: 2, ["--store", forged]))
    #expect(result.status == 0)
    #expect(result.errors.contains("some scores were computed by version 0.0.1"))
    #expect(result.errors.contains("vkdnw: 2 networks have no score: a test"))
    #expect(result.errors.contains("vkdnw-single: 2 networks have no score: a test"))
    let rows = try #require(try result.object()["rows"] as? [[String: Any]])
    #expect(rows[1]["undefined"] as? [String: Int] == ["a test": 2])
    #expect(rows[2]["undefined"] == nil)
  }

  @Test func otherFormatsAndNotes() throws {
    let options = ["--cells", "1", "--resamples", "10", "--sample", "50", "--proxies", "flops"]
    let csv = try Tool.run(["evaluate", "--format", "csv"] + options)
    let table = try CSV(Array(csv.output.utf8), file: "csv")
    #expect(try table.texts(in: "proxy") == ["flops", "layers", "parameters"])
    #expect(try table.numbers(in: "undefined") == [0, 0, 0])
    let lines = try Tool.run(["evaluate", "--format", "jsonl"] + options).output
    #expect(lines.split(separator: "\n").count == 3)
    let text = try Tool.run(["evaluate"] + options).output
    #expect(text.contains("Kendall tau-b") && text.contains("The first 5 by flops"))
    let all = try Tool.run([
      "evaluate", "--population", "live-distinct", "--cells", "1", "--resamples", "0",
      "--sample-seed", "3", "--proxies", "layers",
    ])
    #expect(all.status == 0 && all.output.contains("6,285"))
    #expect(all.errors.contains("--sample-seed is ignored"))
  }

  /// One score of each proxy serves every ranking that uses it.
  @Test func expressionsAreEvaluatedOnTheCollection() throws {
    let product = "rank(vkdnw-single) * rank(flops)"
    let options = [
      "evaluate", "--width", "4", "--cells", "1", "--batch", "1", "--sample", "12", "--resamples",
      "20", "--format", "json", "--store", store,
    ]
    func rows(_ proxies: String) throws -> [String: NSDictionary] {
      let result = try Tool.run(options + ["--proxies", proxies])
      try #require(result.status == 0, "\(result.errors)")
      let rows = try #require(try result.object()["rows"] as? [[String: Any]])
      return Dictionary(
        uniqueKeysWithValues: try rows.map { row in
          (
            try #require(row["proxy"] as? String),
            row.filter { $0.key != "proxy" } as NSDictionary
          )
        })
    }
    let first = try rows("\(product), vkdnw, \(product),dense(layers, vkdnw),vkdnw-single,-flops")
    #expect(
      Set(first.keys) == [
        product, "vkdnw", "dense(layers, vkdnw)", "vkdnw-single", "-flops", "layers", "flops",
        "parameters",
      ])
    #expect(try records(store).count == 4 * 12, "four proxies, whatever is made of them")
    #expect(first["vkdnw-single"] == first["dense(layers, vkdnw)"])
    #expect(first["flops"] == first["parameters"])
    func tau(_ name: String) throws -> Double {
      let metric = try #require(first[name]?["kendall"] as? [String: Double])
      return try #require(metric["value"])
    }
    #expect(try tau("-flops") == -tau("flops"))
    // Nothing is computed again, and the rank of a rank is the same ranking.
    let second = try rows("rank(\(product)),log(rank(flops)) + log(rank(vkdnw-single))")
    #expect(second["rank(\(product))"] == first[product])
    #expect(try records(store).count == 4 * 12)
  }

  /// The published rows beside those of the whole population, which cost nothing to score.
  @Test func againstThePaper() throws {
    let options = [
      "evaluate", "--against", "paper", "--proxies", "parameters,-flops,flops", "--cells", "1",
      "--resamples", "40",
    ]
    let result = try Tool.run(options + ["--format", "json"])
    #expect(result.status == 0)
    #expect(!result.errors.contains("published"), "\(result.errors)")
    let object = try result.object()
    let rows = try #require(object["rows"] as? [[String: Any]])
    // Baselines first, then what is asked for, then what is left of the paper in its order.
    #expect(
      rows.prefix(4).map { $0["proxy"] as? String } == ["layers", "flops", "parameters", "-flops"])
    let rest = rows.dropFirst(4)
    #expect(rest.allSatisfy { $0["proxy"] is NSNull && $0["networks"] is NSNull })
    let papers = rows.map { $0["paper"] as? [String: Any] }
    #expect(
      papers.map { $0?["row"] as? String }
        == ["No. of trainable layers", "FLOPs", nil, nil]
        + PublishedRanking.rows(of: .live).map(\.name).filter {
          !["No. of trainable layers", "FLOPs"].contains($0)
        })
    for (row, paper) in zip(rows.prefix(2), papers) {
      let kendall = try #require(row["kendall"] as? [String: Double])
      let published = try #require(paper?["kendall"] as? [String: Any])
      let value = try #require(published["value"] as? Double)
      let inside = value >= (kendall["low"] ?? 1) && value <= (kendall["high"] ?? 0)
      #expect(inside && published["ours"] as? String == "inside")
    }
    #expect((papers.last??["kendall"] as? [String: Any])?["ours"] is NSNull)
    // The best are still those by what was asked for first.
    let table = try Tool.run(options + ["--sample", "20"]).output
    #expect(table.contains("The first 5 by parameters"))
  }

  @Test func againstThePaperInAllFormatsAndElsewhere() throws {
    let options = [
      "evaluate", "--against", "paper", "--proxies", "layers", "--cells", "1", "--population",
      "all", "--sample", "100", "--ndcg-at", "50", "--dataset", "imagenet16-120",
    ]
    let csv = try Tool.run(options + ["--resamples", "0", "--format", "csv"])
    let whole = "the published numbers are those of all 15625 networks of population all"
    #expect(csv.errorLines.first == "tfnas: \(whole): nDCG is not compared with ours")
    let cutoff = try Tool.run([
      "evaluate", "--against", "paper", "--proxies", "layers", "--cells", "1", "--ndcg-at", "50",
      "--resamples", "2", "--format", "jsonl",
    ])
    #expect(
      cutoff.errorLines.first
        == "tfnas: the published nDCG is at 1000 and is not compared with ours")
    #expect(cutoff.output.contains(#""ndcg":{"value":0.671,"ours":null}"#))
    let table = try CSV(Array(csv.output.utf8), file: "csv")
    let papers = try table.texts(in: "paper")
    #expect(try table.texts(in: "proxy").prefix(4) == ["layers", "flops", "parameters", ""])
    #expect(papers.count == 20 && Set(papers).count == 20 && papers[2].isEmpty)
    let published = try table.numbers(in: "paperKendall")
    #expect(published[0] == 0.574 && published[1] == 0.517 && published[2] == nil)
    #expect(try table.numbers(in: "kendall")[3] == nil)
    // Without intervals there is nothing to be inside of.
    #expect(try table.texts(in: "paperKendallOurs").allSatisfy(\.isEmpty))
    let intervals = try Tool.run(options + ["--resamples", "20"]).output
    #expect(intervals.contains("GRAF  ") && intervals.contains("in the paper"))
    let lines = try Tool.run(options + ["--resamples", "20", "--format", "jsonl"]).output
      .split(separator: "\n")
    #expect(lines.count == 20)
    #expect(lines[0].contains(#""ndcg":{"value":0.483,"ours":null}"#))
  }
}
