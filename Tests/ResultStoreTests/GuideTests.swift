import Foundation
import GRDB
import TestSupport
import Testing

@testable import ResultStore

/// The SQL in the guide does what the guide says.
@Suite struct GuideTests {
  let directory: TemporaryDirectory
  let queue: DatabaseQueue
  let guide: String
  let blocks: [String]

  init() throws {
    directory = try TemporaryDirectory()
    let store = try ResultStore(path: directory.file())
    try store.append(Array(Sample.assorted.prefix(10)))
    try store.close()
    let other = try ResultStore(path: directory.file("other.sqlite"))
    try other.append(Array(Sample.assorted.suffix(10)))
    try other.close()
    queue = try DatabaseQueue(path: directory.file())

    let root = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    guide = try String(
      contentsOf: root.appendingPathComponent("Guides/Store.md"), encoding: .utf8)
    let otherPath = directory.file("other.sqlite")
    blocks = guide.components(separatedBy: "```sql\n").dropFirst().map { block in
      block.components(separatedBy: "```")[0]
        .replacingOccurrences(of: "'other.sqlite'", with: "'\(otherPath)'")
    }
  }

  func block(containing text: String) throws -> String {
    try #require(blocks.first { $0.contains(text) })
  }

  /// The rows of the only query in a block.
  func rows(of block: String) throws -> [Row] {
    try queue.writeWithoutTransaction { db in
      var rows: [Row] = []
      let statements = try db.allStatements(sql: block)
      while let statement = try statements.next() {
        rows += try Row.fetchAll(statement)
      }
      return rows
    }
  }

  @Test func queriesFindTheRecords() throws {
    let records = Sample.assorted.prefix(10)
    let overview = try rows(of: block(containing: "count(*) AS networks, count(score)"))
    #expect(overview.count == Set(records.map(\.key.series)).count)
    #expect(overview.reduce(0) { $0 + ($1["networks"] as Int) } == records.count)
    let scored = records.filter { $0.score.value != nil }
    #expect(overview.reduce(0) { $0 + ($1["scored"] as Int) } == scored.count)

    let settings = try rows(of: block(containing: "SELECT hash, json"))
    #expect(
      Set(settings.map { $0["hash"] as String }) == Set(records.map(\.key.series.settingsHash)))

    let best = try rows(of: block(containing: "LIMIT 10")).map { $0["score"] as Double }
    let expected = scored.filter { $0.space == "nas-bench-201" }.compactMap(\.score.value)
    #expect(best == expected.sorted(by: >))

    let reasons = try rows(of: block(containing: "GROUP BY proxy, reason"))
    #expect(reasons.map { $0["networks"] as Int } == [records.count - scored.count])
  }

  @Test func deletingRemovesTheRecordsOfAProxyAndVersion() throws {
    let kept = Sample.assorted.prefix(10).filter { $0.proxy != "synflow" || $0.version != "1.0" }
    try queue.writeWithoutTransaction { db in
      try db.execute(
        sql: "UPDATE version SET name = '1.0.0' WHERE name = '1.0'")
    }
    _ = try rows(of: block(containing: "DELETE FROM evaluation"))
    try queue.writeWithoutTransaction { db in
      try db.execute(sql: "UPDATE version SET name = '1.0' WHERE name = '1.0.0'")
    }
    #expect(try ResultStore(readingFrom: directory.file()).contents() == byKey(kept))
  }

  @Test func mergingGivesTheUnion() throws {
    #expect(try rows(of: block(containing: "mine.reason IS NOT")).isEmpty)
    for _ in 0..<2 { _ = try rows(of: block(containing: "INSERT OR IGNORE")) }
    #expect(try ResultStore(readingFrom: directory.file()).contents() == byKey(Sample.assorted))
  }

  @Test func contradictionsAreFoundBeforeMerging() throws {
    try queue.writeWithoutTransaction { db in
      try db.execute(sql: "UPDATE evaluation SET score = score + 1 WHERE score IS NOT NULL")
    }
    let shared = Sample.assorted.prefix(10).suffix(4).filter { $0.score.value != nil }
    #expect(try rows(of: block(containing: "mine.reason IS NOT")).count == shared.count)
    #expect(!shared.isEmpty)
  }

  /// Every row of the table of tables names a table and all of its columns.
  @Test func theSchemaOfTheGuideIsTheSchema() throws {
    let tables = try queue.read { db in
      let names = try String.fetchAll(
        db, sql: "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'grdb%'")
      return try names.map { name in
        let columns = try db.columns(in: name).map { "`\($0.name)`" }
        return "| `\(name)` | \(columns.joined(separator: ", ")) |"
      }
    }
    #expect(tables.count == 9)
    for table in tables { #expect(guide.contains(table)) }
  }
}
