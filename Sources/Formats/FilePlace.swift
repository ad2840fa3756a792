internal import Foundation
internal import SystemPackage

/// What a path leads to once its symbolic links are followed.
struct FilePlace {
  /// The path behind all links; nothing need be there.
  let path: FilePath
  /// The descriptor of this process that the path names, as `/dev/stdin` and `/dev/fd/63` do.
  ///
  /// It is used as it is: to open such a path again would fail for a socket, and would begin a file that
  /// was redirected at its first byte once more.
  let descriptor: FileDescriptor?

  /// Links that are followed before they count as a circle, as many as Linux follows.
  private static let linkLimit = 40

  /// Follows a path.
  ///
  /// - Throws: `Errno` where its links go round in a circle.
  init(following path: String) throws(Errno) {
    var place = FilePath(path)
    for _ in 0...Self.linkLimit {
      if let number = Self.descriptor(named: place) {
        self.path = place
        descriptor = FileDescriptor(rawValue: number)
        return
      }
      guard
        let target = try? FileManager.default.destinationOfSymbolicLink(atPath: place.string)
      else {
        self.path = place
        descriptor = nil
        return
      }
      place = place.removingLastComponent().pushing(FilePath(target))
    }
    throw .tooManySymbolicLinkLevels
  }

  /// The number behind a path such as `/proc/self/fd/1`.
  private static func descriptor(named path: FilePath) -> Int32? {
    let text = path.lexicallyNormalized().string
    switch text {
    case "/dev/stdin": return 0
    case "/dev/stdout": return 1
    case "/dev/stderr": return 2
    default:
      let directories = [
        "/dev/fd/", "/proc/self/fd/", "/proc/thread-self/fd/",
        "/proc/\(ProcessInfo.processInfo.processIdentifier)/fd/",
      ]
      guard let directory = directories.first(where: text.hasPrefix) else { return nil }
      let digits = text.dropFirst(directory.count)
      return digits.allSatisfy(\.isASCII) ? Int32(digits) : nil
    }
  }

  /// What is there.
  ///
  /// - Throws: `Errno`, `ENOENT` where nothing is.
  func stat() throws(Errno) -> Stat {
    do { return try descriptor?.stat() ?? path.stat() } catch { throw Errno(of: error) }
  }

  /// The directory in which the path lies.
  var directory: FilePath { Self.directory(of: path) }

  /// The directory in which a path lies.
  static func directory(of path: FilePath) -> FilePath {
    let directory = path.removingLastComponent()
    return directory.isEmpty ? "." : directory
  }
}

extension FileType {
  /// What a message calls whatever is neither file, directory, device nor pipe.
  var words: String {
    switch self {
    case .directory: "it is a directory"
    case .socket: "it is a socket"
    case .blockSpecial: "it is a disk"
    default: "it is neither a file nor a pipe"
    }
  }
}

extension Errno {
  /// The system's number behind an error of the library.
  init(of error: any Error) {
    func code(_ error: NSError) -> Int? {
      if error.domain == NSPOSIXErrorDomain { return error.code }
      return (error.userInfo[NSUnderlyingErrorKey] as? NSError).flatMap(code)
    }
    if let error = error as? Errno {
      self = error
    } else if let code = code(error as NSError) {
      self = Errno(rawValue: Int32(code))
    } else {
      // The library keeps the number of some failures to itself.
      self =
        switch (error as? CocoaError)?.code {
        case .fileNoSuchFile, .fileReadNoSuchFile: .noSuchFileOrDirectory
        case .fileReadNoPermission, .fileWriteNoPermission: .permissionDenied
        case .fileWriteOutOfSpace: .noSpace
        case .fileWriteVolumeReadOnly: .readOnlyFileSystem
        case .fileWriteFileExists: .notDirectory
        default: .ioError
        }
    }
  }
}
