import Foundation
import GRDB
import Scoring
import TestSupport
import Testing

@testable import ResultStore

/// A store that was damaged never gives a wrong score, and keeps what was not hit.
@Suite struct DamageTests {
  let directory: TemporaryDirectory
  let path: String

  init() throws {
    directory = try TemporaryDirectory()
    path = directory.file()
  }

  /// A store of records with scores that differ, as bytes, and the records.
  func sample(count: Int) throws -> (records: [EvaluationKey: Evaluation], bytes: [UInt8]) {
    var generator = SeededGenerator(seed: 1)
    let records = (0..<count).map { number in
      Sample.record(
        "arch-\(number)",
        score: number % 9 == 0
          ? .undefined("no path \(number)") : .value(Double.random(in: -2...2, using: &generator)))
    }
    let store = try ResultStore(path: path)
    try store.append(records)
    try store.close()
    return (byKey(records), Array(try Data(contentsOf: URL(fileURLWithPath: path))))
  }

  /// Reads everything by both ways of reading; nothing where the store says that it is damaged.
  private func contents(of path: String) -> [EvaluationKey: Evaluation]? {
    guard let store = try? ResultStore(readingFrom: path), let series = try? store.series()
    else { return nil }
    var contents: [EvaluationKey: Evaluation] = [:]
    for (series, _) in series {
      guard let records = try? store.evaluations(in: series) else { return nil }
      for record in records.values { contents[record.key] = record }
    }
    return contents
  }

  /// A record that was never stored; an expectation for each of a hundred thousand would take minutes.
  private func foreign(
    _ found: [EvaluationKey: Evaluation], to records: [EvaluationKey: Evaluation]
  ) -> Evaluation? {
    found.first { records[$0.key] != $0.value }?.value
  }

  @Test func aFlippedBitNeverGivesAnotherScore() throws {
    let (records, bytes) = try sample(count: 200)
    var generator = SeededGenerator(seed: 2)
    var refused = 0
    var whole = 0
    for _ in 0..<300 {
      var damaged = bytes
      let place = Int.random(in: 0..<bytes.count, using: &generator)
      damaged[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
      try Data(damaged).write(to: URL(fileURLWithPath: path))
      if let found = contents(of: path) {
        #expect(foreign(found, to: records) == nil, "byte \(place)")
      } else {
        refused += 1
      }
      // What can be read of a file that is a store at all is as it was.
      let mended = directory.file("mended.sqlite")
      guard let check = try? ResultStore.repair(path, into: mended) else { continue }
      let kept = try #require(contents(of: mended))
      #expect(kept.count == check.sound)
      #expect(foreign(kept, to: records) == nil, "byte \(place)")
      if kept.count < records.count { #expect(!check.problems.isEmpty, "byte \(place)") }
      if kept.count == records.count { whole += 1 }
      try FileManager.default.removeItem(atPath: mended)
    }
    #expect(refused > 0)
    // Most bits are part of one record, or of none.
    #expect(whole > 100, "\(whole)")
  }

  @Test func aDamagedPageNeverGivesAnotherScore() throws {
    let (records, bytes) = try sample(count: 500)
    var generator = SeededGenerator(seed: 3)
    for number in 0..<100 {
      var damaged = bytes
      let page = 4096 * Int.random(in: 0..<bytes.count / 4096, using: &generator)
      for place in page..<page + 4096 {
        damaged[place] = number % 2 == 0 ? 0 : UInt8.random(in: 0...255, using: &generator)
      }
      try Data(damaged).write(to: URL(fileURLWithPath: path))
      #expect(foreign(contents(of: path) ?? [:], to: records) == nil, "page \(page)")
    }
  }

  /// The first page holds what made the tables, and no record.
  @Test func whatMadeTheTablesCanBeLost() throws {
    let (records, bytes) = try sample(count: 200)
    var generator = SeededGenerator(seed: 4)
    var repaired = 0
    for _ in 0..<60 {
      var damaged = bytes
      // What comes before says whose file it is, and of which size.
      let place = Int.random(in: 100..<4096, using: &generator)
      damaged[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
      try Data(damaged).write(to: URL(fileURLWithPath: path))
      let check = try ResultStore.check(path)
      #expect(check.sound == records.count, "byte \(place): \(check.problems)")
      if contents(of: path) == nil { #expect(!check.problems.isEmpty, "byte \(place)") }
      guard !check.problems.isEmpty else { continue }
      repaired += 1
      let mended = directory.file("mended.sqlite")
      _ = try ResultStore.repair(path, into: mended)
      #expect(contents(of: mended) == records, "byte \(place)")
      try FileManager.default.removeItem(atPath: mended)
    }
    #expect(repaired > 20, "\(repaired)")
  }

  /// Records that cannot be found under their names would be computed again, all of them.
  @Test(arguments: [
    "UPDATE series SET proxy = 'vkdnx'", "UPDATE series SET seed = seed + 1",
    "UPDATE space SET name = 'nas-bench-200'",
    "INSERT INTO space VALUES (7, 'another'); UPDATE architecture SET space = 7 WHERE id % 2 = 0",
  ])
  func recordsThatCannotBeFoundAreDamage(change: String) throws {
    let (records, _) = try sample(count: 20)
    let asked = try #require(records.keys.first).series
    let queue = try DatabaseQueue(path: path)
    try queue.write { db in try db.execute(sql: change) }
    try queue.close()
    let store = try ResultStore(readingFrom: path)
    #expect(throws: ResultStoreError.self) { try store.evaluations(in: asked) }
    if !change.contains("another") {
      #expect(throws: ResultStoreError.self) {
        try store.evaluations(
          space: asked.space, proxy: asked.proxy, settings: asked.settings, seed: asked.seed)
      }
    }
  }

  /// A series of which nothing is stored has no records, in a store of others too.
  @Test func whatIsNotStoredIsNoDamage() throws {
    let (records, _) = try sample(count: 20)
    var asked = try #require(records.keys.first).series
    asked.proxy = "naswot"
    let store = try ResultStore(readingFrom: path)
    #expect(try store.evaluations(in: asked).isEmpty)
  }

  @Test func aDamagedRecordIsNamed() throws {
    _ = try sample(count: 20)
    let queue = try DatabaseQueue(path: path)
    try queue.writeWithoutTransaction { db in
      try db.execute(sql: "UPDATE evaluation SET score = 1.25 WHERE architecture = 3")
    }
    try queue.close()
    let store = try ResultStore(readingFrom: path)
    let error = try storeError { try store.contents() }
    #expect(error.category == .badData)
    #expect(error.description.contains("table evaluation"))
    #expect(error.description.contains("arch-2"))
    let check = try ResultStore.check(path)
    #expect(check.sound == 19)
    #expect(check.problems.count == 1)
    #expect(check.problems[0].hasPrefix("table evaluation, architecture 3, series 1"))
  }

  @Test func settingsWithoutTheirHashAreNamed() throws {
    _ = try sample(count: 5)
    let queue = try DatabaseQueue(path: path)
    try queue.writeWithoutTransaction { db in
      try db.execute(sql: "UPDATE settings SET json = '{\"batch\":65}'")
    }
    try queue.close()
    for error in [
      try storeError { try ResultStore(path: path) },
      try storeError { try ResultStore(readingFrom: path) },
    ] {
      #expect(error.category == .badData)
      #expect(error.description.contains("table settings, row 1"))
    }
    let check = try ResultStore.check(path)
    #expect(check.sound == 0)
    #expect(check.problems.contains { $0.hasPrefix("table settings, row 1") })
  }

  @Test(arguments: [
    "CREATE TRIGGER t AFTER INSERT ON evaluation BEGIN DELETE FROM evaluation; END",
    "CREATE VIEW other AS SELECT 1", "CREATE TABLE other (id)",
    "DROP VIEW record; CREATE VIEW record AS SELECT 1",
    "DROP TABLE version",
  ])
  func aSchemaThatSomebodyChangedIsRefused(sql: String) throws {
    _ = try sample(count: 5)
    let queue = try DatabaseQueue(path: path)
    try queue.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA foreign_keys = OFF")
      try db.execute(sql: sql)
    }
    try queue.close()
    #expect(try storeError { try ResultStore(path: path) }.category == .badData)
    #expect(try storeError { try ResultStore(readingFrom: path) }.category == .badData)
  }

  @Test func numbersThatAreNotFiniteAreRefused() throws {
    _ = try sample(count: 5)
    let queue = try DatabaseQueue(path: path)
    try queue.writeWithoutTransaction { db in
      try db.execute(sql: "UPDATE evaluation SET score = 9e999 WHERE architecture = 2")
    }
    try queue.close()
    let store = try ResultStore(readingFrom: path)
    #expect(try storeError { try store.contents() }.category == .badData)
  }

  @Test func aStoreThatVanishesIsNoticedByTheNextAppend() throws {
    let store = try ResultStore(path: path)
    try store.append([Sample.record("a")])
    try FileManager.default.removeItem(atPath: path)
    #expect(try storeError { try store.append([Sample.record("b")]) } == .replaced(path: path))
    #expect(try storeError { try store.close() } == .replaced(path: path))
  }

  @Test func aStoreThatIsReplacedIsNoticedByTheNextAppend() throws {
    let store = try ResultStore(path: path)
    try store.append([Sample.record("a")])
    try FileManager.default.moveItem(atPath: path, toPath: directory.file("moved.sqlite"))
    let other = try ResultStore(path: directory.file("other.sqlite"))
    try other.append([Sample.record("c")])
    try other.close()
    try FileManager.default.moveItem(atPath: directory.file("other.sqlite"), toPath: path)
    let error = try storeError { try store.append([Sample.record("b")]) }
    #expect(error == .replaced(path: path))
    #expect(error.category == .cannotWrite)
  }

  @Test func aLogThatIsCutIsNoticedByTheNextAppend() throws {
    let store = try ResultStore(path: path)
    try store.append((0..<50).map { Sample.record("a\($0)") })
    #expect(truncate(path + "-wal", 0) == 0)
    #expect(try storeError { try store.append([Sample.record("b")]) }.category == .badData)
  }

  @Test func aLogThatAnotherProcessFoldedInIsNoDamage() throws {
    let store = try ResultStore(path: path)
    try store.append((0..<50).map { Sample.record("a\($0)") })
    let other = try ResultStore(path: path)
    try other.checkpoint()
    try store.append([Sample.record("b")])
    #expect(try store.contents().count == 51)
  }

  @Test func aStoreOfTheFirstSchemaIsReadAndGetsItsChecksums() throws {
    let queue = try DatabaseQueue(path: path)
    try queue.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA application_id = \(Schema.applicationID)")
    }
    try Schema.migrator.migrate(queue, upTo: "1-evaluations")
    try queue.write { db in
      try db.execute(sql: "INSERT INTO space VALUES (1, 'nas-bench-201')")
      try db.execute(sql: "INSERT INTO version VALUES (1, '0.1.0')")
      try db.execute(
        sql: "INSERT INTO settings VALUES (1, ?, ?)",
        arguments: [Sample.series.settingsHash, Sample.series.settings])
      try db.execute(sql: "INSERT INTO series VALUES (1, 1, 'vkdnw', 1, 1)")
      for number in 1...3 {
        try db.execute(sql: "INSERT INTO architecture VALUES (\(number), 1, 'a\(number)')")
        try db.execute(
          sql: "INSERT INTO evaluation VALUES (?, 1, 1, ?, ?, 0.25)",
          arguments: [number, number == 3 ? nil : Double(number), number == 3 ? "none" : nil])
      }
    }
    try queue.close()
    let expected = try ResultStore(readingFrom: path).contents()
    #expect(expected.count == 3)
    #expect(expected.values.allSatisfy { $0.kernels.isEmpty && $0.version == "0.1.0" })
    let store = try ResultStore(path: path)
    #expect(try store.contents() == expected)
    try store.close()
    #expect(try ResultStore.check(path).problems == [])
    #expect(try ResultStore.check(path).sound == 3)
  }

  @Test func scoresOfTwoKindsOfProcessorLieSideBySide() throws {
    let store = try ResultStore(path: path)
    var first = Sample.record("a", score: .value(0.5))
    first.kernels = "AVX2"
    var second = Sample.record("a", score: .value(0.5000000001))
    second.kernels = "SSE4.1"
    #expect(try store.append([first, second]) == 2)
    #expect(try store.evaluation(for: first.key) == first)
    #expect(try store.evaluation(for: second.key) == second)
    #expect(try store.series().map(\.series.kernels) == ["AVX2", "SSE4.1"])
  }
}
