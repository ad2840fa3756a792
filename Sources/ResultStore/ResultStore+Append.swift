internal import GRDB
public import Scoring

extension ResultStore {
  /// Appends records in one transaction: all of them or, where it throws, none.
  ///
  /// A record whose key is there with the same score, bit by bit, is skipped, and the version and
  /// seconds of the first one stay. Another score under the same key is refused, because the same
  /// computation must give the same digits: somewhere is a mistake.
  ///
  /// It is a programmer mistake to append a number that is not finite, or a text with a NUL.
  ///
  /// - Parameter evaluations: the records.
  /// - Returns: the number of records that were not there before.
  /// - Throws: ``ResultStoreError/conflict(path:stored:appended:)`` for another score under the
  ///   same key, or what is wrong with the file. A record of another version whose score differs by
  ///   rounding stays as it is.
  @discardableResult
  public func append(_ evaluations: [Evaluation]) throws(ResultStoreError) -> Int {
    for evaluation in evaluations { Self.check(evaluation) }
    try prepareToAppend()
    try guardFile()
    let count = try perform { queue in
      try queue.write { db in
        var writer = RecordWriter(path: path)
        var count = 0
        for evaluation in evaluations where try writer.insert(evaluation, into: db) { count += 1 }
        return count
      }
    }
    noteLog()
    return count
  }

  /// Appends every record of another store in one transaction.
  ///
  /// - Parameter other: the store to read.
  /// - Returns: the number of records that were not there before.
  /// - Throws: ``ResultStoreError``, which names the store at fault, as for ``append(_:)``.
  @discardableResult
  public func merge(_ other: ResultStore) throws(ResultStoreError) -> Int {
    var evaluations: [Evaluation] = []
    for (series, _) in try other.series() {
      evaluations += try other.evaluations(in: series).values
    }
    return try append(evaluations)
  }

  private static func check(_ evaluation: Evaluation) {
    if case .value(let number) = evaluation.score {
      precondition(number.isFinite, "the score of \(evaluation.key) is \(number)")
    }
    precondition(
      evaluation.seconds.isFinite,
      "the seconds of \(evaluation.key) are \(evaluation.seconds)")
    evaluation.key.check()
    // SQLite is handed C strings, which end at the first NUL.
    precondition(
      !evaluation.version.utf8.contains(0) && evaluation.score.reason?.utf8.contains(0) != true,
      "the version or the reason of \(evaluation.key) contains a NUL")
  }
}

/// Inserts records within one transaction, and remembers the row ids that they share.
///
/// It must not outlive its transaction: after a rollback the row ids mean nothing.
struct RecordWriter {
  let path: String
  private var spaces: [String: Int64] = [:]
  private var versions: [String: Int64] = [:]
  private var series: [EvaluationSeries: Int64] = [:]
  /// The names of series in claims.
  private var claimNames: [EvaluationSeries: String] = [:]

  init(path: String) { self.path = path }

  /// Inserts a record and says whether it was new.
  mutating func insert(_ evaluation: Evaluation, into db: Database) throws -> Bool {
    let key = evaluation.key
    try endClaim(on: key, in: db)
    if let stored = try ResultStore.fetch(key, from: db, path: path) {
      guard stored.agrees(with: evaluation) else {
        throw ResultStoreError.conflict(path: path, stored: stored, appended: evaluation)
      }
      return false
    }
    let space = try id(ofSpace: key.series.space, in: db)
    let architecture = try Self.id(
      in: db, select: "SELECT id FROM architecture WHERE space = ? AND text = ?",
      insert: "INSERT INTO architecture (space, text) VALUES (?, ?)",
      [space, key.architecture])
    let series = try id(of: key.series, space: space, in: db)
    let version = try id(ofVersion: evaluation.version, in: db)
    let insert = try db.cachedStatement(
      sql: """
        INSERT INTO evaluation (architecture, series, version, score, reason, seconds, checksum)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        """)
    try insert.execute(arguments: [
      architecture, series, version, evaluation.score.value, evaluation.score.reason,
      evaluation.seconds, evaluation.checksum,
    ])
    return true
  }

  /// What is there need not be computed by anybody.
  private mutating func endClaim(on key: EvaluationKey, in db: Database) throws {
    let name = claimNames[key.series] ?? key.series.claimName
    claimNames[key.series] = name
    let delete = try db.cachedStatement(
      sql: "DELETE FROM claim WHERE architecture = ? AND series = ?")
    try delete.execute(arguments: [key.architecture, name])
  }

  private mutating func id(ofSpace name: String, in db: Database) throws -> Int64 {
    if let id = spaces[name] { return id }
    let id = try Self.id(
      in: db, select: "SELECT id FROM space WHERE name = ?",
      insert: "INSERT INTO space (name) VALUES (?)", [name])
    spaces[name] = id
    return id
  }

  private mutating func id(ofVersion name: String, in db: Database) throws -> Int64 {
    if let id = versions[name] { return id }
    let id = try Self.id(
      in: db, select: "SELECT id FROM version WHERE name = ?",
      insert: "INSERT INTO version (name) VALUES (?)", [name])
    versions[name] = id
    return id
  }

  private mutating func id(
    of series: EvaluationSeries, space: Int64, in db: Database
  ) throws -> Int64 {
    if let id = self.series[series] { return id }
    let settings = try Self.id(
      in: db, select: "SELECT id FROM settings WHERE hash = ? AND json = ?",
      insert: "INSERT INTO settings (hash, json) VALUES (?, ?)",
      [series.settingsHash, series.settings])
    let kernels = try Self.id(
      in: db, select: "SELECT id FROM kernels WHERE name = ?",
      insert: "INSERT INTO kernels (name) VALUES (?)", [series.kernels])
    let id = try Self.id(
      in: db,
      select: """
        SELECT id FROM series
        WHERE space = ? AND proxy = ? AND settings = ? AND seed = ? AND kernels = ?
        """,
      insert: """
        INSERT INTO series (space, proxy, settings, seed, kernels) VALUES (?, ?, ?, ?, ?)
        """,
      [space, series.proxy, settings, Int64(bitPattern: series.seed), kernels])
    self.series[series] = id
    return id
  }

  /// The row id of what the first statement selects, or else the second one inserts.
  private static func id(
    in db: Database, select: String, insert: String, _ arguments: StatementArguments
  ) throws -> Int64 {
    if let id = try Int64.fetchOne(db.cachedStatement(sql: select), arguments: arguments) {
      return id
    }
    try db.cachedStatement(sql: insert).execute(arguments: arguments)
    return db.lastInsertedRowID
  }
}
