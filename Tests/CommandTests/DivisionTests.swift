import Foundation
import ResultStore
import Scoring
import TestSupport
import Testing

/// Several processes of the command at one store.
@Suite struct DivisionTests {
  private let directory: TemporaryDirectory
  private let store: String

  init() throws {
    directory = try TemporaryDirectory()
    store = directory.file("s.sqlite")
  }

  private static let count = 60
  private static let evaluation = [
    "evaluate", "--sample", "\(count)", "--proxies", "vkdnw,synflow,flops", "--resamples", "0",
    "--format", "csv", "--width", "4", "--cells", "1", "--batch", "16", "--threads", "1",
  ]

  private func scores(_ name: String) -> [String] { ["--scores", directory.file(name)] }

  /// The networks that a process has scored itself, as `--verbose` tells them.
  private func scored(_ errors: String) -> [String] {
    errors.split(separator: "\n").compactMap { line in
      guard line.hasPrefix("tfnas: |"), line.hasSuffix(" s"), let end = line.lastIndex(of: ":")
      else { return nil }
      return String(line[..<end])
    }
  }

  private func text(_ name: String) throws -> String {
    try String(contentsOfFile: directory.file(name), encoding: .utf8)
  }

  @Test func threeProcessesOneOfThemKilledDoTheWorkOnce() throws {
    let alone = try Tool.run(Self.evaluation + scores("alone.csv"))
    #expect(alone.status == 0, "\(alone.errors)")

    let shared = Self.evaluation + ["--store", store, "--verbose"]
    let doomed = try Watched(shared)
    let others = try ["a.csv", "b.csv"].map { try Tool.start(shared + scores($0)) }
    // It is killed when it has scored something, in the middle of something else.
    let isAtWork = doomed.waitUntilItSays("tfnas: |")
    doomed.send(SIGKILL)
    let (status, lastWords) = doomed.wait()
    #expect(isAtWork && status == -SIGKILL, "\(lastWords)")
    var all = scored(lastWords)
    #expect(!all.isEmpty && all.count < Self.count, "it was not killed midway")
    for (other, name) in zip(others, ["a.csv", "b.csv"]) {
      let result = try other.wait()
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.output == alone.output)
      #expect(try text(name) == text("alone.csv"))
      let own = scored(result.errors)
      #expect(result.errors.contains("tfnas: scored \(own.count) network"), "\(result.errors)")
      all += own
    }
    #expect(Set(all).count == all.count, "a network was scored twice")
    // What the killed one had stored, but not told, is missing here.
    #expect(all.count >= Self.count - 1 && all.count <= Self.count, "\(all.count)")

    let file = try ResultStore(readingFrom: store)
    let series = try file.series()
    #expect(series.count == 5 && series.allSatisfy { $0.count == Self.count })
    try file.close()
    let again = try Tool.run(shared + scores("again.csv"))
    #expect(again.output == alone.output && scored(again.errors).isEmpty)
    #expect(try text("again.csv") == text("alone.csv"))
    #expect(try Tool.run(["store", "check", store]).status == 0)
  }

  /// A store in which this process claims two of the networks, and their records.
  private func claimed() throws -> (store: ResultStore, records: [[Evaluation]]) {
    let whole = directory.file("whole.sqlite")
    let result = try Tool.run(Self.evaluation + ["--store", whole])
    try #require(result.status == 0, "\(result.errors)")
    let source = try ResultStore(readingFrom: whole)
    var records: [String: [Evaluation]] = [:]
    for (series, _) in try source.series() {
      for record in try source.evaluations(in: series).values {
        records[record.architecture, default: []].append(record)
      }
    }
    let two = records.values.sorted { $0[0].architecture < $1[0].architecture }.prefix(2)
    let store = try ResultStore(path: store)
    let claims = try store.claim(two.map { $0.map(\.key) }, atMost: 2)
    try #require(claims.count == 2)
    return (store, Array(two))
  }

  @Test func whatAnotherHoldsIsWaitedForAndTakenOver() throws {
    let (own, records) = try claimed()
    let run = try Watched(Self.evaluation + ["--store", store, "--verbose"] + scores("a.csv"))
    #expect(run.waitUntilItSays("waiting for 2 networks that another process is scoring"))
    try own.append(records[0])
    try own.releaseClaims()
    let (status, errors) = run.wait()
    #expect(status == 0, "\(errors)")
    #expect(scored(errors).count == Self.count - 1)
    #expect(errors.contains("1 network came from other processes meanwhile"), "\(errors)")
    let alone = try Tool.run(Self.evaluation + scores("alone.csv"))
    #expect(alone.status == 0)
    #expect(try text("a.csv") == text("alone.csv"))
    try own.close()
  }

  @Test func whoWaitsCanBeStopped() throws {
    let (own, _) = try claimed()
    let run = try Watched(Self.evaluation + ["--store", store])
    #expect(run.waitUntilItSays("waiting for 2 networks"))
    run.send(SIGTERM)
    let (status, errors) = run.wait()
    #expect(status == 75, "\(errors)")
    // Its last network of its own may still run while it says that it waits.
    #expect(errors.contains("; Ctrl-C again leaves at once"), "\(errors)")
    #expect(
      errors.contains(
        "interrupted with 2 networks left; everything computed is stored; go on with: "),
      "\(errors)")
    try own.close()
  }

  @Test func twoSearchesAtOnceFindWhatOneFinds() throws {
    let search =
      ["search", "nas-bench-201", "--evaluations", "24", "--seed", "3", "--format", "json"]
      + smallImage
    let alone = try Tool.run(search)
    try #require(alone.status == 0, "\(alone.errors)")
    let pair = try (0..<2).map { _ in try Tool.start(search + ["--store", store]) }
    for process in pair {
      let result = try process.wait()
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.output == alone.output)
    }
  }
}
