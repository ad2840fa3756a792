import Dispatch
import Foundation
import GRDB
import Scoring
import TestSupport
import Testing

@testable import ResultStore

@Suite struct ConcurrencyTests {
  let directory: TemporaryDirectory
  let path: String

  init() throws {
    directory = try TemporaryDirectory()
    path = directory.file()
  }

  /// The records of a worker; neighbouring workers share half of them.
  static func share(of worker: Int) -> [[Evaluation]] {
    (worker * 20..<worker * 20 + 40).map { Sample.batch($0, count: 4) }
  }

  static func everything(of workers: Range<Int>) -> [EvaluationKey: Evaluation] {
    byKey(workers.flatMap { share(of: $0).joined() })
  }

  @Test func threadsShareOneStore() async throws {
    let store = try ResultStore(path: path)
    try await withThrowingTaskGroup(of: Int.self) { group in
      for worker in 0..<4 {
        group.addTask { try Self.share(of: worker).reduce(0) { $0 + (try store.append($1)) } }
      }
      let inserted = try await group.reduce(0, +)
      #expect(inserted == Self.everything(of: 0..<4).count)
    }
    #expect(try store.contents() == Self.everything(of: 0..<4))
  }

  @Test func connectionsTakeTurns() async throws {
    try await withThrowingTaskGroup(of: Int.self) { group in
      for worker in 0..<4 {
        group.addTask { [path] in
          let store = try ResultStore(path: path)
          let count = try Self.share(of: worker).reduce(0) { $0 + (try store.append($1)) }
          try store.close()
          return count
        }
      }
      let inserted = try await group.reduce(0, +)
      #expect(inserted == Self.everything(of: 0..<4).count)
    }
    try expectSound()
    #expect(try ResultStore(readingFrom: path).contents() == Self.everything(of: 0..<4))
  }

  func appendShareInAProcess(of worker: Int) async {
    await #expect(processExitsWith: .success) { [path = path as String, worker = worker as Int] in
      let store = try ResultStore(path: path)
      for batch in Self.share(of: worker) { try store.append(batch) }
      try store.close()
    }
  }

  @Test func processesTakeTurns() async throws {
    async let first: Void = appendShareInAProcess(of: 0)
    async let second: Void = appendShareInAProcess(of: 1)
    _ = await (first, second)
    try expectSound()
    #expect(try ResultStore(readingFrom: path).contents() == Self.everything(of: 0..<2))
  }

  @Test func manyMayCreateOneStore() throws {
    for round in 0..<10 {
      let path = directory.file("new-\(round).sqlite")
      DispatchQueue.concurrentPerform(iterations: 4) { worker in
        #expect(throws: Never.self) {
          let store = try ResultStore(path: path)
          try store.append([Sample.record("\(worker)")])
        }
      }
      #expect(try ResultStore(readingFrom: path).contents().count == 4)
    }
  }

  @Test func aStoreThatStaysLockedIsReported() throws {
    try ResultStore(path: path).append(Sample.batch(0))
    var options = ResultStore.Options()
    options.patience = 0.05
    let store = try ResultStore(path: path, access: .writing, options: options)
    let other = try DatabaseQueue(path: path)
    try other.writeWithoutTransaction { db in
      try db.execute(sql: "BEGIN IMMEDIATE")
      let error = try storeError { try store.append(Sample.batch(1)) }
      #expect(error == .busy(path: path))
      #expect(error.category == .tryAgain)
      #expect(try store.contents() == byKey(Sample.batch(0)), "reading needs no lock")
      try db.execute(sql: "ROLLBACK")
    }
    #expect(try store.append(Sample.batch(1)) == 10)
  }

  @Test func aWriterWaitsForTheLock() throws {
    let store = try ResultStore(path: path)
    let other = try DatabaseQueue(path: path)
    let locked = DispatchSemaphore(value: 0)
    DispatchQueue.global().async {
      #expect(throws: Never.self) {
        try other.writeWithoutTransaction { db in
          try db.execute(sql: "BEGIN IMMEDIATE")
          locked.signal()
          Thread.sleep(forTimeInterval: 0.2)
          try db.execute(sql: "ROLLBACK")
        }
      }
    }
    locked.wait()
    #expect(try store.append(Sample.batch(0)) == 10)
  }

  @Test func closingWhileAnotherWorksLosesNothing() throws {
    let first = try ResultStore(path: path)
    let second = try ResultStore(path: path)
    try first.append(Sample.batch(0))
    try first.close()
    try second.append(Sample.batch(1))
    #expect(try second.contents() == byKey(Sample.batch(0) + Sample.batch(1)))
    try second.close()
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path).count == 1)
  }

  /// A look at the file of a store that is open would drop its locks, and another process that closes it would
  /// then delete the log that is in use.
  @Test func openingAStoreOnceMoreLeavesItsLocksAlone() async throws {
    let first = try ResultStore(path: path)
    try first.append(Sample.batch(0))
    try first.checkpoint()
    let second = try ResultStore(growing: path)
    try second.prepareToAppend()
    #expect(try ResultStore.check(path).sound == 10)
    await #expect(processExitsWith: .success) { [path = path as String] in
      let store = try ResultStore(path: path)
      try store.append(Sample.batch(1))
      try store.close()
    }
    try first.append(Sample.batch(2))
    try second.append(Sample.batch(3))
    try first.close()
    try second.close()
    #expect(
      try ResultStore(readingFrom: path).contents() == byKey((0..<4).flatMap { Sample.batch($0) }))
  }

  /// SQLite finds nothing wrong with the file.
  func expectSound() throws {
    let queue = try DatabaseQueue(path: path)
    let verdict = try queue.read { try String.fetchAll($0, sql: "PRAGMA integrity_check") }
    #expect(verdict == ["ok"])
    let dangling = try queue.read { try Row.fetchAll($0, sql: "PRAGMA foreign_key_check") }
    #expect(dangling.isEmpty)
  }
}
