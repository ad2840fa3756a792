internal import Formats

/// Files and standard input, read whole.
enum Input {
  /// The bytes of a file, or of standard input for `-`.
  ///
  /// - Throws: 66 where there is nothing to read.
  static func bytes(of path: String) throws(CommandError) -> [UInt8] {
    do { return try InputFile.bytes(of: path == "-" ? "/dev/stdin" : path) } catch {
      guard path == "-" else { throw CommandError(error) }
      throw CommandError(FileError(file: name(of: path), problem: error.problem))
    }
  }

  /// What messages call a file.
  static func name(of path: String) -> String { path == "-" ? "standard input" : path }
}
