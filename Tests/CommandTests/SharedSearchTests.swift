import Foundation
import ResultStore
import TestSupport
import Testing

/// Searches that several processes share in a folder.
@Suite struct SharedSearchTests {
  private let directory: TemporaryDirectory
  private let folder: String

  init() throws {
    directory = try TemporaryDirectory()
    folder = directory.file("run")
  }

  /// The resolution at which a search takes some seconds, with and without optimisation.
  private static let resolution: String = {
    #if DEBUG
      return "8"
    #else
      return "32"
    #endif
  }()

  /// A search of the smallest cells with a race behind it.
  private func search(_ evaluations: Int = 24, _ more: [String] = []) -> [String] {
    ["search", "nas-bench-201", "--width", "4", "--cells", "1", "--batch", "2"]
      + ["--resolution", Self.resolution]
      + ["--evaluations", "\(evaluations)", "--population", "8", "--generation", "8"]
      + ["--rounds", "3", "--contenders", "4", "--threads", "1", "--format", "json"] + more
  }

  /// The networks of all rounds, and the lines that the journals of all workers have of them.
  private func recorded() throws -> (networks: Int, lines: Int) {
    var counts = (networks: 0, lines: 0)
    for name in try FileManager.default.contentsOfDirectory(atPath: folder)
    where name.hasPrefix("round-") {
      let round = folder + "/" + name
      for file in try FileManager.default.contentsOfDirectory(atPath: round)
      where file.hasPrefix("networks-") {
        counts.networks += try lines(round + "/" + file).count
      }
      for file in try FileManager.default.contentsOfDirectory(atPath: round + "/records") {
        counts.lines += try lines(round + "/records/" + file).count - 1
      }
    }
    return counts
  }

  private func lines(_ path: String) throws -> [Substring] {
    try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
  }

  @Test func workersPrintWhatOneProcessPrints() throws {
    let table = directory.file("plain.csv")
    let plain = try Tool.run(search(24, ["--scores", table]))
    try #require(plain.status == 0, "\(plain.errors)")
    let tables = (1...3).map { directory.file("worker-\($0).csv") }
    let workers = try tables.map {
      try Tool.start(search(24, ["--join", folder, "--scores", $0]))
    }
    for (worker, path) in zip(workers, tables) {
      let result = try worker.wait()
      #expect(result.status == 0, "\(result.errors)")
      // Whoever prints writes the files too, and nobody else does.
      let isPrinting = !result.output.isEmpty
      #expect(!isPrinting || result.output == plain.output)
      #expect(isPrinting == FileManager.default.fileExists(atPath: path))
      if isPrinting {
        #expect(
          try Data(contentsOf: URL(fileURLWithPath: path))
            == Data(contentsOf: URL(fileURLWithPath: table)))
      } else {
        #expect(result.errors.contains("prints the result"), "\(result.errors)")
      }
    }
    #expect(tables.contains { FileManager.default.fileExists(atPath: $0) })
    let (networks, lines) = try recorded()
    #expect(networks > 40 && lines == networks, "no network is computed twice")

    // Whoever comes when all is done computes nothing, and prints it again.
    let again = try Tool.run(search(24, ["--join", folder]))
    #expect(again.status == 0 && again.output == plain.output, "\(again.errors)")
    #expect(again.errors.contains("scored 0 networks") && !again.errors.contains("this is worker"))

    let status = try Tool.run(["status", folder, "--format", "json"]).object()
    #expect(status["done"] as? Int == networks && status["networks"] as? Int == networks)
    // Of search and random search three each, and of the race three at most.
    #expect((7...9).contains(try #require(status["rounds"] as? Int)), "\(status)")
    #expect(status["expected"] is NSNull && (status["workers"] as? [Any])?.isEmpty == true)
    let text = try Tool.run(["status", folder])
    #expect(text.output.contains("rounds") && text.output.contains("shown by"), "\(text.output)")

    // What is merged is what a search with a store has.
    let store = directory.file("merged.sqlite")
    let merged = try Tool.run(["merge", store, folder, "--format", "json"])
    #expect(merged.status == 0, "\(merged.errors)")
    let stored = try Tool.run(search(24, ["--store", store]))
    #expect(stored.output == plain.output && stored.errors.contains("scored 0 networks"))

    // Every record is seen in the browser.
    let records = try #require(try merged.object()["records"] as? Int)
    let page = try WatchedPage([folder])
    let event = try page.event { $0["records"] as? Int == records }
    #expect(event["problem"] is NSNull, "\(event)")
    _ = try page.end()
  }

  @Test func anotherCommandIsRefused() throws {
    let first = try Tool.run(search(8, ["--join", folder]))
    try #require(first.status == 0, "\(first.errors)")
    for (more, difference) in [
      (["--seed", "1"], "its seed is 0, that of this command 1"),
      (["--score-seed", "1"], "its seed of scores is 0, that of this command 1"),
      (["--flops", "1G"], "its flops is none, that of this command 1000"),
      (["--no-baselines"], "its random search is beside, that of this command left out"),
      (["--preset", "vkdnw"], "its preset is default, that of this command vkdnw"),
      (["--batch", "3"], "its setting of '"),
    ] {
      let other = try Tool.run(search(8, ["--join", folder] + more))
      #expect(other.status == 65 && other.output.isEmpty && other.errorLines.count == 1)
      #expect(other.errors.contains(difference), "\(other.errors)")
    }
    // A folder has one run of any kind.
    let evaluation = ["evaluate", "--sample", "4", "--proxies", "vkdnw"] + small
    let other = try Tool.run(evaluation + ["--join", folder])
    #expect(other.status == 65 && other.errors.contains("its command is"), "\(other.errors)")
    let list = directory.file("list")
    let listed = try Tool.run(["score", "7", "--proxies", "flops", "--join", list] + smallImage)
    try #require(listed.status == 0, "\(listed.errors)")
    let late = try Tool.run(search(8, ["--join", list]))
    #expect(late.status == 65 && late.errors.contains("its command is"), "\(late.errors)")
  }

  @Test(arguments: [
    (["--budget", "10min"], "--join excludes --budget"),
    (["--max-latency", "1s"], "--join excludes --max-latency"),
    (["--latency"], "--join excludes --latency"), (["--replay"], "--join excludes --replay"),
    (["--store", "s"], "no --store"), (["--lease", "0"], "--lease must be"),
    (["--shard", "1/2"], "'--shard'"),
  ])
  func optionsThatDoNotFit(options: [String], fragment: String) throws {
    let result = try Tool.run(search(8, ["--join", folder] + options))
    #expect(result.status == 64 && result.errorLines.count == 1, "\(result.errors)")
    #expect(result.errors.contains(fragment), "\(result.errors)")
    #expect(!FileManager.default.fileExists(atPath: folder))
  }

  /// A worker that is killed loses the networks at hand, and is replaced at any time.
  @Test func killedWorkersAreReplaced() throws {
    let plain = try Tool.run(search(40))
    try #require(plain.status == 0, "\(plain.errors)")
    let shared = search(40, ["--join", folder, "--lease", "3"])
    let doomed = try Watched(shared + ["--verbose"])
    // It has something to lose: a network and its seconds are said once they are recorded.
    try #require(doomed.waitUntilItSays(" s\n"), "\(doomed.errors)")
    let others = try (0..<2).map { _ in try Tool.start(shared) }
    try #require(doomed.isRunning)
    doomed.send(SIGKILL)
    #expect(doomed.wait().status == -SIGKILL)
    let replacement = try Tool.start(shared)
    let results = try (others + [replacement]).map { try $0.wait() }
    for result in results {
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.output.isEmpty || result.output == plain.output)
    }
    #expect(results.contains { !$0.output.isEmpty }, "\(results.map(\.errors))")
    let (networks, lines) = try recorded()
    // A line that the killed worker did not end may be there once more.
    #expect((networks...networks + 1).contains(lines))
  }

  @Test func anInterruptedSearchGoesOn() throws {
    let shared = search(40, ["--join", folder])
    let running = try Watched(shared + ["--verbose"])
    try #require(running.waitUntilItSays(" s\n"))
    running.send(SIGTERM)
    let (status, errors) = running.wait()
    #expect(status == 75 && errors.contains("go on with: "), "\(errors)")
    let state = try Tool.run(["status", folder, "--format", "json"]).object()
    #expect(state["expected"] as? Int == 80, "\(state)")
    // What there is can be merged, and it is said that there will be more.
    let part = try Tool.run(["merge", directory.file("part.sqlite"), folder])
    #expect(part.status == 75 && part.output.contains("records"), "\(part.errors)")
    let result = try Tool.run(shared)
    #expect(result.status == 0, "\(result.errors)")
    #expect(try result.output == Tool.run(search(40)).output)
    let (networks, lines) = try recorded()
    #expect(lines == networks)
  }

  @Test func theNetworkIsExportedOnce() throws {
    let target = directory.file("winner")
    let shared = search(8, ["--join", folder, "--export", target])
    let first = try Tool.run(shared)
    try #require(first.status == 0, "\(first.errors)")
    let bytes = try Data(contentsOf: URL(fileURLWithPath: target + "/network.json"))
    // Before anybody has printed, what is there is in the way.
    let other = search(8, ["--join", directory.file("other"), "--export", target])
    #expect(try Tool.run(other).status == 73)
    let again = try Tool.run(shared)
    #expect(again.status == 0 && again.output == first.output, "\(again.errors)")
    #expect(again.errors.contains("not written again"), "\(again.errors)")
    #expect(try Data(contentsOf: URL(fileURLWithPath: target + "/network.json")) == bytes)
  }
}
