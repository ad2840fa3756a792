import Formats
import Foundation
import Reports
import ResultStore
import Spaces
import TestSupport
import Testing

@Suite struct SearchTests {
  private let directory: TemporaryDirectory
  private let store: String

  init() throws {
    directory = try TemporaryDirectory()
    store = directory.file("store.sqlite")
  }

  /// A search of the smallest cells.
  private func cells(_ evaluations: Int = 24, _ more: [String] = []) -> [String] {
    ["search", "nas-bench-201", "--width", "4", "--cells", "1", "--batch", "2"]
      + ["--evaluations", "\(evaluations)", "--population", "8", "--generation", "6"]
      + ["--inits", "2", "--contenders", "3", "--format", "json"] + more
  }

  /// A search of small chains of blocks.
  private func chains(_ evaluations: Int = 6, _ more: [String] = []) -> [String] {
    ["search", "mobilenet-v2", "--resolution", "32", "--batch", "2", "--generation", "3"]
      + ["--evaluations", "\(evaluations)", "--population", "8", "--inits", "0"]
      + ["--flops", "2M", "--layers", "8", "--format", "json", "--start"]
      + [
        "SuperConvK3BNRELU(3,8,2,1)SuperResIDWE1K3(8,8,2,8,1)SuperConvK1BNRELU(8,16,1,1)"
      ] + more
  }

  @Test func theReportOfASearchWithKnownAccuracies() throws {
    let result = try Tool.run(cells())
    try #require(result.status == 0, "\(result.errors)")
    let report = try result.object()
    let methods = try #require(report["methods"] as? [[String: Any]])
    #expect(
      methods.map { $0["method"] as? String } == ["search", "random search", "parameters alone"])
    #expect(report["schema"] as? Int == 1)
    let table = AccuracyTable.nasBench201
    for method in methods {
      #expect(method["evaluations"] as? Int == 24)
      let cell = try NASBench201Architecture(
        parsing: try #require(method["architecture"] as? String))
      #expect(method["accuracy"] as? Double == table.accuracy(of: cell, on: .cifar10))
    }
    // Where parameters alone decide, the largest cell is found from any start.
    let largest = methods.compactMap { $0["parameters"] as? Double }
    #expect(largest[2] == largest.max())
    let race = try #require(report["race"] as? [String: Any])
    let contenders = try #require(race["contenders"] as? [[String: Any]])
    #expect(contenders.count == 3)
    // The winner is that of a race among all candidates, and has their position.
    let winner = try #require(report["winner"] as? [String: Any])
    let first = try #require(
      contenders.first { $0["behind"] is NSNull && $0["out"] as? Bool == false })
    #expect(winner["architecture"] as? String == first["architecture"] as? String)
    #expect(winner["origin"] as? String == first["origin"] as? String)
    let front = try #require(report["front"] as? [[String: Any]])
    let flops = front.compactMap { $0["flops"] as? Double }
    let aggregates = front.compactMap { $0["aggregate"] as? Double }
    #expect(!front.isEmpty && flops == flops.sorted() && aggregates == aggregates.sorted())
    #expect(report["ending"] == nil)
    #expect(result.errors.contains("best so far") || result.errors.contains("scored"))
  }

  @Test(arguments: ReportFormats.allCases)
  func formats(format: ReportFormats) throws {
    let result = try Tool.run(
      cells(6).map { $0 == "json" ? format.rawValue : $0 })
    #expect(result.status == 0 && result.output.contains("random search"))
  }

  enum ReportFormats: String, CaseIterable {
    case table, jsonl, csv
  }

  // MARK: The same result

  @Test func workersAndStoresChangeNothing() throws {
    let one = try Tool.run(cells(24, ["--threads", "1"]))
    let two = try Tool.run(cells(24, ["--threads", "2"]))
    let stored = try Tool.run(cells(24, ["--threads", "2", "--store", store]))
    let again = try Tool.run(cells(24, ["--threads", "1", "--store", store]))
    #expect(one.status == 0 && !one.output.isEmpty)
    #expect(one.output == two.output && one.output == stored.output)
    #expect(again.output == one.output && again.errors.contains("scored 0 networks"))
  }

  /// The search is killed at ten random moments, which a failure tells, and goes on each time.
  @Test func tenKillsChangeNothing() throws {
    let whole = try Tool.run(cells(48, ["--threads", "2"]))
    try #require(whole.status == 0, "\(whole.errors)")
    var kills = 0
    var delays: [Double] = []
    for _ in 1...10 {
      let running = try Tool.start(cells(48, ["--threads", "2", "--store", store]))
      delays.append(.random(in: 0.02...0.6))
      Thread.sleep(forTimeInterval: delays[delays.count - 1])
      if running.process.isRunning {
        kills += 1
        kill(running.process.processIdentifier, SIGKILL)
      }
      running.process.waitUntilExit()
    }
    #expect(kills > 0, "after \(delays) seconds")
    let resumed = try Tool.run(cells(48, ["--threads", "2", "--store", store]))
    #expect(resumed.output == whole.output, "killed after \(delays) seconds")
  }

  @Test func seedsShareScoresWhereTheyAreAskedTo() throws {
    _ = try Tool.run(cells(12, ["--store", store, "--seed", "1", "--score-seed", "7"]))
    let other = try Tool.run(cells(12, ["--store", store, "--seed", "2", "--score-seed", "7"]))
    #expect(other.status == 0)
    let file = try ResultStore(readingFrom: store)
    let seeds = Set(
      try file.series().filter { $0.series.proxy == "expressivity" }.map(\.series.seed))
    // The race has numbers of its own.
    #expect(seeds.contains(7) && !seeds.contains(1) && !seeds.contains(2))
    try file.close()
  }

  // MARK: Spaces and presets

  @Test func chainsOfBlocks() throws {
    let figure = directory.file("front.svg")
    let result = try Tool.run(chains(9, ["--figure", figure, "--latency", "--store", store]))
    try #require(result.status == 0, "\(result.errors)")
    let report = try result.object()
    let front = try #require(report["front"] as? [[String: Any]])
    for candidate in front {
      #expect(try #require(candidate["flops"] as? Double) <= 2)
      #expect(try #require(candidate["layers"] as? Int) <= 8)
      #expect(try #require(candidate["latencySeconds"] as? Double) > 0)
    }
    #expect(try String(contentsOfFile: figure, encoding: .utf8).contains("<svg"))
    // Latencies are measured once, so a second run has the same report.
    #expect(try Tool.run(chains(9, ["--latency", "--store", store])).output == result.output)
  }

  /// Latencies are measurements; those in the store make the search the same again.
  @Test func aLimitOfLatencyIsMeasuredOnce() throws {
    let arguments = chains(6, ["--max-latency", "10s", "--store", store])
    let result = try Tool.run(arguments)
    try #require(result.status == 0, "\(result.errors)")
    let plan = try #require(try result.object()["plan"] as? [String: Any])
    #expect(plan["maxLatencySeconds"] as? Double == 10)
    let file = try ResultStore(readingFrom: store)
    let series = try file.series()
    let count = { (proxy: String) in series.first { $0.series.proxy == proxy }?.count ?? 0 }
    // Every candidate was measured before it was scored.
    #expect(count("latency") >= count("expressivity") && count("expressivity") > 6)
    try file.close()
    #expect(try Tool.run(arguments).output == result.output)
  }

  /// Latencies on record are no measurements, so that nothing of them is stored and processes may share the search.
  @Test func latenciesOfADevice() throws {
    func arguments(_ device: String, _ more: [String]) -> [String] {
      ["search", "nas-bench-201", "--batch", "1", "--evaluations", "8", "--no-baselines"]
        + ["--rounds", "0", "--format", "json", "--device", device] + more
    }
    let limited = arguments("pixel3", ["--max-latency", "8ms", "--latency", "--store", store])
    let result = try Tool.run(limited)
    try #require(result.status == 0, "\(result.errors)")
    let report = try result.object()
    let plan = try #require(report["plan"] as? [String: Any])
    #expect(plan["device"] as? String == "pixel3")
    let space = NASBench201Space()
    let cost = try #require(space.deviceCosts.first { $0.name == "pixel3-latency" })
    for candidate in try #require(report["front"] as? [[String: Any]]) {
      let text = try #require(candidate["architecture"] as? String)
      let cell = try NASBench201Architecture(parsing: text)
      let seconds = try #require(candidate["latencySeconds"] as? Double)
      #expect(seconds <= 0.008 && seconds == (space.value(of: cost, for: cell) ?? 0) / 1000)
    }
    let file = try ResultStore(readingFrom: store)
    #expect(try file.series().allSatisfy { $0.series.proxy != "latency" })
    try file.close()
    let shared = try Tool.run(
      arguments("pixel3", ["--max-latency", "8ms", "--latency", "--join", directory.file("run")]))
    #expect(shared.status == 0 && shared.output == result.output, "\(shared.errors)")

    // A third of the cells does not run there.
    let edge = try Tool.run(arguments("edgetpu", ["--max-latency", "1s"]))
    try #require(edge.status == 0, "\(edge.errors)")
    let winner = try #require(try edge.object()["winner"] as? [String: Any])
    let cell = try NASBench201Architecture(
      parsing: try #require(winner["architecture"] as? String))
    let edgeCost = try #require(space.deviceCosts.first { $0.name == "edgetpu-latency" })
    #expect(space.value(of: edgeCost, for: cell) != nil)

    for (more, expected) in [
      (["--device", "phone", "--latency"], "the devices of nas-bench-201 are edgegpu, raspi4"),
      (["--device", "pixel3"], "--device belongs to --max-latency and --latency"),
      (["--device", "pixel3", "--latency", "--width", "8"], "of the usual width"),
      (["--device", "pixel3", "--latency", "--space", "darts"], "has no latencies on record"),
    ] {
      let refused = try Tool.run(["search"] + more)
      #expect(refused.status == 64 && refused.errors.contains(expected), "\(refused.errors)")
    }
  }

  @Test func theReferenceIsReplayed() throws {
    let arguments = chains(6, ["--replay", "--no-baselines", "--store", store])
    let result = try Tool.run(arguments)
    try #require(result.status == 0, "\(result.errors)")
    #expect(try Tool.run(arguments).output == result.output)
    // What was scored again has a race with numbers that no scoring had, each network once.
    let raced = try Tool.run(
      chains(20, ["--replay", "--no-baselines", "--store", store]).map { $0 == "0" ? "1" : $0 })
    try #require(raced.status == 0, "\(raced.errors)")
    let race = try #require(try raced.object()["race"] as? [String: Any])
    let contenders = try #require(race["contenders"] as? [[String: Any]])
    let names = contenders.compactMap { $0["architecture"] as? String }
    #expect(names.count > 1 && Set(names).count == names.count)
    let reused = try Tool.run(chains(6, ["--replay", "--no-baselines", "--repeated", "reuse"]))
    #expect(reused.status == 0)
  }

  /// The first three candidates of the authors' logged run, and the axes with which they were scored.
  ///
  /// FLOPs depend on the resolution, so the limit is raised until it rejects nothing: the attempt of 16
  /// layers is left out in the log too. Until eleven are accepted, proposals do not depend on it.
  @Test func theLoggedSearchBegins() throws {
    let preset = [
      "search", "mobilenet-v2", "--preset", "H", "--replay", "--evaluations", "3",
      "--resolution", "32", "--flops", "1G", "--no-baselines", "--inits", "0",
      "--format", "json", "--store", store,
    ]
    let result = try Tool.run(preset)
    try #require(result.status == 0, "\(result.errors)")
    let file = try ResultStore(readingFrom: store)
    let series = try #require(try file.series().first { $0.series.proxy == "vkdnw" }?.series)
    let rest = "(40,80,2,64,1)SuperResIDWE4K7(80,96,2,96,5)SuperResIDWE2K7(96,224,2,224,5)"
    let wanted = [32, 40].map {
      "SuperConvK3BNRELU(3,\($0),2,1)SuperResIDWE1K7(\($0),40,2,40,1)SuperResIDWE2K7\(rest)"
        + "SuperConvK1BNRELU(224,2048,1,1)"
    }
    let report = try result.object()
    let best = try #require(report["best"] as? [[String: Any]])
    // The second candidate was proposed twice and scored twice, as in the log.
    #expect(Set(best.compactMap { $0["architecture"] as? String }) == Set(wanted))
    #expect(result.errors.contains("scored 3 networks"), "\(result.errors)")
    #expect(report["seed"] as? Int == 123)
    for axis in [
      #""batchNorm":"updated""#, #""weights":"sampled""#, #""quantiles":"eleven""#,
      #""factor":"released""#, #""batch":16"#, #""classes":10"#,
    ] {
      #expect(series.settings.contains(axis), "\(axis)")
    }
    #expect(!series.settings.contains("smoothingRounding"))
    try file.close()
  }

  /// Weights of types change what is proposed, and the preset's own weights do not.
  @Test func typeWeights() throws {
    func text(_ more: [String]) throws -> String {
      let result = try Tool.run(
        chains(6, ["--no-baselines", "--preset", "H", "--layers", "3-8", "--replay"] + more))
      try #require(result.status == 0, "\(result.errors)")
      return result.output
    }
    let released = try text([])
    #expect(try text(["--type-weights", "released"]) == released)
    #expect(try text(["--type-weights", "uniform"]) != released)
  }

  @Test func theWinnerIsExported() throws {
    let target = directory.file("winner")
    let result = try Tool.run(cells(6, ["--export", target, "--no-baselines"]))
    try #require(result.status == 0, "\(result.errors)")
    let winner = try #require(try result.object()["winner"] as? [String: Any])
    let text = try String(contentsOfFile: target + "/architecture.txt", encoding: .utf8)
    #expect(text == (winner["architecture"] as? String ?? "") + "\n")
    // Said before anything is computed.
    let second = try Tool.run(cells(6, ["--export", target]))
    #expect(second.status == 73 && second.errorLines.count == 1)
  }

  // MARK: Bad input

  @Test func aBudgetThatNoMutationMeets() throws {
    let result = try Tool.run(chains(6) + ["--flops", "1K"])
    #expect(result.status == 65 && result.errorLines.count == 1)
    #expect(
      result.errors.contains("no candidate meets the constraints: 10000 mutations in a row"))
  }

  @Test func aStoreOfAnotherPreset() throws {
    let preset = ["--store", store, "--preset", "vkdnw"]
    #expect(try Tool.run(cells(6, preset)).status == 0)
    let other = try Tool.run(cells(6, preset + ["--batch", "3"]))
    #expect(other.status == 65 && other.errorLines.count == 1)
    #expect(other.errors.contains("store.sqlite: was written by another preset"))
    #expect(other.errors.contains("'vkdnw'") && other.errors.contains("\"batch\":3"))
  }

  @Test(arguments: [
    ("SuperConvK4BNRELU(3,8,2,1)", "unknown block 'SuperConvK4BNRELU'"),
    ("SuperConvK3BNRELU(3,8,2)", "after 3 of the 4"),
    ("SuperConvK3BNRELU(3,8,2,1,1)", "one number too many"),
    ("SuperConvK3BNRELU(3,8,2,1)SuperConvK1BNRELU(16,8,1,1)", "it reads 16 channels"),
    ("SuperConvK3BNRELU(3,0,2,1)", "'0' is out of range"),
    ("SuperConvK3BNRELU(3,99999999999999999999,2,1)", "is out of range"),
    ("", "the text is empty"),
  ])
  func aStartThatIsNone(start: String, message: String) throws {
    let result = try Tool.run(["search", "mobilenet-v2", "--start", start])
    #expect(result.status == 65 && result.errorLines.count == 1, "\(result.errors)")
    #expect(result.errors.contains("--start: ") && result.errors.contains(message))
  }

  @Test(arguments: [
    ["search", "resnet"], ["search", "mobilenet-v2", "--flops", "450X"],
    ["search", "mobilenet-v2", "--flops", "0"], ["search", "mobilenet-v2", "--layers", "5-3"],
    ["search", "mobilenet-v2", "--budget", "30"],
    ["search", "mobilenet-v2", "--max-latency", "-1ms"],
    ["search", "nas-bench-201", "--preset", "H"],
    ["search", "nas-bench-201", "--type-weights", "uniform"],
    ["search", "mobilenet-v2", "--type-weights", "equal"],
    ["search", "nas-bench-201", "--evaluations", "0"], ["search", "nas-bench-201", "--force"],
    ["search", "nas-bench-201", "--repeated", "reuse"],
    ["search", "mobilenet-v2", "--resolution", "4000"],
  ])
  func usage(arguments: [String]) throws {
    let result = try Tool.run(arguments)
    #expect(result.status == 64 && result.errorLines.count == 1, "\(result.errors)")
  }

  @Test func aBudgetOfTimeStopsTheSearch() throws {
    let result = try Tool.run(cells(15_000, ["--budget", "2s"]))
    try #require(result.status == 0, "\(result.errors)")
    let report = try result.object()
    #expect((report["ending"] as? String ?? "").hasPrefix("was out of time after "))
    let methods = try #require(report["methods"] as? [[String: Any]])
    // A generation at most lies between the two.
    let counts = methods.compactMap { $0["evaluations"] as? Int }
    #expect(abs(counts[0] - counts[1]) <= 6 && counts[0] > 0)
  }

  @Test func anInterruptedSearchGoesOn() throws {
    let running = try Tool.start(cells(15_000, ["--store", store]))
    while running.process.isRunning {
      Thread.sleep(forTimeInterval: 0.05)
      if let held = try? ResultStore(readingFrom: store), let series = try? held.series(),
        series.contains(where: { $0.count > 3 })
      {
        break
      }
    }
    running.process.interrupt()
    let result = try running.wait()
    #expect(result.status == 75)
    #expect(result.errors.contains("everything computed is stored; go on with: "))
  }
}

/// What a search hands out, and how it fits what it may spend.
@Suite struct SearchFitTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func search(_ more: [String]) throws -> (report: [String: Any], errors: String) {
    let result = try Tool.run(
      ["search", "--width", "4", "--cells", "1", "--batch", "2", "--format", "json"] + more)
    try #require(result.status == 0, "\(result.errors)")
    return (try result.object(), result.errors)
  }

  private func row(_ value: Any?) throws -> [String: Any] {
    try #require(value as? [String: Any])
  }

  /// Without a race the first of all that was scored is handed out, whoever found it.
  @Test(arguments: 0..<8)
  func theBestOfEverythingIsHandedOut(seed: Int) throws {
    let file = directory.file("known.txt")
    try Data("1462\n13714\n".utf8).write(to: URL(fileURLWithPath: file))
    let (report, _) = try search([
      "--evaluations", "8", "--rounds", "0", "--seed", "\(seed)", "--beside", file,
    ])
    let winner = try row(report["winner"])
    let best = try #require(report["best"] as? [[String: Any]])
    #expect(winner["position"] as? Int == 1)
    #expect(winner["architecture"] as? String == best.first?["architecture"] as? String)
    let methods = try #require(report["methods"] as? [[String: Any]])
    let first = methods.filter { $0["position"] as? Int == 1 }.compactMap {
      $0["method"] as? String
    }
    #expect(first.contains(try #require(winner["origin"] as? String)))
    #expect(try row(report["race"])["omitted"] as? String == "--rounds is 0")
  }

  /// What stands beside must meet the constraints to be handed out, and is ranked all the same.
  @Test func whatStandsBesideHasToMeetTheConstraints() throws {
    let file = directory.file("known.txt")
    try Data("1462\n".utf8).write(to: URL(fileURLWithPath: file))
    let (report, _) = try search([
      "--evaluations", "8", "--rounds", "0", "--flops", "2M", "--beside", file,
    ])
    let methods = try #require(report["methods"] as? [[String: Any]])
    let beside = try #require(methods.first { $0["method"] as? String == "beside 1" })
    #expect(try #require(beside["flops"] as? Double) > 2)
    #expect(try #require(try row(report["winner"])["flops"] as? Double) <= 2)
  }

  @Test func aSmallSearchSelectsAndRaces() throws {
    let (report, errors) = try search(["--evaluations", "20"])
    let plan = try row(report["plan"])
    #expect(plan["population"] as? Int == 5 && plan["generation"] as? Int == 4)
    #expect(plan["rounds"] as? Int == 3 && plan["contenders"] as? Int == 3)
    let race = try row(report["race"])
    let contenders = try #require(race["contenders"] as? [[String: Any]])
    #expect(contenders.count == 3)
    #expect(contenders.allSatisfy { ($0["rounds"] as? Int ?? 0) <= 3 })
    #expect(
      errors.hasPrefix(
        "tfnas: 20 networks of the search and as many of random search, then a race of up to 3 "
          + "networks in up to 3 rounds\n"))
  }

  /// A budget of time alone: a population that grows, fewer baselines, and a race inside of it.
  @Test func aBudgetIsDivided() throws {
    let store = directory.file("s.sqlite")
    let arguments = ["--budget", "3s", "--store", store]
    let (report, errors) = try search(arguments)
    let plan = try row(report["plan"])
    #expect(plan["populationGrows"] as? Bool == true && plan["evaluations"] is NSNull)
    #expect(plan["budgetSeconds"] as? Double == 3)
    let methods = try #require(report["methods"] as? [[String: Any]])
    let counts = methods.prefix(2).compactMap { $0["evaluations"] as? Int }
    #expect(counts[0] > 0 && counts[1] <= counts[0] / 3 + 8, "\(counts)")
    #expect((report["ending"] as? String)?.hasPrefix("was out of time after ") == true)
    let race = try row(report["race"])
    #expect(race["contenders"] is [Any] || race["omitted"] is String)
    #expect(errors.contains("the time of this run is 0:03"))
    // Started again it says what it has and what the budget counts.
    let again = try search(arguments)
    #expect(again.errors.contains("--budget counts the time of this run alone"))
    #expect(again.errors.contains("holds the scores of "))
  }

  @Test func aRaceThatWasLeftOutIsTold() throws {
    let table = try Tool.run(
      ["search", "--evaluations", "6", "--rounds", "0"] + small, environment: ["COLUMNS": "80"])
    #expect(
      table.output.contains(
        "There was no race of the best by fresh initialisations: --rounds is 0."))
  }

  @Test func everyCandidateIsWritten() throws {
    let file = directory.file("candidates.csv")
    let (report, _) = try search(["--evaluations", "10", "--rounds", "0", "--scores", file])
    let table = try CSV(
      Array(try Data(contentsOf: URL(fileURLWithPath: file))), file: "candidates.csv")
    #expect(table.count == report["candidates"] as? Int)
    #expect(Set(table.header).count == table.header.count)
    #expect(table.header.starts(with: ["position", "origin", "architecture", "index"]))
    let positions = try table.numbers(in: "position").compactMap(\.self)
    #expect(positions == positions.sorted() && positions[0] == 1)
    let accuracies = try table.numbers(in: "accuracy").compactMap(\.self)
    let indices = try table.numbers(in: "index").compactMap(\.self)
    #expect(
      zip(indices, accuracies).allSatisfy { index, accuracy in
        AccuracyTable.nasBench201.accuracy(
          of: NASBench201Architecture(benchmarkIndex: Int(index)), on: .cifar10) == accuracy
      })
  }
}
