internal import Foundation
internal import GRDB
internal import Synchronization

/// A file of evaluation records that survives crashes and never overwrites a score.
///
/// A store is one SQLite database in write-ahead-log mode. Records are appended in transactions:
/// once ``append(_:)`` has returned, killing the process loses nothing, and a process that is
/// killed before leaves nothing of the transaction behind. A power cut or a crash of the operating
/// system can lose the transactions of the last moments (those that the system had not written to
/// the disk, at most those since the last checkpoint), but always the latest ones, and it never
/// damages what came before.
///
/// A store may be used from many threads, and by several processes at once on one machine: writers
/// wait for each other. It must not lie on a network file system.
public final class ResultStore: Sendable {
  /// What differs between a store in use and a store under test.
  struct Options: Sendable {
    /// How many seconds a locked store is waited for.
    var patience = 10.0
    /// The number of pages that the file may have, to run out of room on purpose.
    var maximumPageCount: Int?
  }

  /// The file of the store, as it was named when it was opened; `./` for an empty name.
  public let path: String

  private let access: StoreAccess
  private let connection: Mutex<DatabaseQueue?>

  /// Opens a store for appending, and creates it where there is none.
  ///
  /// - Parameter path: the file; its directory must exist.
  /// - Throws: ``ResultStoreError`` where the file is something else, was written by a newer
  ///   version, is damaged, cannot be written, or stays locked by another process for 10 seconds.
  public convenience init(path: String) throws(ResultStoreError) {
    try self.init(path: path, access: .writing, options: Options())
  }

  /// Opens a store for reading alone, as reports do.
  ///
  /// Appending to such a store fails with ``ResultStoreError/notWritable(path:reason:)``.
  ///
  /// - Parameter path: the file, which must exist.
  /// - Throws: ``ResultStoreError`` where the file is missing, is something else, was written by a
  ///   newer version, is damaged, or stays locked by another process for 10 seconds.
  public convenience init(readingFrom path: String) throws(ResultStoreError) {
    try self.init(path: path, access: .reading, options: Options())
  }

  init(path: String, access: StoreAccess, options: Options) throws(ResultStoreError) {
    let path = path.isEmpty ? "./" : path
    self.path = path
    self.access = access
    do {
      connection = Mutex(try Self.connect(path: path, access: access, options: options))
    } catch {
      throw ResultStoreError(error, path: path, access: access)
    }
  }

  private static func connect(
    path: String, access: StoreAccess, options: Options
  ) throws -> DatabaseQueue {
    let store = StoreFile(path: path, access: access)
    try store.inspect()
    var configuration = Configuration()
    configuration.label = "ResultStore"
    configuration.readonly = access == .reading
    configuration.busyMode = .timeout(options.patience)
    // A relative path gets a directory, because SQLite gives a meaning of its own to `:memory:`
    // and to `file:`, and would keep such a store in memory.
    let file = path.hasPrefix("/") ? path : "./" + path
    let queue = try DatabaseQueue(path: file, configuration: configuration)
    if access == .writing, !store.isWritable {
      // SQLite quietly falls back to reading where it may not write, which would come to light
      // only after hours of computing.
      throw ResultStoreError.notWritable(path: path, reason: "permission denied")
    }
    try queue.inDatabase { db in
      try Schema.identify(db, path: path, access: access)
      if let limit = options.maximumPageCount {
        try db.execute(sql: "PRAGMA max_page_count = \(limit)")
      }
    }
    if access == .writing {
      // The schema is created in rollback mode, so that the main file is a valid store even
      // without its write-ahead log.
      try migrate(queue)
      try enterWriteAheadMode(queue, path: path, patience: options.patience)
    }
    return queue
  }

  private static func migrate(_ queue: DatabaseQueue) throws {
    let migrator = Schema.migrator
    do {
      try migrator.migrate(queue)
    } catch {
      // Of two processes that create one store, the second finds the tables there.
      guard try queue.inDatabase(migrator.hasCompletedMigrations) else { throw error }
    }
  }

  /// Switches to the write-ahead log, which SQLite refuses at once, without waiting for the lock,
  /// while another process is at the file in rollback mode: opening, closing or reading it.
  private static func enterWriteAheadMode(
    _ queue: DatabaseQueue, path: String, patience: Double
  ) throws {
    let deadline = ContinuousClock.now + .seconds(patience)
    while true {
      do {
        let mode = try queue.inDatabase { db in
          try String.fetchOne(db, sql: "PRAGMA journal_mode = WAL")
        }
        guard mode == "wal" else {
          throw ResultStoreError.notWritable(
            path: path, reason: "the file system does not support a write-ahead log")
        }
        break
      } catch DatabaseError.SQLITE_BUSY where ContinuousClock.now < deadline {
        Thread.sleep(forTimeInterval: 0.005)
      }
    }
    try queue.inDatabase { db in try db.execute(sql: "PRAGMA synchronous = NORMAL") }
  }

  /// Folds the write-ahead log into the main file, so that the one file can be copied.
  ///
  /// - Throws: ``ResultStoreError/busy(path:)`` where another process reads or writes all the time.
  public func checkpoint() throws(ResultStoreError) {
    try perform { queue in
      try queue.inDatabase { db in _ = try db.checkpoint(.truncate) }
    }
  }

  /// Closes the store and leaves one plain file that can be copied, committed or read anywhere.
  ///
  /// Where another process still has the store open, its write-ahead log stays until the last one
  /// closes it. Closing twice does nothing; any other use after closing is a programmer mistake. A
  /// store that is released without being closed loses nothing.
  ///
  /// - Throws: ``ResultStoreError`` where the log could not be folded into the main file. The
  ///   records are then safe in the log.
  public func close() throws(ResultStoreError) {
    guard let queue = connection.withLock({ $0.take() }) else { return }
    do {
      if access == .writing { try queue.inDatabase(Self.leaveWriteAheadMode) }
      try queue.close()
    } catch {
      throw ResultStoreError(error, path: path, access: access)
    }
  }

  private static func leaveWriteAheadMode(_ db: Database) throws {
    // Whoever else is at work keeps the log in use, which is no failure: the records are safe in
    // it. What can be folded in without waiting is, unless somebody else is doing just that.
    do {
      try db.execute(sql: "PRAGMA synchronous = FULL")
      try db.execute(sql: "PRAGMA journal_mode = DELETE")
    } catch DatabaseError.SQLITE_BUSY {
      do { try db.checkpoint(.passive) } catch DatabaseError.SQLITE_BUSY {}
    }
  }

  /// Runs a piece of work on the connection, and gives its errors the name of the file.
  func perform<Result>(
    _ work: (DatabaseQueue) throws -> Result
  ) throws(ResultStoreError) -> Result {
    guard let queue = connection.withLock({ $0 }) else {
      preconditionFailure("the store \(path) was used after it had been closed")
    }
    do {
      return try work(queue)
    } catch {
      throw ResultStoreError(error, path: path, access: access)
    }
  }
}
