import Foundation
import TestSupport
import Testing

@testable import Distribution

/// The folder of a search that workers share.
@Suite struct SharedSearchTests {
  private let directory: TemporaryDirectory
  private let path: String

  init() throws {
    directory = try TemporaryDirectory()
    path = directory.file("run")
  }

  private func search(
    _ facts: [(String, String)] = [("seed", "0")], kernels: String = "AVX2", expected: Int = 40
  ) -> SharedSearchPlan {
    SharedSearchPlan(
      version: "0.2.0", facts: facts.map { .init($0.0, $0.1) }, kernels: kernels,
      expected: expected, command: ["tfnas", "search", "--join", path])
  }

  private func refusal(_ body: () throws -> Void) -> String {
    do {
      try body()
      return ""
    } catch { return "\(error)" }
  }

  /// Scores a round to its end.
  private func score(_ folder: SharedFolder, as enrolment: Enrolment) throws -> [Int] {
    let worker = try SharedWorker(in: folder, as: enrolment)
    defer { worker.leave() }
    var scored: [Int] = []
    while case .compute(let chunk) = try worker.next() {
      for number in chunk.range where !chunk.recorded.contains(number) {
        worker.spend(1)
        try worker.record(number, evaluations(number, of: folder.plan))
        scored.append(number)
      }
      try worker.finish(chunk)
    }
    return scored
  }

  @Test func roundsShareTheirWorkers() throws {
    let search = try SharedSearch(joining: path, plan: search())
    let first = try Enrolment(in: search.workers, lease: 300, threads: 1)
    let second = try Enrolment(in: search.workers, lease: 300, threads: 1)
    #expect(try first.workers() == 2)
    let before = try SharedRunStatus(of: search)
    #expect(before.rounds == 0 && before.total == 40 && before.workers.count == 2)
    for (number, count) in [(1, 12), (2, 5)] {
      let plan = plan(count, seed: UInt64(number))
      let folder = try search.join(round: number, plan: plan)
      #expect(folder.isRound)
      #expect(try !folder.isComplete())
      // One network at a time.
      let other = try SharedWorker(in: search.join(round: number, plan: plan), as: second)
      guard case .compute(let chunk) = try other.next() else {
        Issue.record("there is nothing to do in round \(number)")
        return
      }
      #expect(chunk.range.count == 1)
      #expect(try SharedRunStatus(of: search).running == 1)
      try other.record(0, evaluations(0, of: plan))
      try other.finish(chunk)
      other.leave()
      #expect(try score(folder, as: first) == Array(1..<count))
      #expect(try folder.isComplete())
    }
    // What a worker has done is told at its next beat.
    for worker in [first, second] { try worker.heartbeat.beat() }
    let status = try SharedRunStatus(of: search)
    #expect(status.rounds == 2 && status.networks == 17 && status.done == 17)
    #expect(!status.isComplete && status.total == 40)
    // A worker is one in all rounds, and leaves a journal where it had something to score.
    #expect(status.workers.map(\.note.networks).reduce(0, +) == 17)
    #expect(!FileManager.default.fileExists(atPath: path + "/round-1/workers"))
    try search.end()
    first.end()
    second.end()
    let ended = try SharedRunStatus(of: search)
    #expect(ended.isComplete && ended.total == 17 && ended.workers.isEmpty)

    let runs = try SharedRuns(in: path)
    #expect(try runs.paths == search.rounds() && runs.paths.count == 2)
    var tails = runs.paths.map { SharedRunTail(of: $0) }
    var seen = 0
    for _ in 0..<2 {
      for position in tails.indices { try tails[position].read(anew: {}, { _ in seen += 1 }) }
    }
    #expect(seen == 34, "two scores of each network")
    let plans = try runs.paths.map { try SharedFolder(reading: $0).plan }
    #expect(RunPlan.together(plans).map(\.networks.count) == [12, 5], "their seeds differ")
    #expect(
      RunPlan.together([plan(3), plan(4), plan(2, seed: 1)]).map(\.networks.count) == [7, 2])
  }

  @Test func anotherSearchIsRefused() throws {
    _ = try SharedSearch(joining: path, plan: search([("seed", "0"), ("generation", "8")]))
    // How many networks are expected and who began is no matter.
    _ = try SharedSearch(
      joining: path, plan: search([("seed", "0"), ("generation", "8")], expected: 41))
    func refusal(_ plan: SharedSearchPlan) -> String {
      self.refusal { _ = try SharedSearch(joining: path, plan: plan) }
    }
    #expect(
      refusal(search([("seed", "1"), ("generation", "8")])).hasSuffix(
        "belongs to another run: its seed is 0, that of this command 1"))
    #expect(refusal(search()).contains("its generation is 8, that of this command not given"))
    #expect(
      refusal(search([("seed", "0"), ("generation", "8"), ("start", "x")]))
        .contains("its start is not given, that of this command x"))
    #expect(
      refusal(search([("seed", "0"), ("generation", "8")], kernels: "AVX-512")).contains("--isa"))
    #expect(
      self.refusal { _ = try SharedFolder(joining: path, plan: plan(4)) }
        .contains("its command is tfnas search"))
    let other = directory.file("other")
    _ = try SharedFolder(joining: other, plan: plan(4))
    #expect(
      self.refusal { _ = try SharedSearch(joining: other, plan: search()) }
        .contains("its command is tfnas evaluate"))
    for text in ["", "{}", #"{"format":2}"#] {
      try Data(text.utf8).write(to: URL(fileURLWithPath: path + "/search"))
      #expect(refusal(search()).contains("run/search: "), "\(text)")
      #expect(self.refusal { _ = try SharedRuns(in: path) }.contains("run/search: "))
    }
  }

  /// Workers that come to other networks have something wrong with them, and are told so.
  @Test func aRoundHasItsNetworks() throws {
    let search = try SharedSearch(joining: path, plan: search())
    _ = try search.join(round: 1, plan: plan(4))
    #expect(refusal { _ = try search.join(round: 1, plan: plan(5)) }.contains("round-1"))
  }
}
