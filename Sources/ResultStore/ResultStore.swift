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
    /// How many seconds claims last that are not renewed.
    var lease = 60.0
    /// The number of pages that the file may have, to run out of room on purpose.
    var maximumPageCount: Int?
  }

  /// The file of the store, as it was named when it was opened; `./` for an empty name.
  public let path: String

  /// The connection, and what it was opened for.
  private struct Connection {
    var queue: DatabaseQueue
    var access: StoreAccess
    /// Keeps the file from being opened and closed beside SQLite.
    var open: OpenStore
    /// The files of the store as they were when they were last looked at.
    var files: OpenFiles?
  }

  private let options: Options
  /// What claims of this store are known by: the process, and a number that tells its stores apart.
  let owner =
    (ProcessIdentity.current?.text ?? "unknown 0 0") + " \(UInt64.random(in: 0...UInt64.max))"
  /// Whether a connection for reading becomes one for writing where something is appended.
  private let isGrowing: Bool
  private let connection: Mutex<Connection?>

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

  /// Opens a store that may hold all that is needed: for reading until something is appended, so that a
  /// complete store can lie on a read-only disk and is left as it was, to the byte.
  ///
  /// Where there is none, where its creation was not finished, and where a process that was killed left
  /// its log behind, it is opened for appending at once.
  ///
  /// - Parameter path: the file; its directory must exist.
  /// - Throws: ``ResultStoreError`` as the other initialisers; that the file cannot be written is seen by
  ///   ``prepareToAppend()``.
  public convenience init(growing path: String) throws(ResultStoreError) {
    try self.init(growing: path, options: Options())
  }

  init(growing path: String, options: Options) throws(ResultStoreError) {
    self.path = Self.named(path)
    self.options = options
    isGrowing = true
    let file = StoreFile(path: self.path, access: .writing)
    if file.isPlain, !file.isEmpty, !(file.hasLog && file.isWritable) {
      do {
        connection = Mutex(
          try Self.connection(to: self.path, access: .reading, options: options))
        return
      } catch ResultStoreError.missing, ResultStoreError.older {
        // Appending creates or completes it.
      }
    }
    connection = Mutex(try Self.connection(to: self.path, access: .writing, options: options))
  }

  init(path: String, access: StoreAccess, options: Options) throws(ResultStoreError) {
    self.path = Self.named(path)
    self.options = options
    isGrowing = false
    connection = Mutex(try Self.connection(to: self.path, access: access, options: options))
  }

  private static func named(_ path: String) -> String { path.isEmpty ? "./" : path }

  private static func connection(
    to path: String, access: StoreAccess, options: Options
  ) throws(ResultStoreError) -> Connection {
    do {
      let (queue, open) = try connect(path: path, access: access, options: options)
      return Connection(
        queue: queue, access: access, open: open,
        files: access == .writing ? OpenFiles(path) : nil)
    } catch {
      throw ResultStoreError(error, path: path, access: access)
    }
  }

  /// Makes sure that records can be appended, which a long computation asks before it begins.
  ///
  /// - Throws: ``ResultStoreError`` where the file cannot be written, or was opened for reading alone.
  public func prepareToAppend() throws(ResultStoreError) {
    do {
      try connection.withLock { connection in
        guard isGrowing, connection?.access == .reading else { return }
        let (writer, open) = try Self.connect(path: path, access: .writing, options: options)
        try connection?.queue.close()
        connection = Connection(
          queue: writer, access: .writing, open: open, files: OpenFiles(path))
      }
    } catch {
      throw ResultStoreError(error, path: path, access: .writing)
    }
  }

  /// Undoes what a process that was killed left half-done, which nobody can who only reads.
  static func rollBack(_ store: StoreFile, _ file: String, _ reading: Configuration) throws {
    guard store.hasJournal, store.isWritable else { return }
    var writing = reading
    writing.readonly = false
    let writer = try DatabaseQueue(path: file, configuration: writing)
    try writer.inDatabase { db in _ = try Row.fetchOne(db, sql: "SELECT * FROM sqlite_master") }
    try writer.close()
  }

  private static func connect(
    path: String, access: StoreAccess, options: Options
  ) throws -> (DatabaseQueue, OpenStore) {
    let store = StoreFile(path: path, access: access)
    let open = try OpenStore.enter(store)
    var configuration = Configuration()
    configuration.label = "ResultStore"
    configuration.readonly = access == .reading
    configuration.busyMode = .timeout(options.patience)
    configuration.prepareDatabase { db in db.add(function: Schema.checksumFunction) }
    // A relative path gets a directory, because SQLite gives a meaning of its own to `:memory:`
    // and to `file:`, and would keep such a store in memory.
    let file = path.hasPrefix("/") ? path : "./" + path
    if access == .reading { try rollBack(store, file, configuration) }
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
    try queue.inDatabase { db in try Schema.checkSettings(db, path: path) }
    return (queue, open)
  }

  /// The version of SQLite, such as `3.40.1`.
  ///
  /// - Throws: ``ResultStoreError`` where SQLite does not even open a database in memory.
  public static func libraryVersion() throws(ResultStoreError) -> String {
    do {
      return try DatabaseQueue().inDatabase { db in
        try String.fetchOne(db, sql: "SELECT sqlite_version()") ?? "of an unknown version"
      }
    } catch {
      throw ResultStoreError(error, path: ":memory:", access: .reading)
    }
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

  /// Refuses to go on where the file was deleted, moved or replaced, or its log was cut, since it was
  /// opened: SQLite writes on into what nobody can open any more.
  func guardFile() throws(ResultStoreError) {
    let known = connection.withLock { $0?.files }
    guard let known else { return }
    let now = OpenFiles(path)
    guard known.file == now.file else { throw .replaced(path: path) }
    // A log goes, or becomes shorter, when another process folds it in: then it has no frame left to read.
    let isOther = known.log != nil && known.log != now.log
    if isOther || now.logSize < known.logSize, try !holdsItsLog(now.logSize) {
      throw .corrupt(path: path, reason: "its log was cut while it was open")
    }
  }

  /// Remembers how long the log is.
  func noteLog() { connection.withLock { $0?.files = OpenFiles(path) } }

  /// Whether the frames that SQLite knows of fit into a log of some bytes: a header of 32, and a page with a
  /// header of 24 for each.
  private func holdsItsLog(_ bytes: Int64) throws(ResultStoreError) -> Bool {
    do {
      return try perform { queue in
        try queue.inDatabase { db in
          let page = try Int64.fetchOne(db, sql: "PRAGMA page_size") ?? 4096
          let frames = Int64(try db.checkpoint(.passive).walFrameCount)
          return frames <= 0 || 32 + frames * (page + 24) <= bytes
        }
      }
    } catch .corrupt, .inputOutput, .notADatabase {
      return false
    }
  }

  /// Folds the write-ahead log into the main file, so that the one file can be copied.
  ///
  /// - Throws: ``ResultStoreError/busy(path:)`` where another process reads or writes all the time.
  public func checkpoint() throws(ResultStoreError) {
    try perform { queue in
      try queue.inDatabase { db in _ = try db.checkpoint(.truncate) }
    }
    noteLog()
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
    try guardFile()
    guard let last = connection.withLock({ $0.take() }) else { return }
    do {
      if last.access == .writing { try last.queue.inDatabase(Self.leaveWriteAheadMode) }
      try last.queue.close()
    } catch {
      throw ResultStoreError(error, path: path, access: last.access)
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

  /// How many seconds claims last that are not renewed.
  var lease: Double { options.lease }

  /// Runs a piece of work on the connection, and gives its errors the name of the file.
  func perform<Result>(
    _ work: (DatabaseQueue) throws -> Result
  ) throws(ResultStoreError) -> Result {
    guard let open = connection.withLock({ $0 }) else {
      preconditionFailure("the store \(path) was used after it had been closed")
    }
    do {
      return try work(open.queue)
    } catch {
      throw ResultStoreError(error, path: path, access: open.access)
    }
  }
}
