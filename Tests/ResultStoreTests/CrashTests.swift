import Foundation
import GRDB
import Scoring
import TestSupport
import Testing

@testable import ResultStore

@Suite struct CrashTests {
  let directory: TemporaryDirectory
  let path: String

  init() throws {
    directory = try TemporaryDirectory()
    path = directory.file()
  }

  /// The files of the store as a process that died at this moment would leave them.
  func wreck(_ name: String, keepingLog bytes: Int? = nil) throws -> String {
    let copy = directory.file(name)
    try FileManager.default.copyItem(atPath: path, toPath: copy)
    let log = try Data(contentsOf: URL(fileURLWithPath: path + "-wal"))
    try log.prefix(bytes ?? log.count).write(to: URL(fileURLWithPath: copy + "-wal"))
    return copy
  }

  @Test func nothingAppendedIsLostWithoutClosing() throws {
    let store = try ResultStore(path: path)
    var expected: [Evaluation] = []
    for number in 0..<10 {
      try store.append(Sample.batch(number))
      expected += Sample.batch(number)
      let copy = try wreck("copy-\(number).sqlite")
      #expect(try ResultStore(readingFrom: copy).contents() == byKey(expected))
      #expect(try ResultStore(path: copy).contents() == byKey(expected))
    }
  }

  /// What a power cut may leave: the log up to any byte.
  @Test(arguments: 0..<20 as Range<UInt64>)
  func aLogThatIsCutShortHoldsTheFirstTransactions(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let store = try ResultStore(path: path)
    let batches = (0..<Int.random(in: 1...8, using: &generator)).map {
      Sample.batch($0, count: Int.random(in: 1...60, using: &generator))
    }
    let checkpoint = Int.random(in: 0...8, using: &generator)
    for (number, batch) in batches.enumerated() {
      try store.append(batch)
      if number == checkpoint { try store.checkpoint() }
    }
    let log = try Data(contentsOf: URL(fileURLWithPath: path + "-wal")).count
    let copy = try wreck("copy.sqlite", keepingLog: Int.random(in: 0...log, using: &generator))
    let survivor = try ResultStore(path: copy)
    let found = try survivor.contents()
    let prefixes = (0...batches.count).map { byKey(batches.prefix($0).joined()) }
    let kept = try #require(prefixes.firstIndex(of: found), "not the first transactions")
    #expect(checkpoint >= batches.count || kept > checkpoint)
    // Running again completes the store.
    for batch in batches { try survivor.append(batch) }
    #expect(try survivor.contents() == prefixes.last)
  }

  @Test func aKilledProcessLosesNothing() async throws {
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
      let store = try ResultStore(path: path)
      for number in 0..<20 { try store.append(Sample.batch(number)) }
      kill(getpid(), SIGKILL)
    }
    let store = try ResultStore(path: path)
    #expect(try store.contents() == byKey((0..<20).flatMap { Sample.batch($0) }))
    #expect(try store.append(Sample.batch(20)) == 10)
  }

  /// Damaged bytes anywhere give an error of bad data or records, but never a crash.
  @Test func aDamagedFileNeverCrashesTheProgram() throws {
    let store = try ResultStore(path: path)
    try store.append(Sample.assorted + (0..<20).flatMap { Sample.batch($0) })
    try store.close()
    let intact = try Data(contentsOf: URL(fileURLWithPath: path))
    var generator = SeededGenerator(seed: 5)
    var refused = 0
    for round in 0..<200 {
      var damaged = intact
      if round % 4 == 0 {
        damaged.removeLast(Int.random(in: 1..<intact.count, using: &generator))
      }
      for _ in 0..<Int.random(in: 1...20, using: &generator) {
        damaged[Int.random(in: 0..<damaged.count, using: &generator)] =
          .random(in: 0...255, using: &generator)
      }
      let copy = directory.file("copy-\(round).sqlite")
      try damaged.write(to: URL(fileURLWithPath: copy))
      do {
        let survivor = try ResultStore(path: copy)
        for (series, _) in try survivor.series() { _ = try survivor.evaluations(in: series) }
        try survivor.append(Sample.batch(99))
        try survivor.close()
      } catch {
        refused += 1
        #expect(error.description.hasPrefix(copy) && !error.description.contains("\n"))
      }
    }
    #expect(refused > 50, "hardly any damage was noticed: \(refused) of 200")
  }

  @Test func aTruncatedFileIsReportedAsDamaged() throws {
    let store = try ResultStore(path: path)
    try store.append((0..<100).flatMap { Sample.batch($0) })
    try store.close()
    let intact = try Data(contentsOf: URL(fileURLWithPath: path))
    try intact.prefix(intact.count / 2 / 4096 * 4096).write(to: URL(fileURLWithPath: path))
    let error = try storeError { try ResultStore(readingFrom: path).contents() }
    guard case .corrupt(path, _) = error else { throw error }
    #expect(error.category == .badData)
  }

  /// The checks of the schema keep SQLite from storing such rows unless they are switched off.
  @Test(arguments: ["score = 'x'", "score = NULL, reason = NULL", "seconds = x'00'"])
  func aRowOfTheWrongTypeIsReportedAsDamaged(change: String) throws {
    let store = try ResultStore(path: path)
    try store.append([Sample.record("a")])
    try store.close()
    let queue = try DatabaseQueue(path: path)
    try queue.writeWithoutTransaction { db in
      try db.execute(
        sql: "PRAGMA ignore_check_constraints = 1; UPDATE evaluation SET \(change)")
    }
    try queue.close()
    let reader = try ResultStore(readingFrom: path)
    let error = try storeError { try reader.evaluation(for: Sample.record("a").key) }
    guard case .corrupt(path, _) = error else { throw error }
  }

  @Test func missingTablesAreNamed() throws {
    try ResultStore(path: path).close()
    let queue = try DatabaseQueue(path: path)
    try queue.writeWithoutTransaction { try $0.execute(sql: "DROP TABLE evaluation") }
    try queue.close()
    let error = try storeError { try ResultStore(readingFrom: path).series() }
    #expect(error == .corrupt(path: path, reason: "its table evaluation is missing"))
    #expect(error.category == .badData)
  }
}
