internal import Foundation
internal import GRDB
public import Scoring

/// Something that records are taken from, such as a store.
public protocol RecordSource {
  /// What messages call it.
  var path: String { get }

  /// Hands over every record.
  ///
  /// - Parameter body: gets each record; what it throws ends the reading.
  /// - Throws: what is wrong with the source, and what `body` throws.
  func forEachRecord(_ body: (Evaluation) throws -> Void) throws
}

extension ResultStore: RecordSource {
  /// Hands over every record, those of one network behind each other.
  ///
  /// - Parameter body: gets each record; what it throws ends the reading.
  /// - Throws: ``ResultStoreError`` where the file cannot be read, and what `body` throws.
  public func forEachRecord(_ body: (Evaluation) throws -> Void) throws {
    try performAny { queue in
      try queue.read { db in try Self.forEachRecord(in: db, path: path, body) }
    }
  }
}

/// What a merge of stores did.
public struct StoreMerge: Sendable {
  /// What one of the stores had.
  public struct Part: Sendable {
    /// The store.
    public let path: String
    /// Its records.
    public var records = 0
    /// Those that no store before it had.
    public var added = 0
  }

  /// The stores, in their order.
  public internal(set) var parts: [Part]

  /// The records that were added.
  public var added: Int { parts.reduce(0) { $0 + $1.added } }
}

extension ResultStore {
  /// Adds the records of several sources to a store, all of them or, where this throws, none.
  ///
  /// A store that is there is changed in one transaction, and not at all where nothing is new to it. One that is
  /// not gets its name when it is complete. The sources are left as they are.
  ///
  /// - Parameters:
  ///   - sources: where the records are.
  ///   - path: the store that gets them; its directory must exist.
  /// - Returns: how many records each source had, and how many were new.
  /// - Throws: ``ResultStoreError/contradiction(stored:in:other:of:)`` where two sources hold different scores
  ///   under one key, or what is wrong with a file.
  public static func merge(
    _ sources: [any RecordSource], into path: String
  ) throws -> StoreMerge {
    let files = FileManager.default
    if files.fileExists(atPath: path) {
      let store = try ResultStore(growing: path)
      if let unchanged = try store.merge(sourcesOfNothingNew: sources) {
        try store.close()
        return unchanged
      }
      try store.prepareToAppend()
      let merge = try store.merge(inOneTransaction: sources)
      try store.close()
      return merge
    }
    let name = path + ".merging-\(String(UInt64.random(in: 0...(.max)), radix: 16))"
    do {
      let store = try ResultStore(path: name)
      let merge: StoreMerge
      do { merge = try store.merge(inOneTransaction: sources) } catch {
        try? store.close()
        throw error
      }
      try store.close()
      do { try files.moveItem(atPath: name, toPath: path) } catch {
        throw ResultStoreError.notWritable(path: path, reason: "something else got this name")
      }
      return merge
    } catch {
      for ending in ["", "-wal", "-shm", "-journal"] {
        try? files.removeItem(atPath: name + ending)
      }
      throw Self.renamed(error, from: name, to: path)
    }
  }

  /// An error that names the store by what it was to be called.
  private static func renamed(_ error: any Error, from name: String, to path: String) -> any Error {
    switch error {
    case ResultStoreError.directoryMissing(name, let directory):
      ResultStoreError.directoryMissing(path: path, directory: directory)
    case ResultStoreError.notWritable(name, let reason):
      ResultStoreError.notWritable(path: path, reason: reason)
    case ResultStoreError.diskFull(name): ResultStoreError.diskFull(path: path)
    case ResultStoreError.inputOutput(name, let reason):
      ResultStoreError.inputOutput(path: path, reason: reason)
    default: error
    }
  }

  /// Counts the records of sources that hold nothing new; `nil` at the first that is.
  private func merge(sourcesOfNothingNew sources: [any RecordSource]) throws -> StoreMerge? {
    struct SomethingIsNew: Error {}
    var merge = StoreMerge(parts: sources.map { StoreMerge.Part(path: $0.path) })
    do {
      for (number, source) in sources.enumerated() {
        try source.forEachRecord { record in
          guard let stored = try evaluation(for: record.key), stored.agrees(with: record) else {
            throw SomethingIsNew()
          }
          merge.parts[number].records += 1
        }
      }
    } catch is SomethingIsNew {
      return nil
    }
    return merge
  }

  private func merge(inOneTransaction sources: [any RecordSource]) throws -> StoreMerge {
    var merge = StoreMerge(parts: sources.map { StoreMerge.Part(path: $0.path) })
    try guardFile()
    var reading = 0
    do {
      try performAny { queue in
        try queue.write { db in
          var writer = RecordWriter(path: path)
          for (number, source) in sources.enumerated() {
            reading = number
            try source.forEachRecord { record in
              merge.parts[number].records += 1
              if try writer.insert(record, into: db) { merge.parts[number].added += 1 }
            }
          }
        }
      }
    } catch ResultStoreError.conflict(_, let stored, let appended) {
      let first = try Self.source(of: stored.key, among: sources.prefix(reading)) ?? path
      throw ResultStoreError.contradiction(
        stored: stored, in: first, other: appended, of: sources[reading].path)
    }
    noteLog()
    return merge
  }

  /// The first source that holds a key.
  private static func source(
    of key: EvaluationKey, among sources: ArraySlice<any RecordSource>
  ) throws -> String? {
    struct Found: Error {}
    for source in sources {
      do {
        try source.forEachRecord { if $0.key == key { throw Found() } }
      } catch is Found {
        return source.path
      }
    }
    return nil
  }

  /// As `perform`, for work that throws errors that are not the store's.
  private func performAny<Result>(_ work: (DatabaseQueue) throws -> Result) throws -> Result {
    var foreign: (any Error)?
    do {
      return try perform { queue in
        do { return try work(queue) } catch {
          if !(error is DatabaseError || error is RowDecodingError) { foreign = error }
          throw error
        }
      }
    } catch {
      throw foreign ?? error
    }
  }
}

extension ResultStore {
  private static func forEachRecord(
    in db: Database, path: String, _ body: (Evaluation) throws -> Void
  ) throws {
    try RecordReader(db, path: path).forEach { _, record in try body(record) }
  }
}
