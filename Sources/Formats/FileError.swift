internal import SystemPackage

/// Why a file cannot be read or written.
package struct FileError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The kinds of fault.
  package enum Problem: Hashable, Sendable {
    /// There is nothing to read.
    case missing
    /// It cannot be read; the text says why.
    case unreadable(String)
    /// It cannot be written; the text says why.
    case unwritable(String)
  }

  /// The path as it was given.
  package let file: String
  /// The fault.
  package let problem: Problem

  /// Creates an error from its parts.
  package init(file: String, problem: Problem) {
    self.file = file
    self.problem = problem
  }

  /// The file and the fault on one line.
  package var description: String {
    let name = PrintableText.line(file)
    return switch problem {
    case .missing: "\(name): no such file"
    case .unreadable(let reason): "\(name): cannot be read: \(PrintableText.line(reason))"
    case .unwritable(let reason):
      "\(name): cannot be written: \(PrintableText.line(reason))"
    }
  }
}

extension FileError {
  /// Why an operation of the system failed.
  package struct Reason {
    private let code: Errno

    /// The reason behind an error of the library.
    package init(of error: any Error) { code = Errno(of: error) }

    /// The reason in a few words.
    package var words: String { code.words }
    /// Whether the reader of a pipe has seen enough.
    package var isClosedPipe: Bool { code == .brokenPipe }
  }
}

extension Errno {
  /// The reason in a few words.
  var words: String {
    switch self {
    case .noSuchFileOrDirectory: "there is no such directory"
    case .permissionDenied, .notPermitted: "no permission"
    case .notDirectory: "a part of the path is no directory"
    case .isDirectory: "it is a directory"
    case .noSpace, .diskQuotaExceeded: "no space left"
    case .fileTooLarge: "the limit of the size of files is reached"
    case .readOnlyFileSystem: "the file system is read-only"
    case .noSuchAddressOrDevice: "there is nothing behind it"
    case .tooManySymbolicLinkLevels: "its links go round in a circle"
    case .fileNameTooLong: "the name is too long"
    case .badFileDescriptor: "it is closed"
    default: description
    }
  }
}
