import Foundation
import Scoring
import TestSupport
import Testing

@testable import Distribution

@Suite struct SharedWorkerTests {
  private let directory: TemporaryDirectory
  private let path: String

  init() throws {
    directory = try TemporaryDirectory()
    path = directory.file("run")
  }

  private func worker(_ plan: RunPlan, lease: Double = 300) throws -> SharedWorker {
    try SharedWorker(in: SharedFolder(joining: path, plan: plan), lease: lease, threads: 1)
  }

  /// Scores what of a chunk is not recorded, the first ones alone where there is a limit.
  private func score(
    _ chunk: SharedWorker.Chunk, by worker: SharedWorker, atMost limit: Int = .max
  ) throws -> [Int] {
    let numbers = Array(chunk.range.filter { !chunk.recorded.contains($0) }.prefix(limit))
    for number in numbers {
      worker.spend(0.01)
      try worker.record(number, evaluations(number, of: worker.folder.plan))
    }
    return numbers
  }

  private func chunk(_ task: SharedWorker.Task) -> SharedWorker.Chunk? {
    if case .compute(let chunk) = task { chunk } else { nil }
  }

  private func isFinished(_ task: SharedWorker.Task) -> Bool {
    if case .finished = task { true } else { false }
  }

  @Test func workersTakeTurnsUntilAllIsRecorded() throws {
    let plan = plan(200)
    let workers = try (0..<5).map { _ in try worker(plan) }
    var scored: [Int] = []
    var held: [SharedWorker.Chunk?] = [nil, nil, nil, nil, nil]
    var chunks = 0
    var finished: Set<Int> = []
    while finished.count < workers.count {
      for (number, worker) in workers.enumerated() {
        if let chunk = held[number] {
          scored += try score(chunk, by: worker)
          try worker.finish(chunk)
          held[number] = nil
          continue
        }
        let task = try worker.next()
        if let chunk = chunk(task) {
          held[number] = chunk
          chunks += 1
        } else if isFinished(task) {
          finished.insert(number)
        }
      }
    }
    #expect(scored.sorted() == Array(0..<200), "every network once")
    #expect(chunks >= 15)
    let found = try workers[0].folder.recorded()
    for (number, cells) in found.enumerated() {
      #expect(
        workers[0].folder.evaluations(try #require(cells), of: number)
          == evaluations(number, of: plan))
    }
    let status = try SharedRunStatus(of: path)
    #expect(status.done == 200 && status.running == 0 && status.waiting == 0 && status.failed == 0)
    #expect(status.workers.count == 5 && status.secondsLeft == 0)
    for worker in workers { worker.end() }
    #expect(try SharedRunStatus(of: path).workers.isEmpty)
  }

  @Test func whoLeavesIsFollowedAtOnce() throws {
    let plan = plan(8)
    let first = try worker(plan)
    var scored: [Int] = []
    let left = try #require(chunk(try first.next()))
    scored += try score(left, by: first, atMost: 1)
    first.end()
    let second = try worker(plan)
    while let chunk = chunk(try second.next()) {
      scored += try score(chunk, by: second)
      try second.finish(chunk)
    }
    #expect(isFinished(try second.next()))
    #expect(scored.sorted() == Array(0..<8), "what the first one recorded is not scored again")
    second.end()
  }

  @Test func theDeadAreFollowedAfterTheirLease() throws {
    let plan = plan(4)
    let folder = try SharedFolder(joining: path, plan: plan)
    // A worker that is killed leaves a note, a claim and a journal.
    var note = WorkerNote(host: "gone", process: 1, threads: 1, lease: 1.5)
    note.state = .working
    try Data(note.bytes).write(
      to: URL(fileURLWithPath: folder.board.workers + "/gone"))
    try Data(ChunkClaim(end: 4, worker: "gone", lease: 1.5).bytes)
      .write(to: URL(fileURLWithPath: folder.board.chunks + "/" + ChunkTable.name(0, 0)))
    var journal = try RecordJournal(making: folder.records + "/gone", of: plan)
    try journal.append(
      2, evaluations(2, of: plan).map { .init(score: $0.score, seconds: $0.seconds) })
    try journal.close()

    let worker = try worker(plan)
    guard case .wait(4, _) = try worker.next() else {
      Issue.record("it was followed before its lease had run out")
      return
    }
    var taken: SharedWorker.Chunk?
    for _ in 0..<100 where taken == nil {
      Thread.sleep(forTimeInterval: 0.1)
      taken = chunk(try worker.next())
    }
    let chunk = try #require(taken)
    #expect(chunk.recorded == [2] && chunk.generation == 1)
    #expect(try score(chunk, by: worker) == [0, 1, 3])
    try worker.finish(chunk)
    #expect(isFinished(try worker.next()))
    worker.end()
  }

  @Test func whoWasSuspendedLearnsThatItWasFollowed() throws {
    let plan = plan(4)
    let first = try worker(plan, lease: 1)
    let held = try #require(chunk(try first.next()))
    #expect(!first.heartbeat.isLost)
    try Data(ChunkClaim(end: held.range.upperBound, worker: "other", lease: 300).bytes).write(
      to: URL(
        fileURLWithPath: first.folder.board.chunks + "/" + ChunkTable.name(held.range.lowerBound, 1)
      ))
    for _ in 0..<100 where !first.heartbeat.isLost { Thread.sleep(forTimeInterval: 0.05) }
    #expect(first.heartbeat.isLost)
    first.end()
  }

  @Test func aFailureIsToldAndTriedOnceMoreByWhoComesLater() throws {
    let plan = plan(1)
    let first = try worker(plan)
    try first.fail(
      try #require(chunk(try first.next())), reason: "no room for the network", status: 64)
    guard case .failed("no room for the network", 64) = try first.next() else {
      Issue.record("the failure is not told")
      return
    }
    let status = try SharedRunStatus(of: path)
    #expect(status.failed == 1 && status.failure == "no room for the network")
    first.end()
    Thread.sleep(forTimeInterval: 0.05)
    let second = try worker(plan)
    let again = try #require(chunk(try second.next()))
    _ = try score(again, by: second)
    try second.finish(again)
    #expect(isFinished(try second.next()))
    second.end()
  }

  @Test func anotherRunIsRefused() throws {
    _ = try SharedFolder(joining: path, plan: plan(4))
    _ = try SharedFolder(joining: path, plan: plan(4))
    func refusal(_ plan: RunPlan) -> String {
      do {
        _ = try SharedFolder(joining: path, plan: plan)
        return ""
      } catch { return "\(error)" }
    }
    #expect(refusal(plan(5)).contains("number of networks is 4, that of this command 5"))
    #expect(refusal(plan(4, seed: 2)).contains("seed is 0, that of this command 2"))
    #expect(refusal(plan(4, kernels: "AVX-512")).contains("--isa"))
    #expect(throws: SharedRunError.noRun(folder: directory.path)) {
      _ = try SharedFolder(reading: directory.path)
    }
  }

  @Test func twoScoresOfOneNetworkAreAContradiction() throws {
    let plan = plan(2)
    let workers = try [worker(plan), worker(plan)]
    try workers[0].record(1, evaluations(1, of: plan))
    var other = evaluations(1, of: plan)
    other[0].score = .value(7)
    try workers[1].record(1, other)
    for worker in workers { worker.end() }
    do {
      _ = try workers[0].folder.recorded()
      Issue.record("it is taken")
    } catch SharedRunError.contradiction(let network, let proxy, _, _) {
      #expect(network == plan.networks[1] && proxy == "vkdnw")
    }
  }

  @Test func oneOfAllPrints() throws {
    _ = try SharedFolder(joining: path, plan: plan(1))
    #expect(try SharedFolder.printer("a", in: path) == nil)
    #expect(try SharedFolder.printer("b", in: path) == "a")
  }

  /// Many threads race for the same chunks, as processes would.
  @Test func noChunkIsClaimedTwice() throws {
    let plan = plan(300)
    let folder = try SharedFolder(joining: path, plan: plan)
    final class Tally: @unchecked Sendable {
      // Touched with the lock held alone.
      private let lock = NSLock()
      private(set) var numbers: [Int] = []
      private(set) var errors: [String] = []
      func add(_ more: [Int]) { lock.withLock { numbers += more } }
      func fail(_ error: any Error) { lock.withLock { errors.append("\(error)") } }
    }
    let tally = Tally()
    DispatchQueue.concurrentPerform(iterations: 8) { _ in
      do {
        let worker = try SharedWorker(in: folder, lease: 300, threads: 1)
        while true {
          switch try worker.next() {
          case .compute(let chunk):
            tally.add(try score(chunk, by: worker))
            try worker.finish(chunk)
          case .wait: Thread.sleep(forTimeInterval: 0.01)
          case .finished, .failed:
            worker.end()
            return
          }
        }
      } catch { tally.fail(error) }
    }
    #expect(tally.errors.isEmpty, "\(tally.errors)")
    #expect(tally.numbers.sorted() == Array(0..<300))
  }
}
