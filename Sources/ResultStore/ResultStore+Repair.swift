internal import Foundation
internal import GRDB
internal import Scoring

/// What a look at every record of a store found.
public struct StoreCheck: Sendable {
  /// How many records are as they were appended.
  public var sound = 0
  /// What is wrong, a line each that names the table and the row.
  public var problems: [String] = []
}

extension ResultStore {
  /// Looks at every page, every settings text and every record of a store.
  ///
  /// - Parameter path: the file, which is left as it is.
  /// - Returns: the number of sound records, and what is wrong.
  /// - Throws: ``ResultStoreError`` where there is no file, or it is no store at all.
  public static func check(_ path: String) throws(ResultStoreError) -> StoreCheck {
    try SalvageReader.reader(of: path).read { _ in }
  }

  /// Copies every sound record of a damaged store into a new one.
  ///
  /// - Parameters:
  ///   - path: the damaged store, which is left as it is.
  ///   - copy: the new store; nothing may be there.
  /// - Returns: the number of records that were copied, and what was left out.
  /// - Throws: ``ResultStoreError`` where the one is no store at all, or the other cannot be written.
  public static func repair(
    _ path: String, into copy: String
  ) throws(ResultStoreError) -> StoreCheck {
    guard !FileManager.default.fileExists(atPath: copy) else {
      throw .notWritable(path: copy, reason: "there is a file already")
    }
    let reader = try SalvageReader.reader(of: path)
    let store = try ResultStore(path: copy)
    let check = try reader.read { records throws(ResultStoreError) in
      try store.append(records)
    }
    try store.close()
    return check
  }
}

/// Reads a store row by row, past what is damaged.
private struct SalvageReader {
  let path: String
  private let queue: DatabaseQueue
  private let open: OpenStore
  private let schema: Int
  /// The copy that is read where the statements of the store cannot be.
  private let graft: SchemaGraft?

  /// A reader of a store, by the statements of a new one where its own are damaged and show fewer records.
  static func reader(of path: String) throws(ResultStoreError) -> SalvageReader {
    let plain = Self.result(path)
    if case .success(let reader) = plain, reader.hasItsSchema { return reader }
    // Tables that lie elsewhere show no record at all by the statements of a new store.
    guard let graft = try? SchemaGraft(of: path),
      let grafted = try? SalvageReader(graft.path, named: path, graft),
      grafted.soundRecords > ((try? plain.get())?.soundRecords ?? 0)
    else { return try plain.get() }
    return grafted
  }

  private static func result(_ path: String) -> Result<SalvageReader, ResultStoreError> {
    do throws(ResultStoreError) { return .success(try SalvageReader(path)) } catch {
      return .failure(error)
    }
  }

  private var hasItsSchema: Bool {
    let foreign = try? queue.inDatabase { db in
      try Schema.foreignObject(in: db, schema: schema) ?? ""
    }
    return foreign?.isEmpty == true
  }

  private var soundRecords: Int { (try? read { _ in })?.sound ?? 0 }

  private init(
    _ path: String, named name: String? = nil, _ graft: SchemaGraft? = nil
  ) throws(ResultStoreError) {
    self.path = name ?? path
    self.graft = graft
    do {
      let store = StoreFile(path: path, access: .reading)
      open = try OpenStore.enter(store)
      var configuration = Configuration()
      configuration.readonly = true
      let file = path.hasPrefix("/") ? path : "./" + path
      try ResultStore.rollBack(store, file, configuration)
      queue = try DatabaseQueue(path: file, configuration: configuration)
      let (application, schema, isEmpty) = try queue.inDatabase { db in
        (
          try Int.fetchOne(db, sql: "PRAGMA application_id") ?? 0,
          try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0,
          try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0 <= 1
        )
      }
      guard application == Schema.applicationID || isEmpty && application == 0 else {
        throw ResultStoreError.foreign(path: path)
      }
      guard (1...Schema.version).contains(schema) else {
        throw schema > Schema.version
          ? ResultStoreError.newer(path: path, schema: schema, supported: Schema.version)
          : ResultStoreError.older(path: path, schema: schema, supported: Schema.version)
      }
      self.schema = schema
    } catch {
      throw ResultStoreError(error, path: path, access: .reading)
    }
  }

  /// Hands over the sound records, those of one architecture at a time.
  func read(
    _ body: ([Evaluation]) throws(ResultStoreError) -> Void
  ) throws(ResultStoreError) -> StoreCheck {
    var check = StoreCheck()
    let tables = Tables(queue, problems: &check.problems)
    for architecture in tables.architectures.sorted(by: { $0.key < $1.key }) {
      let records = tables.records(
        of: architecture.key, architecture.value, in: queue, path: path, problems: &check.problems)
      try body(records)
      check.sound += records.count
    }
    check.problems += tables.orphans(in: queue)
    if graft != nil {
      check.problems.append(
        "page 1: what made the tables cannot be read; that of a new store serves")
    }
    if check.problems.isEmpty { check.problems += structure() }
    return check
  }

  /// What SQLite says of the pages and indexes, and what is not of the schema, where the rows say nothing.
  private func structure() -> [String] {
    do {
      return try queue.inDatabase { db in
        let pages = try String.fetchAll(db, sql: "PRAGMA integrity_check").filter { $0 != "ok" }
          .flatMap { $0.split(whereSeparator: \.isNewline).map(String.init) }
        let object = try Schema.foreignObject(in: db, schema: schema)
        return pages + (object.map { [$0] } ?? [])
      }
    } catch {
      return ["\(error)"]
    }
  }
}

/// The small tables of a store, as far as they can be read.
private struct Tables {
  private struct Series {
    let space: Int64
    let proxy: String
    let settings: Int64
    let seed: UInt64
    let kernels: String
  }

  let architectures: [Int64: (space: Int64, text: String)]
  private let spaces: [Int64: String]
  private let versions: [Int64: String]
  private let series: [Int64: Series]
  private let settings: [Int64: String]
  private let schema: Int

  init(_ queue: DatabaseQueue, problems: inout [String]) {
    schema = (try? queue.inDatabase { db in try Schema.number(of: db) }) ?? Schema.version
    var names: [String: [Int64: String]] = [:]
    for table in ["space", "version"] + (schema < 2 ? [] : ["kernels"]) {
      problems += Self.rows("SELECT id, name FROM \(table)", of: table, in: queue) { row in
        names[table, default: [:]][try row.decode(atIndex: 0)] =
          try row.decode(String.self, atIndex: 1)
        return nil
      }
    }
    spaces = names["space"] ?? [:]
    versions = names["version"] ?? [:]
    let kernels = names["kernels"] ?? [:]
    var settings: [Int64: String] = [:]
    problems += Self.rows("SELECT id, json, hash FROM settings", of: "settings", in: queue) { row in
      let id = try row.decode(Int64.self, atIndex: 0)
      let text = try row.decode(String.self, atIndex: 1)
      guard try row.decode(String.self, atIndex: 2) == EvaluationSeries.hash(ofSettings: text)
      else { return "row \(id): does not match its hash" }
      settings[id] = text
      return nil
    }
    self.settings = settings
    var architectures: [Int64: (space: Int64, text: String)] = [:]
    problems += Self.rows(
      "SELECT id, space, text FROM architecture", of: "architecture", in: queue
    ) { row in
      architectures[try row.decode(atIndex: 0)] = (
        try row.decode(Int64.self, atIndex: 1), try row.decode(String.self, atIndex: 2)
      )
      return nil
    }
    self.architectures = architectures
    var series: [Int64: Series] = [:]
    problems += Self.rows(
      "SELECT id, space, proxy, settings, seed, \(schema < 2 ? "NULL" : "kernels") FROM series",
      of: "series", in: queue
    ) { row in
      let id = try row.decode(Int64.self, atIndex: 0)
      let number = try row.decode(Int64?.self, atIndex: 5)
      guard let name = number.map({ kernels[$0] }) ?? "" else {
        return "row \(id): its kernels are not on record"
      }
      series[id] = Series(
        space: try row.decode(Int64.self, atIndex: 1),
        proxy: try row.decode(String.self, atIndex: 2),
        settings: try row.decode(Int64.self, atIndex: 3),
        seed: UInt64(bitPattern: try row.decode(Int64.self, atIndex: 4)), kernels: name)
      return nil
    }
    self.series = series
  }

  /// Reads rows until the first that cannot be read.
  ///
  /// - Parameters:
  ///   - sql: the query.
  ///   - table: what its rows are of, for problems.
  ///   - queue: the database.
  ///   - body: takes a row, and says what is wrong with it.
  /// - Returns: what is wrong, a line each.
  private static func rows(
    _ sql: String, of table: String, in queue: DatabaseQueue, _ body: (Row) throws -> String?
  ) -> [String] {
    var problems: [String] = []
    do {
      try queue.inDatabase { db in
        let rows = try Row.fetchCursor(db, sql: sql)
        while let row = try rows.next() {
          do {
            if let problem = try body(row) { problems.append("table \(table), \(problem)") }
          } catch let error as RowDecodingError {
            problems.append("table \(table): a row cannot be read (\(error))")
          }
        }
      }
    } catch {
      problems.append("table \(table): \(error)")
    }
    return problems
  }

  /// The sound records of an architecture.
  func records(
    of id: Int64, _ architecture: (space: Int64, text: String), in queue: DatabaseQueue,
    path: String, problems: inout [String]
  ) -> [Evaluation] {
    var records: [Evaluation] = []
    var seen: Set<Int64> = []
    problems += Self.rows(
      """
      SELECT version, score, reason, seconds, \(ResultStore.checksum(in: schema)), series
      FROM evaluation WHERE architecture = \(id)
      """, of: "evaluation", in: queue
    ) { row in
      let number = try row.decode(Int64.self, atIndex: 5)
      let place = "architecture \(id), series \(number)"
      // A damaged page can show one row in two places.
      guard seen.insert(number).inserted else { return "\(place): stands there twice" }
      guard let version = versions[try row.decode(Int64.self, atIndex: 0)],
        let series = series[number], let space = spaces[series.space],
        architecture.space == series.space, let settings = settings[series.settings]
      else { return "\(place): what it belongs to is not on record" }
      let key = EvaluationKey(
        series: EvaluationSeries(
          space: space, proxy: series.proxy, settings: settings, seed: series.seed,
          kernels: series.kernels),
        architecture: architecture.text)
      do {
        records.append(
          try ResultStore.evaluation(for: key, version: version, from: row, path: path))
        return nil
      } catch is ResultStoreError {
        return "\(place): does not match its checksum, or is no record"
      }
    }
    return records
  }

  /// The records whose architecture is not on record.
  func orphans(in queue: DatabaseQueue) -> [String] {
    Self.rows(
      "SELECT DISTINCT architecture FROM evaluation", of: "evaluation", in: queue
    ) { row in
      let id = try row.decode(Int64.self, atIndex: 0)
      return architectures[id] == nil ? "architecture \(id): it is not on record" : nil
    }
  }
}
