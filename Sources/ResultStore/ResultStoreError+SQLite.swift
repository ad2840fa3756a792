internal import GRDB

extension ResultStoreError {
  /// The error of a store for an error of SQLite or of reading a row.
  ///
  /// - Parameters:
  ///   - error: what was caught; an error of a store is passed on as it is.
  ///   - path: the store, as the user named it.
  ///   - access: what the store was opened for.
  init(_ error: any Error, path: String, access: StoreAccess) {
    switch error {
    case let error as ResultStoreError:
      self = error
    case let error as DatabaseError:
      self.init(sqlite: error, path: path, access: access)
    case let error as RowDecodingError:
      self = .corrupt(path: path, reason: Self.line("\(error)"))
    default:
      self = .other(path: path, reason: Self.line("\(error)"))
    }
  }

  private init(sqlite error: DatabaseError, path: String, access: StoreAccess) {
    let reason = Self.line(error.message ?? "no message")
    switch error.resultCode {
    case .SQLITE_NOTADB, .SQLITE_FORMAT:
      self = .notADatabase(path: path)
    case .SQLITE_CORRUPT:
      self = .corrupt(path: path, reason: reason)
    case .SQLITE_CONSTRAINT, .SQLITE_MISMATCH, .SQLITE_ERROR:
      // Our statements fit the tables of a sound store, so a row or an index is not what it was.
      self = .corrupt(
        path: path, reason: "\(reason); 'tfnas store repair' keeps what is sound")
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      self = .busy(path: path)
    case .SQLITE_FULL:
      self = .diskFull(path: path)
    case .SQLITE_READONLY where error.extendedResultCode == .SQLITE_READONLY_DBMOVED:
      self = .replaced(path: path)
    case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH:
      self = .notWritable(path: path, reason: reason)
    case .SQLITE_CANTOPEN:
      self = StoreFile(path: path, access: access).unopened(reason)
    case .SQLITE_IOERR:
      self = .inputOutput(path: path, reason: reason)
    default:
      self = .other(
        path: path, reason: "SQLite error \(error.extendedResultCode.rawValue): \(reason)")
    }
  }

  /// The text on one line.
  private static func line(_ text: String) -> String {
    text.split(whereSeparator: \.isNewline).joined(separator: " ")
  }
}
