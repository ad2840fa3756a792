internal import GRDB
public import Scoring

extension ResultStore {
  /// Whether there is a record with a key.
  ///
  /// - Parameter key: the identity of the record.
  /// - Returns: whether a score, or the reason why there is none, is stored under the key.
  /// - Throws: ``ResultStoreError`` where the file cannot be read.
  public func contains(_ key: EvaluationKey) throws(ResultStoreError) -> Bool {
    try evaluation(for: key) != nil
  }

  /// The record with a key, or `nil` where there is none.
  ///
  /// - Parameter key: the identity of the record.
  /// - Returns: the record as it was appended first.
  /// - Throws: ``ResultStoreError`` where the file cannot be read.
  public func evaluation(for key: EvaluationKey) throws(ResultStoreError) -> Evaluation? {
    key.check()
    return try perform { queue in
      // One statement sees one state of the store; a transaction would make it ten times slower.
      try queue.inDatabase { db in try Self.fetch(key, from: db, path: path) }
    }
  }

  /// The records of a series, by the text of their architecture.
  ///
  /// - Parameter series: the space, proxy, settings and seed.
  /// - Returns: the records; none where the store knows nothing of the series.
  /// - Throws: ``ResultStoreError`` where the file cannot be read.
  /// - Complexity: O(architectures of the space), whatever the number of series.
  public func evaluations(
    in series: EvaluationSeries
  ) throws(ResultStoreError) -> [String: Evaluation] {
    series.check()
    return try perform { queue in
      try queue.read { db in
        let schema = try Schema.number(of: db)
        guard let id = try Self.fetchID(of: series, schema: schema, from: db) else {
          try Self.checkSeries(of: db, path: path)
          return [:]
        }
        let statement = try db.cachedStatement(
          sql: """
            SELECT version.name, score, reason, seconds, \(Self.checksum(in: schema)), architecture.text
            FROM series
            CROSS JOIN architecture ON architecture.space = series.space
            JOIN evaluation
              ON evaluation.architecture = architecture.id AND evaluation.series = series.id
            JOIN version ON version.id = evaluation.version
            WHERE series.id = ?
            """)
        var records: [String: Evaluation] = [:]
        let rows = try Row.fetchCursor(statement, arguments: [id])
        while let row = try rows.next() {
          let architecture = try row.decode(String.self, atIndex: 5)
          records[architecture] = try Self.evaluation(
            for: EvaluationKey(series: series, architecture: architecture),
            version: try row.decode(String.self, atIndex: 0), from: row, path: path)
        }
        // A damaged index hides records, which would then be computed again.
        let count = try Int.fetchOne(
          db, sql: "SELECT count(*) FROM evaluation WHERE series = ?", arguments: [id])
        guard count == records.count else {
          throw ResultStoreError.corrupt(
            path: path,
            reason:
              "it holds \(count ?? 0) records of \(series.proxy), of which \(records.count) are found; "
              + "'tfnas store repair' keeps what is sound")
        }
        return records
      }
    }
  }

  /// The records of one proxy under one setting and seed, by the text of their architecture.
  ///
  /// - Parameters:
  ///   - space: the name of the search space.
  ///   - proxy: the name of the proxy.
  ///   - settings: the settings as canonical JSON.
  ///   - seed: the seed of weights and inputs.
  ///   - kernels: what computed them, `nil` for anything; where an architecture has several records, that of
  ///     the kernels with the most records is taken.
  /// - Returns: the records; none where the store knows nothing of them.
  /// - Throws: ``ResultStoreError`` where the file cannot be read.
  public func evaluations(
    space: String, proxy: String, settings: String, seed: UInt64, kernels: String? = nil
  ) throws(ResultStoreError) -> [String: Evaluation] {
    func series(_ kernels: String) -> EvaluationSeries {
      EvaluationSeries(space: space, proxy: proxy, settings: settings, seed: seed, kernels: kernels)
    }
    if let kernels { return try evaluations(in: series(kernels)) }
    var sets: [[String: Evaluation]] = []
    for kernels in try self.kernels(
      space: space, proxy: proxy, settings: settings, seed: seed)
    {
      sets.append(try evaluations(in: series(kernels)))
    }
    // Sorting is stable, and the names come in order.
    return sets.sorted { $0.count > $1.count }.reduce(into: [:]) { result, set in
      result.merge(set) { first, _ in first }
    }
  }

  /// What computed the records of one proxy under one setting and seed, in the order of their names.
  ///
  /// - Throws: ``ResultStoreError`` where the file cannot be read.
  public func kernels(
    space: String, proxy: String, settings: String, seed: UInt64
  ) throws(ResultStoreError) -> [String] {
    EvaluationSeries(space: space, proxy: proxy, settings: settings, seed: seed).check()
    return try perform { queue in
      // All of it sees one state of the store, to which others may add a series meanwhile.
      try queue.read { db in
        let found = try String.fetchAll(
          db,
          sql: """
            SELECT \(Self.kernels(in: try Schema.number(of: db)))
            FROM space
            JOIN series ON series.space = space.id
            JOIN settings ON settings.id = series.settings
            WHERE space.name = ? AND series.proxy = ? AND settings.json = ? AND series.seed = ?
            """,
          arguments: [space, proxy, settings, Int64(bitPattern: seed)]
        ).sorted()
        if found.isEmpty { try Self.checkSeries(of: db, path: path) }
        return found
      }
    }
  }

  /// Every series that has records, with their number, ordered by space, proxy, settings, seed and kernels.
  ///
  /// - Returns: each series once, with the number of its records, which is never zero.
  /// - Throws: ``ResultStoreError`` where the file cannot be read.
  public func series() throws(ResultStoreError) -> [(series: EvaluationSeries, count: Int)] {
    let unordered = try perform { queue in
      try queue.read { db in
        let schema = try Schema.number(of: db)
        let rows = try Row.fetchCursor(
          db,
          sql: """
            SELECT space.name, series.proxy, settings.json, series.seed, counts.number,
              \(Self.kernels(in: schema))
            FROM (SELECT series, count(*) AS number FROM evaluation GROUP BY series) AS counts
            JOIN series ON series.id = counts.series
            JOIN space ON space.id = series.space
            JOIN settings ON settings.id = series.settings
            """)
        var result: [(series: EvaluationSeries, count: Int)] = []
        while let row = try rows.next() {
          let series = EvaluationSeries(
            space: try row.decode(String.self, atIndex: 0),
            proxy: try row.decode(String.self, atIndex: 1),
            settings: try row.decode(String.self, atIndex: 2),
            seed: UInt64(bitPattern: try row.decode(Int64.self, atIndex: 3)),
            kernels: try row.decode(String.self, atIndex: 5))
          result.append((series, try row.decode(Int.self, atIndex: 4)))
        }
        return result
      }
    }
    return unordered.sorted { left, right in
      let (l, r) = (left.series, right.series)
      return (l.space, l.proxy, l.settings, l.seed, l.kernels)
        < (r.space, r.proxy, r.settings, r.seed, r.kernels)
    }
  }

  /// The record with a key, within a transaction.
  static func fetch(_ key: EvaluationKey, from db: Database, path: String) throws -> Evaluation? {
    let schema = try Schema.number(of: db)
    let statement = try db.cachedStatement(
      sql: """
        SELECT version.name, score, reason, seconds, \(checksum(in: schema))
        FROM space
        JOIN series ON series.space = space.id
        JOIN settings ON settings.id = series.settings
        JOIN architecture ON architecture.space = space.id
        JOIN evaluation
          ON evaluation.architecture = architecture.id AND evaluation.series = series.id
        JOIN version ON version.id = evaluation.version
        WHERE space.name = ? AND series.proxy = ? AND settings.json = ? AND series.seed = ?
          AND \(kernels(in: schema)) = ? AND architecture.text = ?
        """)
    let arguments: StatementArguments = [
      key.series.space, key.series.proxy, key.series.settings,
      Int64(bitPattern: key.series.seed), key.series.kernels, key.architecture,
    ]
    return try Row.fetchOne(statement, arguments: arguments)
      .map { row in
        try evaluation(
          for: key, version: try row.decode(String.self, atIndex: 0), from: row, path: path)
      }
  }

  private static func fetchID(
    of series: EvaluationSeries, schema: Int, from db: Database
  ) throws -> Int64? {
    let statement = try db.cachedStatement(
      sql: """
        SELECT series.id
        FROM space
        JOIN series ON series.space = space.id
        JOIN settings ON settings.id = series.settings
        WHERE space.name = ? AND series.proxy = ? AND settings.json = ? AND series.seed = ?
          AND \(kernels(in: schema)) = ?
        """)
    return try Int64.fetchOne(
      statement,
      arguments: [
        series.space, series.proxy, series.settings, Int64(bitPattern: series.seed),
        series.kernels,
      ])
  }

  /// Reads a record of each series.
  ///
  /// What is not found may be there under a damaged name, and would be computed again; the checksum of any of its
  /// records tells.
  private static func checkSeries(of db: Database, path: String) throws {
    let reader = try RecordReader(db, path: path)
    let places = try Row.fetchAll(
      db, sql: "SELECT min(architecture), series FROM evaluation GROUP BY series")
    for row in places {
      try reader.read(
        RecordReader.Place(
          architecture: try row.decode(atIndex: 0), series: try row.decode(atIndex: 1))
      ) { _, _ in }
    }
  }

  /// What gives the checksum of a record: schema 1 has none.
  ///
  /// In a later schema a row without one is damaged, and must not pass for an old record.
  static func checksum(in schema: Int) -> String {
    schema < 2 ? "NULL" : "coalesce(checksum, 0)"
  }

  /// What gives the name of the kernels of a series: schema 1 has none.
  static func kernels(in schema: Int) -> String {
    schema < 2 ? "''" : "(SELECT name FROM kernels WHERE kernels.id = series.kernels)"
  }

  /// A record from a row that holds score, reason, seconds and checksum behind its first column.
  ///
  /// - Throws: ``ResultStoreError/corrupt(path:reason:)`` where what the row says is not what was appended.
  static func evaluation(
    for key: EvaluationKey, version: String, from row: Row, path: String
  ) throws -> Evaluation {
    func damaged(_ problem: String) -> ResultStoreError {
      .corrupt(
        path: path,
        reason: "in table evaluation, the row of \(key.series.proxy) for \(key.architecture) "
          + "\(problem); 'tfnas store repair' keeps what is sound")
    }
    let evaluation: Evaluation
    do {
      let score: Score =
        if let number = try row.decode(Double?.self, atIndex: 1) {
          .value(number)
        } else {
          .undefined(try row.decode(String.self, atIndex: 2))
        }
      evaluation = Evaluation(
        space: key.series.space, architecture: key.architecture, proxy: key.series.proxy,
        settings: key.series.settings, seed: key.series.seed,
        version: version, kernels: key.series.kernels,
        score: score, seconds: try row.decode(Double.self, atIndex: 3))
    } catch is RowDecodingError {
      throw damaged("is of another type than a record")
    }
    if let checksum = try row.decode(Int64?.self, atIndex: 4), checksum != evaluation.checksum {
      throw damaged("does not match its checksum")
    }
    guard evaluation.score.value?.isFinite != false, evaluation.seconds.isFinite else {
      throw damaged("holds a number that is not finite")
    }
    return evaluation
  }
}

extension EvaluationKey {
  /// Stops where the texts could not be told apart by SQLite, to which they go as C strings.
  func check() {
    series.check()
    precondition(!architecture.utf8.contains(0), "the architecture in \(self) contains a NUL")
  }
}

extension EvaluationSeries {
  /// Stops where the texts could not be told apart by SQLite, to which they go as C strings.
  func check() {
    precondition(
      ![space, proxy, settings, kernels].contains { $0.utf8.contains(0) },
      "a text of \(self) contains a NUL")
  }
}
