internal import GRDB

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
    )
  ]

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
      guard access == .writing || schema == version else {
        throw ResultStoreError.older(path: path, schema: schema, supported: version)
      }
      return .commit
    }
  }
}
