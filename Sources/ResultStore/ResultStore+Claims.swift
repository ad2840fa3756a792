internal import Dispatch
internal import Formats
internal import Foundation
internal import GRDB
package import Scoring

/// What becomes of one architecture that a process wants to compute.
package enum StoreClaim: Sendable {
  /// It is for the asker to compute; what the store holds already stands in the place of its key.
  case taken(recorded: [Evaluation?])
  /// The store holds all of it.
  case recorded([Evaluation])
  /// Another process is at it.
  case held
}

/// Claims say which records some process is about to append, so that no other one computes them too.
///
/// All claims of a process belong to one lease, which runs out unless it is renewed. A lease counts for nothing once
/// it has run out or its process has ended. Claims save work and decide nothing: two processes that compute the same
/// append the same, so a claim that is lost, damaged or taken over changes no score.
extension ResultStore {
  /// Claims architectures for this store, as many as are free, in one transaction.
  ///
  /// - Parameters:
  ///   - work: the keys that are wanted of each architecture, never none.
  ///   - limit: the most architectures that are taken.
  /// - Returns: what becomes of the first of them, up to the last one that is taken.
  /// - Throws: ``ResultStoreError`` as ``append(_:)``.
  package func claim(
    _ work: [[EvaluationKey]], atMost limit: Int
  ) throws(ResultStoreError) -> [StoreClaim] {
    try prepareToAppend()
    try guardFile()
    let claims = try perform { queue in
      try queue.inDatabase { db in
        var claims: [StoreClaim] = []
        try db.inTransaction(.immediate) {
          var desk = try ClaimDesk(db, store: self)
          var taken = 0
          for keys in work where taken < limit {
            let claim = try desk.claim(keys)
            if case .taken = claim { taken += 1 }
            claims.append(claim)
          }
          return .commit
        }
        return claims
      }
    }
    noteLog()
    return claims
  }

  /// Lets the lease of this store last from now on.
  package func renewLease() throws(ResultStoreError) {
    try guardFile()
    try perform { queue in
      try queue.write { db in
        try db.execute(
          sql: "UPDATE lease SET until = ? WHERE owner = ?",
          arguments: [Self.now + milliseconds, owner])
      }
    }
    noteLog()
  }

  /// Gives up every claim of this store.
  package func releaseClaims() throws(ResultStoreError) {
    try guardFile()
    try perform { queue in
      try queue.write { db in
        try db.execute(
          sql: "DELETE FROM claim WHERE lease IN (SELECT id FROM lease WHERE owner = ?)",
          arguments: [owner])
        try db.execute(sql: "DELETE FROM lease WHERE owner = ?", arguments: [owner])
      }
    }
    noteLog()
  }

  /// Does work that claims what it computes: the lease is renewed meanwhile, and given up at the end.
  package func sharing<Result>(_ body: () throws -> Result) throws -> Result {
    // A queue of its own gets a thread even while all threads of the shared pool compute.
    let queue = DispatchQueue(label: "lease", qos: .userInitiated)
    let timer = DispatchSource.makeTimerSource(queue: queue)
    let period = DispatchTimeInterval.milliseconds(Int(milliseconds / 3))
    timer.schedule(deadline: .now() + period, repeating: period)
    // Without a lease others may compute the same once more. What is wrong with the store stops the work at the
    // next append, and is told there.
    timer.setEventHandler { [self] in try? renewLease() }
    timer.resume()
    defer {
      timer.cancel()
      // One that is under way must not meet a store that was closed.
      queue.sync {}
      try? releaseClaims()
    }
    return try body()
  }

  /// Milliseconds since 1970, by the clock that all processes of the machine share.
  static var now: Int64 { Int64((Date().timeIntervalSince1970 * 1000).rounded()) }

  /// How long a lease lasts.
  var milliseconds: Int64 { Int64((lease * 1000).rounded()) }
}

/// Until when the claims of a process count.
struct StoreLease: Sendable {
  /// The process, and a number that tells its stores apart.
  let owner: String
  /// Milliseconds since 1970.
  let until: Int64

  /// Whether it counts: it has not run out, and its process is not known to have ended.
  ///
  /// One that ends later than any that begins now was written before the clock was set back, or is damaged.
  func counts(at now: Int64, lasting milliseconds: Int64) -> Bool {
    until > now && until <= now + 2 * milliseconds && ProcessIdentity(owner)?.hasEnded != true
  }
}

/// Takes claims within one transaction.
private struct ClaimDesk {
  private let db: Database
  private let store: ResultStore
  private let now = ResultStore.now
  /// The row of our lease, `nil` where there is none.
  private var lease: Int64?
  /// The names of the series in claims.
  private var names: [EvaluationSeries: String] = [:]

  /// Takes out what counts for nothing any more.
  init(_ db: Database, store: ResultStore) throws {
    self.db = db
    self.store = store
    for row in try Row.fetchAll(db, sql: "SELECT id, owner, until FROM lease") {
      let id = try row.decode(Int64.self, atIndex: 0)
      let owner = try row.decode(String.self, atIndex: 1)
      let until = try row.decode(Int64.self, atIndex: 2)
      if owner == store.owner {
        lease = id
        continue
      }
      if StoreLease(owner: owner, until: until).counts(at: now, lasting: store.milliseconds) {
        continue
      }
      try db.execute(sql: "DELETE FROM claim WHERE lease = ?", arguments: [id])
      try db.execute(sql: "DELETE FROM lease WHERE id = ?", arguments: [id])
    }
  }

  /// Claims what is wanted of one architecture, unless another process is at a part of it.
  mutating func claim(_ keys: [EvaluationKey]) throws -> StoreClaim {
    guard let architecture = keys.first?.architecture else { return .recorded([]) }
    var claimed: [String: Int64] = [:]
    let rows = try Row.fetchCursor(
      db.cachedStatement(sql: "SELECT series, lease FROM claim WHERE architecture = ?"),
      arguments: [architecture])
    while let row = try rows.next() {
      claimed[try row.decode(String.self, atIndex: 0)] = try row.decode(Int64.self, atIndex: 1)
    }
    let series = keys.map { name(of: $0.series) }
    let isHeld = series.contains { name in claimed[name].map { $0 != lease } ?? false }
    if isHeld { return .held }
    let records = try keys.map { try ResultStore.fetch($0, from: db, path: store.path) }
    let found = records.compactMap { $0 }
    if found.count == keys.count { return .recorded(found) }
    let own = try ownLease()
    let insert = try db.cachedStatement(
      sql: "INSERT OR REPLACE INTO claim (architecture, series, lease) VALUES (?, ?, ?)")
    for (name, record) in zip(series, records) where record == nil {
      try insert.execute(arguments: [architecture, name, own])
    }
    return .taken(recorded: records)
  }

  private mutating func ownLease() throws -> Int64 {
    if let lease { return lease }
    try db.execute(
      sql: "INSERT INTO lease (owner, until) VALUES (?, ?)",
      arguments: [store.owner, now + store.milliseconds])
    let id = db.lastInsertedRowID
    lease = id
    return id
  }

  private mutating func name(of series: EvaluationSeries) -> String {
    if let name = names[series] { return name }
    let name = series.claimName
    names[series] = name
    return name
  }
}

extension EvaluationSeries {
  /// The name of the series in claims: 16 hexadecimal digits of the hash FNV-1a of its parts.
  var claimName: String {
    var digest = Digest()
    for text in [space, proxy, settings, kernels, "\(seed)"] {
      digest.add(text)
      digest.add(UInt8(0))
    }
    return digest.text
  }
}
