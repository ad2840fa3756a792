internal import Foundation
internal import SystemPackage

/// What a store was opened for.
enum StoreAccess: Sendable {
  case reading
  case writing
}

/// The file of a store as the file system shows it, where SQLite says too little.
struct StoreFile {
  let path: String
  let access: StoreAccess

  /// Refuses a path at which no store can be, before SQLite touches it.
  ///
  /// SQLite takes a file that is shorter than a page header for an empty database and would write
  /// over it, and it does not say whether a file or a directory is missing.
  ///
  /// - Parameter readsHeader: whether the first bytes are looked at, which a store that is open in this process
  ///   must be spared; see ``OpenStore``.
  /// - Throws: ``ResultStoreError`` that says what stands in the way.
  func inspect(readsHeader: Bool) throws(ResultStoreError) {
    guard let isDirectory = Self.isDirectory(path) else {
      switch access {
      case .reading: throw .missing(path: path)
      case .writing: return try inspectDirectory()
      }
    }
    if isDirectory { throw refused("it is a directory") }
    guard isPlain else { throw refused("a store is a plain file") }
    guard readsHeader else { return }
    guard let start = FileHandle(forReadingAtPath: path) else {
      throw refused("permission denied")
    }
    let magic: Data?
    do {
      magic = try start.read(upToCount: 16)
      try start.close()
    } catch {
      throw ResultStoreError(error, path: path, access: access)
    }
    guard let magic, !magic.isEmpty else {
      if access == .reading { throw .notADatabase(path: path) }
      return
    }
    guard magic.elementsEqual("SQLite format 3\0".utf8) else {
      throw .notADatabase(path: path)
    }
  }

  /// Whether there is nothing yet, or a file without a byte.
  var isEmpty: Bool {
    guard let status = try? FilePath(path).stat() else { return true }
    return status.type == .regular && status.size == 0
  }

  /// Whether a log of either kind lies beside the file, in use or left by a process that was killed.
  var hasLog: Bool { hasFile("-wal") || hasJournal }

  /// Whether a rollback journal lies beside the file, as while its tables are created: who only reads cannot
  /// undo what a process began that was killed.
  var hasJournal: Bool { hasFile("-journal") }

  private func hasFile(_ ending: String) -> Bool {
    let file = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    return ((try? FilePath(file + ending).stat())?.size ?? 0) > 0
  }

  /// Whether it is no device, FIFO or socket, of which SQLite knows nothing.
  var isPlain: Bool { (try? FilePath(path).stat())?.type == .regular }

  /// Whether the operating system lets this process change the file.
  var isWritable: Bool { FileManager.default.isWritableFile(atPath: path) }

  /// The error of a file that SQLite cannot open.
  ///
  /// - Parameter reason: the words of SQLite, for want of a better reason.
  /// - Returns: an error that says which permission is missing, where one is.
  func unopened(_ reason: String) -> ResultStoreError {
    // It was there when it was looked at, and is gone.
    if access == .reading, !FileManager.default.fileExists(atPath: path) {
      return .missing(path: path)
    }
    if access == .writing, !FileManager.default.isWritableFile(atPath: directory) {
      return refused("the directory \(directory) is not writable")
    }
    return refused(reason)
  }

  private func inspectDirectory() throws(ResultStoreError) {
    switch Self.isDirectory(directory) {
    case nil: throw .directoryMissing(path: path, directory: directory)
    case false?: throw refused("\(directory) is not a directory")
    case true?: return
    }
  }

  private func refused(_ reason: String) -> ResultStoreError {
    switch access {
    case .reading: .notReadable(path: path, reason: reason)
    case .writing: .notWritable(path: path, reason: reason)
    }
  }

  /// The directory part of the path, `.` where it has none.
  private var directory: String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// Whether a directory is at a path, or `nil` where nothing is.
  private static func isDirectory(_ path: String) -> Bool? {
    let files = FileManager.default
    return files.fileExists(atPath: path) ? files.fileExists(atPath: path + "/.") : nil
  }
}

/// Which files a path and its log stand for, by what no other file shares.
struct OpenFiles: Sendable {
  /// A file of the file system.
  struct Identity: Equatable, Sendable {
    var device: UInt64
    var number: UInt64
  }

  /// The main file, `nil` where there is none.
  let file: Identity?
  /// The write-ahead log, `nil` where there is none.
  let log: Identity?
  /// The bytes of the log.
  let logSize: Int64

  init(_ path: String) {
    let main = try? FilePath(path).stat()
    let resolved = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    let logStatus = try? FilePath(resolved + "-wal").stat()
    file = main.map(Self.identity)
    log = logStatus.map(Self.identity)
    logSize = logStatus?.size ?? 0
  }

  private static func identity(_ status: Stat) -> Identity {
    Identity(
      device: UInt64(status.deviceID.rawValue), number: UInt64(status.inode.rawValue))
  }
}
