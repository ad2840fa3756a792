internal import Formats
internal import SpaceFiles
internal import Synchronization

/// The files of spaces that the command line names, each read once.
///
/// A file is read while the command line is, whose parser wraps errors: the first failure is kept here, so that
/// `TFNAS.main` can say it with its own exit code.
enum SpaceFileInput {
  private static let known = Mutex<[String: SpaceFile]>([:])
  private static let first = Mutex<CommandError?>(nil)

  /// Why a file could not be read.
  static var failure: CommandError? { first.withLock { $0 } }

  /// Whether a text is the path of such a file.
  static func isPath(_ text: String) -> Bool {
    [".yaml", ".yml"].contains { text.lowercased().hasSuffix($0) }
  }

  /// The space of a file.
  ///
  /// - Throws: 65 with line and column, 66 where the file cannot be read.
  static func space(_ path: String) throws(CommandError) -> FileSpace {
    if let file = known.withLock({ $0[path] }) { return FileSpace(file) }
    do {
      let file = try SpaceFile(parsing: Input.bytes(of: path), file: path)
      known.withLock { $0[path] = file }
      return FileSpace(file)
    } catch {
      let failure = CommandError(error)
      first.withLock { if $0 == nil { $0 = failure } }
      throw failure
    }
  }
}
