internal import GRDB
internal import Scoring

/// The tables of a store, and the marks by which a file is recognised as one.
enum Schema {
  /// The `application_id` of the file header: the letters `TFNS`.
  static let applicationID = 0x5446_4E53

  /// The `user_version` that this code writes: the number of migrations.
  static let version = migrations.count

  /// Every change of the schema in order; what was released once is never edited.
  ///
  /// A column that holds a floating-point number has no declared type: SQLite would store integral
  /// values of a `REAL` column as integers, and so lose the sign of -0.0. The architecture comes
  /// first in the primary key of `evaluation`, so that the records of one network are neighbours
  /// and appending them touches one page, whatever the number of proxies.
  private static let migrations: [(name: String, sql: String)] = [
    (
      "1-evaluations",
      """
      CREATE TABLE space (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE
      );
      CREATE TABLE architecture (
        id INTEGER PRIMARY KEY,
        space INTEGER NOT NULL REFERENCES space (id),
        text TEXT NOT NULL,
        UNIQUE (space, text)
      );
      CREATE TABLE settings (
        id INTEGER PRIMARY KEY,
        hash TEXT NOT NULL UNIQUE,
        json TEXT NOT NULL UNIQUE
      );
      CREATE TABLE series (
        id INTEGER PRIMARY KEY,
        space INTEGER NOT NULL REFERENCES space (id),
        proxy TEXT NOT NULL,
        settings INTEGER NOT NULL REFERENCES settings (id),
        seed INTEGER NOT NULL,
        UNIQUE (space, proxy, settings, seed)
      );
      CREATE TABLE version (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE
      );
      CREATE TABLE evaluation (
        architecture INTEGER NOT NULL REFERENCES architecture (id),
        series INTEGER NOT NULL REFERENCES series (id),
        version INTEGER NOT NULL REFERENCES version (id),
        score CHECK (typeof(score) IN ('real', 'null')),
        reason TEXT,
        seconds NOT NULL CHECK (typeof(seconds) = 'real'),
        PRIMARY KEY (architecture, series),
        CHECK ((score IS NULL) <> (reason IS NULL))
      ) WITHOUT ROWID;
      CREATE VIEW record AS
        SELECT
          space.name AS space, architecture.text AS architecture, series.proxy AS proxy,
          settings.json AS settings, settings.hash AS settings_hash, series.seed AS seed,
          version.name AS version, evaluation.score AS score, evaluation.reason AS reason,
          evaluation.seconds AS seconds
        FROM evaluation
        JOIN architecture ON architecture.id = evaluation.architecture
        JOIN series ON series.id = evaluation.series
        JOIN space ON space.id = series.space
        JOIN settings ON settings.id = series.settings
        JOIN version ON version.id = evaluation.version;
      """
    ),
    (
      "2-checksums",
      // Records of schema 1 get the checksum of what they say now; which kernels made them nobody wrote down.
      """
      DROP VIEW record;
      CREATE TABLE kernels (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE
      );
      INSERT INTO kernels (name) SELECT '' WHERE EXISTS (SELECT 1 FROM series);
      CREATE TABLE checked_evaluation (
        architecture INTEGER NOT NULL REFERENCES architecture (id),
        series INTEGER NOT NULL REFERENCES series (id),
        version INTEGER NOT NULL REFERENCES version (id),
        score CHECK (typeof(score) IN ('real', 'null')),
        reason TEXT,
        seconds NOT NULL CHECK (typeof(seconds) = 'real'),
        checksum INTEGER NOT NULL,
        PRIMARY KEY (architecture, series),
        CHECK ((score IS NULL) <> (reason IS NULL))
      ) WITHOUT ROWID;
      INSERT INTO checked_evaluation
        SELECT
          evaluation.architecture, series, version, score, reason, seconds,
          record_checksum(
            space.name, architecture.text, series.proxy, settings.json, series.seed, '',
            version.name, score, reason, seconds)
        FROM evaluation
        JOIN architecture ON architecture.id = evaluation.architecture
        JOIN series ON series.id = evaluation.series
        JOIN space ON space.id = series.space
        JOIN settings ON settings.id = series.settings
        JOIN version ON version.id = evaluation.version;
      DROP TABLE evaluation;
      ALTER TABLE checked_evaluation RENAME TO evaluation;
      CREATE TABLE kernel_series (
        id INTEGER PRIMARY KEY,
        space INTEGER NOT NULL REFERENCES space (id),
        proxy TEXT NOT NULL,
        settings INTEGER NOT NULL REFERENCES settings (id),
        seed INTEGER NOT NULL,
        kernels INTEGER NOT NULL REFERENCES kernels (id),
        UNIQUE (space, proxy, settings, seed, kernels)
      );
      INSERT INTO kernel_series
        SELECT series.id, space, proxy, settings, seed, kernels.id FROM series, kernels;
      DROP TABLE series;
      ALTER TABLE kernel_series RENAME TO series;
      CREATE VIEW record AS
        SELECT
          space.name AS space, architecture.text AS architecture, series.proxy AS proxy,
          settings.json AS settings, settings.hash AS settings_hash, series.seed AS seed,
          kernels.name AS kernels, version.name AS version, evaluation.score AS score,
          evaluation.reason AS reason, evaluation.seconds AS seconds,
          evaluation.checksum AS checksum
        FROM evaluation
        JOIN architecture ON architecture.id = evaluation.architecture
        JOIN series ON series.id = evaluation.series
        JOIN space ON space.id = series.space
        JOIN settings ON settings.id = series.settings
        JOIN kernels ON kernels.id = series.kernels
        JOIN version ON version.id = evaluation.version;
      """
    ),
    (
      "3-claims",
      // A claim names no row of another table, so that one that is given up leaves nothing behind.
      """
      CREATE TABLE lease (
        id INTEGER PRIMARY KEY,
        owner TEXT NOT NULL UNIQUE,
        until INTEGER NOT NULL CHECK (typeof(until) = 'integer')
      );
      CREATE TABLE claim (
        architecture TEXT NOT NULL,
        series TEXT NOT NULL,
        lease INTEGER NOT NULL REFERENCES lease (id),
        PRIMARY KEY (architecture, series)
      ) WITHOUT ROWID;
      """
    ),
  ]

  /// What the second migration asks of Swift: the checksum of a record from its parts.
  static let checksumFunction = DatabaseFunction(
    "record_checksum", argumentCount: 10, pure: true
  ) { values in
    try checksum(of: values)
  }

  private static func checksum(of values: [DatabaseValue]) throws -> Int64 {
    let score: Score
    if values[7].isNull {
      score = .undefined(try text(values[8]))
    } else {
      score = .value(try number(values[7]))
    }
    guard let seed = Int64.fromDatabaseValue(values[4]) else { throw incomplete }
    let record = Evaluation(
      space: try text(values[0]), architecture: try text(values[1]), proxy: try text(values[2]),
      settings: try text(values[3]), seed: UInt64(bitPattern: seed), version: try text(values[6]),
      kernels: try text(values[5]), score: score, seconds: try number(values[9]))
    return record.checksum
  }

  private static func text(_ value: DatabaseValue) throws -> String {
    guard let text = String.fromDatabaseValue(value) else { throw incomplete }
    return text
  }

  private static func number(_ value: DatabaseValue) throws -> Double {
    guard let number = Double.fromDatabaseValue(value) else { throw incomplete }
    return number
  }

  private static var incomplete: DatabaseError {
    DatabaseError(resultCode: .SQLITE_CORRUPT, message: "a record is incomplete")
  }

  /// The migrations, each of which also numbers the schema that it leaves behind.
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    for (index, migration) in migrations.enumerated() {
      migrator.registerMigration(migration.name) { db in
        try db.execute(sql: migration.sql)
        try db.execute(sql: "PRAGMA user_version = \(index + 1)")
      }
    }
    return migrator
  }

  /// Refuses a database that is not a store or that this code is too old to understand.
  ///
  /// A database without a single table, mark or version is nobody's and may become a store. It
  /// becomes one by its `application_id` before any table is created, so that a crash in between
  /// leaves a file that is recognised.
  ///
  /// - Parameters:
  ///   - db: a connection to the database.
  ///   - path: the store, as the user named it.
  ///   - access: what the store was opened for.
  /// - Throws: ``ResultStoreError`` that says what the file is, or an error of SQLite.
  static func identify(_ db: Database, path: String, access: StoreAccess) throws {
    // One transaction, so that no other process can claim the file between two of the questions.
    try db.inTransaction(access == .writing ? .immediate : .deferred) {
      let application = try Int.fetchOne(db, sql: "PRAGMA application_id") ?? 0
      let schema = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
      if application != applicationID {
        let objects = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") ?? 0
        guard access == .writing, application == 0, schema == 0, objects == 0 else {
          throw ResultStoreError.foreign(path: path)
        }
        try db.execute(sql: "PRAGMA application_id = \(applicationID)")
      }
      guard schema <= version else {
        throw ResultStoreError.newer(path: path, schema: schema, supported: version)
      }
      guard access == .writing || schema > 0 else {
        throw ResultStoreError.older(path: path, schema: schema, supported: version)
      }
      if schema > 0, let reason = try foreignObject(in: db, schema: schema) {
        throw ResultStoreError.corrupt(path: path, reason: reason)
      }
      return .commit
    }
  }

  /// A table, view or trigger that is not that of the schema, in words: what somebody else put into a store would
  /// run with each of our statements.
  static func foreignObject(in db: Database, schema: Int) throws -> String? {
    let expected = try objects(ofSchema: schema)
    let found = try objects(in: db)
    if let other = found.first(where: { expected[$0.key] != $0.value })?.key {
      return expected[other] == nil
        ? "it holds the \(other), which no store has"
        : "its \(other) is not that of schema \(schema)"
    }
    return expected.keys.first { found[$0] == nil }.map { "its \($0) is missing" }
  }

  /// The schema of a store that was opened.
  static func number(of db: Database) throws -> Int {
    try Int.fetchOne(db.cachedStatement(sql: "PRAGMA user_version")) ?? 0
  }

  /// Refuses settings that do not have the hash beside them, under which their records would be missed.
  static func checkSettings(_ db: Database, path: String) throws {
    let rows = try Row.fetchCursor(db, sql: "SELECT id, hash, json FROM settings")
    while let row = try rows.next() {
      let json = try row.decode(String.self, atIndex: 2)
      guard try row.decode(String.self, atIndex: 1) == EvaluationSeries.hash(ofSettings: json)
      else {
        throw ResultStoreError.corrupt(
          path: path,
          reason:
            "in table settings, row \(try row.decode(Int64.self, atIndex: 0)) does not match its "
            + "hash; 'tfnas store repair' keeps what is sound")
      }
    }
  }

  /// The statement that made each object, by its kind and name; what SQLite makes for itself is left out.
  private static func objects(in db: Database) throws -> [String: String] {
    let rows = try Row.fetchAll(
      db, sql: "SELECT type || ' ' || name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'")
    return Dictionary(
      try rows.map { row in
        (try row.decode(String.self, atIndex: 0), try row.decode(String?.self, atIndex: 1) ?? "")
      }
    ) { first, _ in first }
  }

  /// The objects of a schema, by making it in memory.
  private static func objects(ofSchema schema: Int) throws -> [String: String] {
    var configuration = Configuration()
    configuration.prepareDatabase { db in db.add(function: checksumFunction) }
    let queue = try DatabaseQueue(configuration: configuration)
    try migrator.migrate(queue, upTo: migrations[schema - 1].name)
    return try queue.inDatabase(objects)
  }
}
