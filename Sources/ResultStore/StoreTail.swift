internal import Formats
internal import Foundation
internal import GRDB
package import Scoring

/// Follows a store that others write to: each reading hands over what was added since the one before.
///
/// Between two readings the store is not open, so that whoever writes can close it into one plain file, and one that
/// is deleted or replaced is noticed.
package struct StoreTail: Sendable {
  /// The file.
  package let path: String

  /// The records that were handed over.
  private var known: Set<RecordReader.Place> = []
  /// The last row of an architecture all of whose earlier rows were handed over.
  private var last = Int64.min
  /// The processes that have claims.
  private var leases: [StoreLease] = []
  /// How long a lease lasts.
  private var leaseLength: Int64 = 0
  /// The files when they were read last, `nil` where that is to be done anew.
  private var files: Files?
  /// The main file that the known records are of.
  private var file: OpenFiles.Identity?
  /// Whether the file was missing since: another one can get its number.
  private var wasMissing = false

  /// The main file and its log, with what changes when they are written to.
  private struct Files: Equatable {
    let file: OpenFiles.Identity?
    let log: OpenFiles.Identity?
    let logSize: Int64
    let times: [Double?]

    init(_ path: String) {
      let open = OpenFiles(path)
      file = open.file
      log = open.log
      logSize = open.logSize
      let resolved = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
      times = [resolved, resolved + "-wal"].map { SharedFile.modification(of: $0) }
    }

    /// Whether another change of either would be seen by its time.
    var areSettled: Bool { times.compactMap { $0 }.allSatisfy(SharedFile.isSettled) }
  }

  /// Follows a store from its first record on.
  package init(of path: String) { self.path = path }

  /// The processes that compute records of the store at the moment.
  package var writers: Int {
    leases.count { $0.counts(at: ResultStore.now, lasting: leaseLength) }
  }

  /// Hands over the records that were added since the last reading, each with a sound checksum.
  ///
  /// - Parameters:
  ///   - anew: is called where the store is another one than before, ahead of its first record.
  ///   - body: gets each record.
  /// - Throws: ``ResultStoreError`` where the file is missing, damaged or no store; what was handed over before
  ///   the damage is not handed over again.
  package mutating func read(
    anew: () -> Void, _ body: (Evaluation) -> Void
  ) throws(ResultStoreError) {
    let now = Files(path)
    guard now != files else { return }
    let isSettled = now.areSettled
    files = nil
    if now.file == nil { wasMissing = true }
    let store = try ResultStore(readingFrom: path)
    if let file, wasMissing || file != now.file { forget(anew) }
    (file, wasMissing) = (now.file, false)
    try store.perform { queue in
      try queue.read { db in try read(db, store: store, anew: anew, body) }
    }
    try store.close()
    files = isSettled ? now : nil
  }

  private mutating func forget(_ anew: () -> Void) {
    known = []
    last = .min
    anew()
  }

  private mutating func read(
    _ db: Database, store: ResultStore, anew: () -> Void, _ body: (Evaluation) -> Void
  ) throws {
    leaseLength = store.milliseconds
    leases = try Schema.number(of: db) < 3 ? [] : Self.leases(in: db)
    let count = try Int.fetchOne(db, sql: "SELECT count(*) FROM evaluation") ?? 0
    if count < known.count { forget(anew) }
    let reader = try RecordReader(db, path: path)
    try reader.forEach(behind: last) { place, record in
      // A row of an architecture is the last one known only once another one follows.
      if known.insert(place).inserted { body(record) }
      last = max(last, place.architecture - 1)
    }
    guard count > known.count else { return }
    // Architectures that were known have got records of other series.
    for place in try unknown(in: db) {
      try reader.read(place) { place, record in
        known.insert(place)
        body(record)
      }
    }
  }

  private static func leases(in db: Database) throws -> [StoreLease] {
    try Row.fetchAll(db, sql: "SELECT owner, until FROM lease").map { row in
      StoreLease(
        owner: try row.decode(String.self, atIndex: 0),
        until: try row.decode(Int64.self, atIndex: 1))
    }
  }

  /// The records that were not handed over.
  private func unknown(in db: Database) throws -> [RecordReader.Place] {
    var places: [RecordReader.Place] = []
    let rows = try Row.fetchCursor(db, sql: "SELECT architecture, series FROM evaluation")
    while let row = try rows.next() {
      let place = RecordReader.Place(
        architecture: try row.decode(Int64.self, atIndex: 0),
        series: try row.decode(Int64.self, atIndex: 1))
      if !known.contains(place) { places.append(place) }
    }
    return places
  }
}
