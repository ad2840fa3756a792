internal import Foundation
internal import Reports

/// Standard output, where every write is checked.
enum Output {
  /// Writes a report.
  static func write(_ report: some Report, as format: ReportFormat) throws(CommandError) {
    try write(report.text(format))
  }

  /// Writes a text.
  ///
  /// - Throws: status 0 without a message where the reader has closed the pipe, as `head` does;
  ///   73 where the text cannot be written.
  static func write(_ text: String) throws(CommandError) {
    do {
      try FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
    } catch {
      let code = posixCode(of: error as NSError)
      guard code != EPIPE else { throw CommandError(.done, "") }
      let reason =
        switch code {
        case ENOSPC: "no space left"
        case EBADF: "it is closed"
        case let code?:
          NSError(domain: NSPOSIXErrorDomain, code: Int(code)).localizedDescription
        case nil: "\(error)"
        }
      throw CommandError(.cannotWrite, "standard output: cannot be written: \(reason)")
    }
  }

  private static func posixCode(of error: NSError) -> Int32? {
    if error.domain == NSPOSIXErrorDomain { return Int32(error.code) }
    return (error.userInfo[NSUnderlyingErrorKey] as? NSError).flatMap(posixCode)
  }
}

/// Standard error, for whatever is not data.
enum Diagnostics {
  /// Writes one line after the name of the command, unless the run is quiet.
  static func say(_ line: String) {
    if Messages.level != .quiet { write(Messages.takeBar() + "tfnas: \(line)\n") }
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
