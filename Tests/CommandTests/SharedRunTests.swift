import Formats
import Foundation
import ResultStore
import Scoring
import TestSupport
import Testing

/// Runs that several processes share: parts, folders, merges.
@Suite struct SharedRunTests {
  private let directory: TemporaryDirectory
  private let folder: String

  init() throws {
    directory = try TemporaryDirectory()
    folder = directory.file("run")
  }

  private func arguments(_ sample: Int, _ more: [String]) -> [String] {
    ["evaluate", "--width", "4", "--cells", "1", "--batch", "1", "--sample", "\(sample)"]
      + ["--resamples", "20", "--proxies", "vkdnw-single,vkdnw", "--format", "json"]
      + ["--threads", "1"] + more
  }

  /// The records of a store without the seconds that they took.
  private func records(_ path: String) throws -> [EvaluationKey: Score] {
    let store = try ResultStore(readingFrom: path)
    var records: [EvaluationKey: Score] = [:]
    try store.forEachRecord { records[$0.key] = $0.score }
    try store.close()
    return records
  }

  /// How often the journals of all workers have a network.
  private func recorded() throws -> [Int: Int] {
    var counts: [Int: Int] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: folder + "/records") {
      let text = try String(contentsOfFile: folder + "/records/" + name, encoding: .utf8)
      for line in text.split(separator: "\n").dropFirst() {
        if let number = line.split(separator: "\t").first.flatMap({ Int($0) }) {
          counts[number, default: 0] += 1
        }
      }
    }
    return counts
  }

  // MARK: Parts

  @Test func partsMakeTheWholeAndTheirMergeIsIdempotent() throws {
    let whole = directory.file("whole.sqlite")
    let plain = try Tool.run(arguments(11, ["--store", whole]))
    try #require(plain.status == 0, "\(plain.errors)")
    let parts = (1...3).map { directory.file("part-\($0).sqlite") }
    for (number, part) in parts.enumerated() {
      let result = try Tool.run(arguments(11, ["--store", part, "--shard", "\(number + 1)/3"]))
      #expect(result.status == 0 && result.output.isEmpty, "\(result.errors)")
      #expect(result.errors.contains("shard \(number + 1)/3"), "\(result.errors)")
    }
    #expect(try parts.map { try records($0).count / 4 } == [4, 4, 3])
    let bytes = try parts.map { try Data(contentsOf: URL(fileURLWithPath: $0)) }

    // What is missing is said, and how to compute it.
    let merged = directory.file("merged.sqlite")
    let some = try Tool.run(["merge", merged, parts[0], parts[2], "--format", "json"])
    #expect(some.status == 75, "\(some.errors)")
    #expect(some.errors.contains("of 11 networks of the run 4 are missing: shards 2/3"))
    let runs = try #require(try some.object()["runs"] as? [[String: Any]])
    #expect(runs.count == 1 && runs[0]["missing"] as? Int == 4)

    let all = try Tool.run(["merge", merged] + parts + [merged, "--format", "json"])
    #expect(all.status == 0, "\(all.errors)")
    #expect(try all.object()["new"] as? Int == 16)
    #expect(try records(merged) == records(whole))
    let once = try Data(contentsOf: URL(fileURLWithPath: merged))
    let again = try Tool.run(["merge", merged] + parts + ["--format", "json"])
    #expect(again.status == 0, "\(again.errors)")
    #expect(try again.object()["new"] as? Int == 0)
    #expect(try Data(contentsOf: URL(fileURLWithPath: merged)) == once)
    #expect(try parts.map { try Data(contentsOf: URL(fileURLWithPath: $0)) } == bytes)
    #expect(try Tool.run(arguments(11, ["--store", merged])).output == plain.output)
  }

  @Test func contradictionsAndOtherFilesAreRefused() throws {
    func store(_ name: String, _ value: Double, kernels: String = "") throws -> String {
      let path = directory.file(name)
      let store = try ResultStore(path: path)
      for architecture in ["one", "two"] {
        try store.append([
          Evaluation(
            space: "cells", architecture: architecture, proxy: "p", settings: "{}", seed: 0,
            version: "0.2.0", kernels: kernels, score: .value(architecture == "one" ? 1 : value),
            seconds: 1)
        ])
      }
      try store.close()
      return path
    }
    let a = try store("a.sqlite", 2)
    let b = try store("b.sqlite", 3)
    let out = directory.file("out.sqlite")
    let result = try Tool.run(["merge", out, a, b])
    #expect(result.status == 65 && result.output.isEmpty && result.errorLines.count == 1)
    for part in ["two scores of p for two", "2.0", "3.0", a, b] {
      #expect(result.errors.contains(part), "\(result.errors)")
    }
    let left = try FileManager.default.contentsOfDirectory(atPath: directory.path)
    #expect(Set(left) == ["a.sqlite", "b.sqlite"], "\(left)")
    // A store that is there is as before.
    let before = try Data(contentsOf: URL(fileURLWithPath: a))
    #expect(try Tool.run(["merge", a, b]).status == 65)
    #expect(try records(a).count == 2)
    #expect(try Data(contentsOf: URL(fileURLWithPath: a)).count == before.count)

    // Those of another processor are no contradiction, and it is said that there are two.
    let c = try store("c.sqlite", 4, kernels: "AVX9")
    let d = try store("d.sqlite", 5, kernels: "AVX8")
    let mixed = try Tool.run(["merge", out, c, d])
    #expect(mixed.status == 0, "\(mixed.errors)")
    #expect(mixed.output.contains("AVX9") && mixed.output.contains("--mix"), "\(mixed.output)")
    #expect(try records(out).count == 4)

    let text = directory.file("text")
    try Data(repeating: 0x61, count: 5000).write(to: URL(fileURLWithPath: text))
    #expect(try Tool.run(["merge", out, text]).status == 65)
    #expect(try Tool.run(["merge", out, directory.file("none")]).status == 66)
    #expect(try Tool.run(["merge", out, directory.path]).status == 66)
    #expect(try Tool.run(["merge", directory.file("no/out"), c]).status == 73)
    #expect(try Tool.run(["merge", out, out]).status == 64)
    #expect(try Tool.run(["merge", out]).status == 64)
  }

  @Test(arguments: [
    (["--shard", "1/2"], "--shard 1/2 needs --store"), (["--shard", "0/2"], "such as 3/16"),
    (["--shard", "3"], "such as 3/16"), (["--lease", "5"], "--lease belongs to --join"),
    (["--join", "d", "--lease", "0"], "--lease must be a whole number from 1"),
    (["--join", "d", "--store", "s"], "no --store"),
    (["--join", "d", "--shard", "1/2"], "exclude each other"), (["--join", ""], "--join needs"),
  ])
  func optionsThatDoNotFit(options: [String], fragment: String) throws {
    for command in [["evaluate"], ["score", "1"], ["study", "file"]] {
      let result = try Tool.run(command + options)
      #expect(result.status == 64 && result.errorLines.count == 1, "\(result.errors)")
      #expect(result.errors.contains(fragment), "\(result.errors)")
    }
  }

  // MARK: Folders

  @Test func oneWorkerPrintsWhatARunWithoutAFolderPrints() throws {
    let plain = try Tool.run(arguments(10, []))
    let shared = try Tool.run(arguments(10, ["--join", folder]))
    #expect(shared.status == 0 && shared.output == plain.output, "\(shared.errors)")
    // Once all is done, the same command shows it again and computes nothing.
    let again = try Tool.run(arguments(10, ["--join", folder]))
    #expect(again.output == plain.output && !again.errors.contains("scored"), "\(again.errors)")
    let other = try Tool.run(arguments(11, ["--join", folder]))
    #expect(other.status == 65 && other.errorLines.count == 1, "\(other.errors)")
    #expect(other.errors.contains("belongs to another run: its number of networks is 10"))

    let status = try Tool.run(["status", folder, "--format", "json"]).object()
    #expect(status["done"] as? Int == 10 && status["networks"] as? Int == 10)
    #expect((status["command"] as? String)?.contains("--join") == true)
    for format in ["table", "csv", "jsonl"] {
      #expect(try Tool.run(["status", folder, "--format", format]).status == 0)
    }
    #expect(try Tool.run(["status", directory.path]).status == 66)
    #expect(try Tool.run(["status", directory.file("none")]).status == 66)

    let merged = directory.file("merged.sqlite")
    #expect(try Tool.run(["merge", merged, folder]).status == 0)
    #expect(try Tool.run(arguments(10, ["--store", merged])).output == plain.output)
  }

  @Test func listsAreShared() throws {
    for more in [["--format", "csv"], ["--by", "vkdnw", "--top", "2"]] {
      let list = ["score", "1462", "13714", "7", "1462"] + smallImage + more
      let path = directory.file("run\(more.count)")
      let plain = try Tool.run(list)
      let shared = try Tool.run(list + ["--join", path])
      #expect(plain.status == 0 && shared.status == 0, "\(shared.errors)")
      #expect(shared.output == plain.output)
    }
    let saved = try Tool.run(["score", "7", "--join", folder, "--save-weights", "f"] + smallImage)
    #expect(saved.status == 64, "\(saved.errors)")
  }

  @Test func studiesAreShared() throws {
    let file = directory.file("study.yaml")
    try Data(
      """
      rankings: [vkdnw, flops]
      settings: {sample: 8, batch: 2, resamples: 0}
      tasks:
        - {space: nas-bench-201, task: cifar10, width: 4, cells: 1, resolution: 8}
        - {space: nas-bench-macro, task: cifar10, resolution: 8}
      """.utf8
    ).write(to: URL(fileURLWithPath: file))
    let study = ["study", file, "--format", "json"]
    let plain = try Tool.run(study)
    try #require(plain.status == 0, "\(plain.errors)")
    let workers = try (0..<2).map { _ in try Tool.start(study + ["--join", folder]) }
    let results = try workers.map { try $0.wait() }
    #expect(results.allSatisfy { $0.status == 0 }, "\(results.map(\.errors))")
    #expect(results.map(\.output).filter { !$0.isEmpty }.allSatisfy { $0 == plain.output })
    #expect(try Tool.run(study + ["--join", folder]).output == plain.output)
    #expect(try Tool.run(["status", folder, "--format", "json"]).object()["done"] as? Int == 16)

    let store = directory.file("s.sqlite")
    for number in 1...2 {
      let part = try Tool.run(study + ["--store", store, "--shard", "\(number)/2"])
      #expect(part.status == 0 && part.output.isEmpty, "\(part.errors)")
    }
    let whole = try Tool.run(study + ["--store", store])
    #expect(whole.output == plain.output && !whole.errors.contains("scored"), "\(whole.errors)")
  }

  @Test func processorsOfAnotherKindAreRefused() throws {
    let run = arguments(4, ["--join", folder])
    let first = try Tool.run(run)
    #expect(first.status == 0, "\(first.errors)")
    // A processor may have no second kind of kernels, so that the plan is of one that there is nowhere.
    let file = URL(fileURLWithPath: folder + "/plan")
    let plan = try String(contentsOf: file, encoding: .utf8)
    let foreign = plan.replacingOccurrences(of: ", oneDNN ", with: " of others, oneDNN ")
    try #require(foreign != plan, "\(plan)")
    try Data(foreign.utf8).write(to: file)
    let second = try Tool.run(run)
    #expect(second.status == 65 && second.errors.contains("--isa"), "\(second.errors)")
  }

  /// Networks whose scores take some seconds, with and without optimisation.
  private static let plenty: Int = {
    #if DEBUG
      return 60
    #else
      return 200
    #endif
  }()

  /// Workers that are killed lose nothing but the network at hand, and whoever comes prints what one prints.
  @Test func killedWorkersAreReplaced() throws {
    let plain = try Tool.run(arguments(Self.plenty, []))
    try #require(plain.status == 0, "\(plain.errors)")
    let shared = arguments(Self.plenty, ["--join", folder, "--lease", "6"])
    let doomed = try (0..<2).map { _ in try Watched(shared + ["--verbose"]) }
    // Each has something to lose: a network and its seconds are said once they are recorded.
    for worker in doomed { try #require(worker.waitUntilItSays(" s\n"), "\(worker.errors)") }
    let workers = try (0..<4).map { _ in try Tool.start(shared) }
    for worker in doomed {
      try #require(worker.isRunning)
      worker.send(SIGKILL)
      #expect(worker.wait().status == -SIGKILL)
    }
    let replacements = try (0..<2).map { _ in try Tool.start(shared) }
    let results = try (workers + replacements).map { try $0.wait() }
    for result in results {
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.output.isEmpty || result.output == plain.output)
    }
    #expect(results.contains { !$0.output.isEmpty }, "\(results.map(\.errors))")
    let counts = try recorded()
    #expect(Set(counts.keys) == Set(0..<Self.plenty))
    // A line that a killed worker did not end may be there once more.
    #expect(
      counts.values.reduce(0, +) <= Self.plenty + doomed.count, "\(counts.filter { $0.value > 1 })")
  }

  @Test func anInterruptedWorkerLeavesItsChunkToOthers() throws {
    let shared = arguments(Self.plenty, ["--join", folder])
    let running = try Watched(shared + ["--verbose"])
    try #require(running.waitUntilItSays(" s\n"))
    running.send(SIGTERM)
    let (status, errors) = running.wait()
    #expect(status == 75 && errors.contains("go on with: "), "\(errors)")
    let result = try Tool.run(shared)
    #expect(result.status == 0, "\(result.errors)")
    #expect(try result.output == Tool.run(arguments(Self.plenty, [])).output)
    #expect(try recorded().values.allSatisfy { $0 == 1 })
  }
}
