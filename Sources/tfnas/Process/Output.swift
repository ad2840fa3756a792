internal import Formats
internal import Foundation

/// Standard output, where every write is checked.
enum Output {
  /// Writes a text.
  ///
  /// - Throws: status 0 without a message where the reader has closed the pipe, as `head` does;
  ///   73 where the text cannot be written.
  static func write(_ text: String) throws(CommandError) {
    do {
      try FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
    } catch {
      let reason = FileError.Reason(of: error)
      if reason.isClosedPipe { throw CommandError(.done, "") }
      throw CommandError(.cannotWrite, "standard output: cannot be written: \(reason.words)")
    }
  }
}

/// Standard error, for whatever is not data.
enum Diagnostics {
  /// Writes one line after the name of the command, unless the run is quiet; what would move the cursor
  /// is escaped.
  static func say(_ line: String) {
    if Messages.level != .quiet {
      write(Messages.takeBar() + "tfnas: \(PrintableText.line(line))\n")
    }
  }

  /// Says how many networks have no score, and why.
  static func say(undefined: [String: Int], of name: String) {
    for (reason, count) in undefined.sorted(by: { $0.key < $1.key }) {
      say("\(name): \(count) networks have no score: \(reason)")
    }
  }

  /// Writes a text as it is.
  ///
  /// There is nobody to tell of a failure.
  static func write(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }
}

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
