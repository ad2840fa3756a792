internal import Foundation

/// A copy of a store whose statements cannot be read, with those of a new store.
///
/// SQLite keeps the statements that made the tables in the first page of a file. A store that was made with the
/// schema of today has its tables at the same pages as every other one, so that the first page of a new store
/// serves, but for the number of pages. What it leads to is read as everything else of a damaged store is: a
/// record counts that matches its checksum.
final class SchemaGraft {
  /// The copy, which is deleted with this object.
  let path: String
  private let directory: URL

  /// Makes the copy; `nil` where a write-ahead log holds a part of the store, or it is no file of whole pages.
  ///
  /// - Parameter store: the damaged store.
  /// - Throws: where a file cannot be read or written.
  init?(of store: String) throws {
    let manager = FileManager.default
    let log = try? manager.attributesOfItem(atPath: store + "-wal")[.size] as? Int
    guard (log ?? 0) == 0 else { return nil }
    directory = manager.temporaryDirectory.appendingPathComponent("tfnas-\(UUID().uuidString)")
    path = directory.appendingPathComponent("grafted.sqlite").path
    try manager.createDirectory(at: directory, withIntermediateDirectories: true)
    let new = directory.appendingPathComponent("new.sqlite")
    try ResultStore(path: new.path).close()
    let sound = try Data(contentsOf: new)
    var bytes = try Data(contentsOf: URL(fileURLWithPath: store))
    // The header is described in "Database File Format" of SQLite's documentation, section 1.3.
    let pageSize = Int(sound[16]) << 8 | Int(sound[17])
    guard bytes.count >= sound.count, bytes.count % pageSize == 0 else {
      try manager.removeItem(at: directory)
      return nil
    }
    bytes.replaceSubrange(0..<pageSize, with: sound[0..<pageSize])
    let pages = UInt32(bytes.count / pageSize)
    for place in 0..<4 {
      bytes[28 + place] = UInt8(truncatingIfNeeded: pages >> UInt32(24 - 8 * place))
    }
    try bytes.write(to: URL(fileURLWithPath: path))
  }

  deinit { try? FileManager.default.removeItem(at: directory) }
}
