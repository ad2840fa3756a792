internal import GRDB
internal import Scoring

/// Reads records row by row within one transaction.
struct RecordReader {
  /// The place of a record in the tables.
  struct Place: Hashable, Sendable {
    /// The row of its architecture.
    let architecture: Int64
    /// The row of its series.
    let series: Int64
  }

  private let db: Database
  private let path: String
  private let schema: Int
  /// Every series, by its row.
  private let series: [Int64: EvaluationSeries]

  init(_ db: Database, path: String) throws {
    self.db = db
    self.path = path
    schema = try Schema.number(of: db)
    var series: [Int64: EvaluationSeries] = [:]
    let names = try Row.fetchCursor(
      db,
      sql: """
        SELECT series.id, space.name, series.proxy, settings.json, series.seed,
          \(ResultStore.kernels(in: schema))
        FROM series
        JOIN space ON space.id = series.space
        JOIN settings ON settings.id = series.settings
        """)
    while let row = try names.next() {
      series[try row.decode(atIndex: 0)] = EvaluationSeries(
        space: try row.decode(String.self, atIndex: 1),
        proxy: try row.decode(String.self, atIndex: 2),
        settings: try row.decode(String.self, atIndex: 3),
        seed: UInt64(bitPattern: try row.decode(Int64.self, atIndex: 4)),
        kernels: try row.decode(String.self, atIndex: 5))
    }
    self.series = series
  }

  /// Hands over every record.
  func forEach(_ body: (Place, Evaluation) throws -> Void) throws {
    try forEach(where: "TRUE", [], body)
  }

  /// Hands over the records of architectures whose row comes behind another one, in the order of rows.
  func forEach(behind architecture: Int64, _ body: (Place, Evaluation) throws -> Void) throws {
    try forEach(
      where: "evaluation.architecture > ? ORDER BY evaluation.architecture", [architecture], body)
  }

  /// Hands over the record of a place.
  func read(_ place: Place, _ body: (Place, Evaluation) throws -> Void) throws {
    try forEach(
      where: "evaluation.architecture = ? AND evaluation.series = ?",
      [place.architecture, place.series], body)
  }

  private func forEach(
    where condition: String, _ arguments: StatementArguments,
    _ body: (Place, Evaluation) throws -> Void
  ) throws {
    let statement = try db.cachedStatement(
      sql: """
        SELECT version.name, score, reason, seconds, \(ResultStore.checksum(in: schema)),
          architecture.text, evaluation.series, evaluation.architecture
        FROM evaluation
        JOIN architecture ON architecture.id = evaluation.architecture
        JOIN version ON version.id = evaluation.version
        WHERE \(condition)
        """)
    let rows = try Row.fetchCursor(statement, arguments: arguments)
    while let row = try rows.next() {
      let place = Place(
        architecture: try row.decode(Int64.self, atIndex: 7),
        series: try row.decode(Int64.self, atIndex: 6))
      guard let series = series[place.series] else {
        throw ResultStoreError.corrupt(
          path: path,
          reason: "a record belongs to no series; 'tfnas store repair' keeps what is sound")
      }
      let record = try ResultStore.evaluation(
        for: EvaluationKey(
          series: series, architecture: try row.decode(String.self, atIndex: 5)),
        version: try row.decode(String.self, atIndex: 0), from: row, path: path)
      try body(place, record)
    }
  }
}
