import Foundation
import GRDB
import Scoring
import TestSupport
import Testing

@testable import ResultStore

@Suite struct OpeningTests {
  let directory: TemporaryDirectory
  let path: String

  init() throws {
    directory = try TemporaryDirectory()
    path = directory.file()
  }

  /// Makes a database with plain SQLite.
  func database(_ sql: String) throws {
    let queue = try DatabaseQueue(path: path)
    try queue.writeWithoutTransaction { try $0.execute(sql: sql) }
    try queue.close()
  }

  /// Both ways to open the store, each with the error that it gives.
  func errors() throws -> [ResultStoreError] {
    [
      try storeError { try ResultStore(path: path) },
      try storeError { try ResultStore(readingFrom: path) },
    ]
  }

  @Test func reopeningFindsWhatWasAppended() throws {
    var expected: [Evaluation] = []
    for number in 0..<5 {
      let store = try ResultStore(path: path)
      #expect(try store.contents() == byKey(expected))
      try store.append(Sample.batch(number))
      expected += Sample.batch(number)
      if number % 2 == 0 { try store.close() }
    }
    #expect(try ResultStore(readingFrom: path).contents() == byKey(expected))
  }

  @Test func aClosedStoreIsOneFileThatReadingLeavesAlone() throws {
    let store = try ResultStore(path: path)
    try store.append(Sample.assorted)
    try store.close()
    try store.close()
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path).count == 1)
    let before = try Data(contentsOf: URL(fileURLWithPath: path))
    let reader = try ResultStore(readingFrom: path)
    #expect(try reader.contents() == byKey(Sample.assorted))
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path).count == 1)
    try reader.close()
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
  }

  @Test func aCheckpointMakesTheMainFileComplete() throws {
    let store = try ResultStore(path: path)
    try store.append(Sample.assorted)
    try store.checkpoint()
    let copy = directory.file("copy.sqlite")
    try FileManager.default.copyItem(atPath: path, toPath: copy)
    #expect(try ResultStore(readingFrom: copy).contents() == byKey(Sample.assorted))
    try store.append([Sample.record("later")])
    #expect(try store.contains(Sample.record("later").key))
  }

  @Test func aReaderSeesTheRecordsOfAnOpenWriter() throws {
    let writer = try ResultStore(path: path)
    let reader = try ResultStore(readingFrom: path)
    #expect(try reader.contents().isEmpty)
    try writer.append(Sample.assorted)
    #expect(try reader.contents() == byKey(Sample.assorted))
    try writer.close()
    #expect(try reader.contents() == byKey(Sample.assorted))
  }

  @Test func aReaderSeesTheRecordsOfALaterWriter() throws {
    try ResultStore(path: path).close()
    let reader = try ResultStore(readingFrom: path)
    #expect(try reader.contents().isEmpty)
    let writer = try ResultStore(path: path)
    try writer.append(Sample.assorted)
    #expect(try reader.contents() == byKey(Sample.assorted))
  }

  @Test func aReaderCannotAppend() throws {
    try ResultStore(path: path).close()
    let reader = try ResultStore(readingFrom: path)
    let error = try storeError { try reader.append(Sample.assorted) }
    guard case .notWritable(path, _) = error else { throw error }
    #expect(error.category == .cannotWrite)
  }

  @Test func usingAClosedStoreStopsTheProgram() async {
    await #expect(processExitsWith: .failure) { [path = path as String] in
      do {
        let store = try ResultStore(path: path)
        try store.close()
        _ = try store.series()
      } catch { exit(EXIT_SUCCESS) }
    }
  }

  @Test func anEmptyFileBecomesAStoreButIsNotOneToRead() throws {
    try Data().write(to: URL(fileURLWithPath: path))
    let error = try storeError { try ResultStore(readingFrom: path) }
    #expect(error == .notADatabase(path: path))
    try ResultStore(path: path).append(Sample.assorted)
    #expect(try ResultStore(readingFrom: path).contents() == byKey(Sample.assorted))
  }

  @Test(arguments: [1, 15, 16, 17, 100, 511, 512, 4096, 99_999])
  func aFileOfAnotherKindIsRefusedAndKept(length: Int) throws {
    let text = String(repeating: "x", count: length)
    try text.write(toFile: path, atomically: false, encoding: .utf8)
    #expect(try errors() == [.notADatabase(path: path), .notADatabase(path: path)])
    #expect(try errors().allSatisfy { $0.category == .badData })
    #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
  }

  @Test(arguments: [
    "CREATE TABLE evaluation (id INTEGER)",
    "PRAGMA application_id = 7",
    "PRAGMA user_version = 1",
    "PRAGMA application_id = 7; CREATE TABLE t (x); PRAGMA user_version = 1",
  ])
  func aDatabaseOfSomethingElseIsRefusedAndKept(sql: String) throws {
    try database(sql)
    let before = try Data(contentsOf: URL(fileURLWithPath: path))
    #expect(try errors() == [.foreign(path: path), .foreign(path: path)])
    #expect(try errors().allSatisfy { $0.category == .badData })
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
  }

  @Test func aNewerSchemaIsRefusedAndKept() throws {
    try ResultStore(path: path).close()
    let newer = Schema.version + 1
    try database("PRAGMA user_version = \(newer)")
    let before = try Data(contentsOf: URL(fileURLWithPath: path))
    let expected = ResultStoreError.newer(path: path, schema: newer, supported: Schema.version)
    #expect(try errors() == [expected, expected])
    #expect(expected.category == .badData)
    #expect(expected.description.contains("newer version of tfnas"))
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
  }

  /// A process that is killed while it writes in rollback mode leaves a journal, which whoever comes next has
  /// to roll back before the store can be read.
  @Test func aJournalThatWasLeftIsRolledBack() throws {
    let directory = try TemporaryDirectory()
    let begun = directory.file("begun.sqlite")
    let first = try ResultStore(path: begun)
    try first.append([Sample.record("|a|")])
    try first.close()
    let queue = try DatabaseQueue(path: begun)
    try queue.writeWithoutTransaction { db in
      // One page of memory, so that what is written reaches the file before the transaction ends.
      for text in ["PRAGMA journal_mode = DELETE", "PRAGMA cache_size = 1", "BEGIN IMMEDIATE"] {
        try db.execute(sql: text)
      }
      try db.execute(sql: "CREATE TABLE filler (bytes BLOB)")
      for _ in 0..<200 { try db.execute(sql: "INSERT INTO filler VALUES (randomblob(2000))") }
      for name in ["read", "grown"] {
        for ending in ["", "-journal"] {
          try FileManager.default.copyItem(
            atPath: begun + ending, toPath: directory.file("\(name).sqlite\(ending)"))
        }
      }
      try db.execute(sql: "ROLLBACK")
    }
    let read = try ResultStore(readingFrom: directory.file("read.sqlite"))
    #expect(try read.series().map(\.count) == [1])
    let grown = try ResultStore(growing: directory.file("grown.sqlite"))
    #expect(try grown.append([Sample.record("|b|")]) == 1)
    #expect(try grown.series().map(\.count) == [2])
  }

  /// What a process leaves that is killed between claiming the file and creating its tables.
  @Test func aStoreWithoutTablesIsFinishedByAWriter() throws {
    try database("PRAGMA application_id = \(Schema.applicationID)")
    let error = try storeError { try ResultStore(readingFrom: path) }
    #expect(error == .older(path: path, schema: 0, supported: Schema.version))
    #expect(error.category == .badData)
    try ResultStore(path: path).append(Sample.assorted)
    #expect(try ResultStore(readingFrom: path).contents() == byKey(Sample.assorted))
  }

  @Test func theHeaderNamesTheApplicationAndTheSchema() throws {
    try ResultStore(path: path).close()
    let header = try Data(contentsOf: URL(fileURLWithPath: path)).prefix(100)
    #expect(Array(header[68..<72]) == Array("TFNS".utf8))
    #expect(Array(header[60..<64]) == [0, 0, 0, UInt8(Schema.version)])
  }

  @Test func missingFilesAndDirectoriesAreNamed() throws {
    #expect(try storeError { try ResultStore(readingFrom: path) } == .missing(path: path))
    #expect(ResultStoreError.missing(path: path).category == .missingInput)
    let nested = directory.file("no/such.sqlite")
    #expect(try storeError { try ResultStore(readingFrom: nested) } == .missing(path: nested))
    let error = try storeError { try ResultStore(path: nested) }
    #expect(error == .directoryMissing(path: nested, directory: directory.file("no")))
    #expect(error.category == .cannotWrite)
    #expect(!FileManager.default.fileExists(atPath: directory.file("no")))
  }

  @Test func aDirectoryIsNotAStore() throws {
    let reason = "it is a directory"
    let writing = ResultStoreError.notWritable(path: directory.path, reason: reason)
    #expect(try storeError { try ResultStore(path: directory.path) } == writing)
    let reading = ResultStoreError.notReadable(path: directory.path, reason: reason)
    #expect(try storeError { try ResultStore(readingFrom: directory.path) } == reading)
    #expect(reading.category == .missingInput)
    #expect(try storeError { try ResultStore(path: "") }.category == .cannotWrite)
  }

  @Test func aPathBelowAFileCannotBeWritten() throws {
    try Data().write(to: URL(fileURLWithPath: path))
    let nested = path + "/results.sqlite"
    let error = try storeError { try ResultStore(path: nested) }
    #expect(error == .notWritable(path: nested, reason: "\(path) is not a directory"))
    #expect(error.category == .cannotWrite)
    #expect(try storeError { try ResultStore(readingFrom: nested) }.category == .missingInput)
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/proc/self")))
  func aFileSystemWithoutRoomForFilesCannotBeWritten() throws {
    let error = try storeError { try ResultStore(path: "/proc/results.sqlite") }
    #expect(error.category == .cannotWrite)
    #expect(error.description.contains("/proc/results.sqlite"))
  }

  /// Permissions mean nothing to the superuser.
  @Test(.enabled(if: geteuid() != 0)) func missingPermissionsAreNamed() throws {
    let files = FileManager.default
    try ResultStore(path: path).append(Sample.assorted)
    try ResultStore(path: path).close()
    try files.setAttributes([.posixPermissions: 0o444], ofItemAtPath: path)
    let unwritable = ResultStoreError.notWritable(path: path, reason: "permission denied")
    #expect(try storeError { try ResultStore(path: path) } == unwritable)
    #expect(try ResultStore(readingFrom: path).contents() == byKey(Sample.assorted))

    try files.setAttributes([.posixPermissions: 0o555], ofItemAtPath: directory.path)
    #expect(try ResultStore(readingFrom: path).contents() == byKey(Sample.assorted))
    let new = directory.file("new.sqlite")
    #expect(
      try storeError { try ResultStore(path: new) }
        == .notWritable(path: new, reason: "the directory \(directory.path) is not writable"))

    try files.setAttributes([.posixPermissions: 0o755], ofItemAtPath: directory.path)
    try files.setAttributes([.posixPermissions: 0], ofItemAtPath: path)
    let unreadable = ResultStoreError.notReadable(path: path, reason: "permission denied")
    #expect(try storeError { try ResultStore(readingFrom: path) } == unreadable)
  }

  /// SQLite would take these names for a store in memory and for an option list.
  @Test(arguments: [":memory:", "file:results.sqlite?mode=memory", "-results"])
  func namesWithAMeaningForSQLiteAreFiles(name: String) async {
    await #expect(processExitsWith: .success) { [name, directory = directory.path as String] in
      try #require(FileManager.default.changeCurrentDirectoryPath(directory))
      let store = try ResultStore(path: name)
      try store.append(Sample.assorted)
      try store.close()
      #expect(try FileManager.default.contentsOfDirectory(atPath: ".") == [name])
      #expect(try ResultStore(readingFrom: name).contents() == byKey(Sample.assorted))
    }
  }
}
