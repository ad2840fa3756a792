internal import Foundation
internal import SystemPackage

/// A directory that somebody named for several outputs.
package struct OutputDirectory: Sendable {
  /// The path as it was given.
  package let path: String

  /// Makes the directory, and those above it, where there is none.
  ///
  /// - Parameters:
  ///   - path: the path of the directory.
  ///   - isForced: whether it may have something in it already.
  /// - Throws: ``FileError`` where it cannot be made, is a file, or has something in it.
  package init(_ path: String, isForced: Bool) throws(FileError) {
    self.path = path
    func error(_ reason: String) -> FileError {
      FileError(file: path, problem: .unwritable(reason))
    }
    guard !path.isEmpty else { throw error("its name is empty") }
    let files = FileManager.default
    do {
      try files.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch let fault {
      throw error(Self.reason(of: fault, at: path))
    }
    guard !isForced else { return }
    let contents: [String]
    do { contents = try files.contentsOfDirectory(atPath: path) } catch let fault {
      throw error(Errno(of: fault).words)
    }
    guard contents.isEmpty else {
      throw error("there is something in it already; --force writes into it all the same")
    }
  }

  /// Why a directory cannot be made; the library's error tells less than a look at the path.
  private static func reason(of error: any Error, at path: String) -> String {
    do {
      return try FilePath(path).stat().type == .directory
        ? Errno(of: error).words : "it is no directory"
    } catch {
      let look = Errno(of: error)
      if look != .noSuchFileOrDirectory { return look.words }
    }
    return Errno(of: error).words
  }

  /// The path of a file in the directory.
  package func file(_ name: String) -> String {
    path.hasSuffix("/") ? path + name : "\(path)/\(name)"
  }
}
