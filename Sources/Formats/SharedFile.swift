internal import Foundation
internal import SystemPackage
internal import Tensors

/// Files of a folder that processes on several machines use at the same time.
///
/// Nobody ever sees a part of such a file: it is written under a temporary name in the same directory, and gets
/// its own by a hard link or by renaming, which are single steps on network file systems too. Locks are not
/// relied upon.
package enum SharedFile {
  /// Makes a file with its whole content, unless something has its name already.
  ///
  /// - Parameters:
  ///   - bytes: the content.
  ///   - path: the path.
  /// - Returns: whether this call made the file; of several that try at the same time one does.
  /// - Throws: ``FileError`` where no file can be made, or the file system has no hard links.
  package static func publish(_ bytes: [UInt8], at path: String) throws(FileError) -> Bool {
    let target = FilePath(path)
    let name = temporary(beside: target)
    do {
      try write(bytes, to: name)
      defer { try? FileManager.default.removeItem(atPath: name.string) }
      do {
        try FileManager.default.linkItem(atPath: name.string, toPath: path)
        return true
      } catch {
        guard let made = try? target.stat() else { throw error }
        // The link may have been made and the answer of the server lost, so that a second try met the first.
        let own = try name.stat()
        return made.inode == own.inode && made.deviceID == own.deviceID
      }
    } catch {
      let code = Errno(of: error)
      throw FileError(
        file: path,
        problem: .unwritable(
          code == .notSupported || code == .notPermitted
            ? "the file system makes no hard links" : code.words))
    }
  }

  /// Replaces a file, or makes it where there is none.
  ///
  /// - Throws: ``FileError`` with the reason; what was there is then what it was before.
  package static func replace(_ bytes: [UInt8], at path: String) throws(FileError) {
    let name = temporary(beside: FilePath(path))
    do {
      try write(bytes, to: name)
      let code = OperatingSystem.rename(name.string, to: path)
      if code != 0 { throw Errno(rawValue: code) }
    } catch {
      try? FileManager.default.removeItem(atPath: name.string)
      throw FileError(file: path, problem: .unwritable(Errno(of: error).words))
    }
  }

  /// Whether something has a name, as the server of the file system knows it now.
  package static func exists(_ path: String) -> Bool { (try? FilePath(path).stat()) != nil }

  /// When a file was last written, in seconds by the clock of its file system; `nil` where there is none.
  package static func modification(of path: String) -> Double? {
    guard let time = try? FilePath(path).stat().st_mtim else { return nil }
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// Whether a file that was last written at a time would have another time if it were written again.
  ///
  /// Clocks of file systems advance by milliseconds, and what is written within the same tick leaves the time as it
  /// was.
  package static func isSettled(_ time: Double) -> Bool {
    Date().timeIntervalSince1970 - time > 2
  }

  /// The time by the clock of the file system of a directory; that of this machine where nothing can be written.
  package static func now(in directory: String) -> Double {
    let probe = temporary(beside: FilePath(directory).appending("now"))
    defer { try? FileManager.default.removeItem(atPath: probe.string) }
    if (try? write([], to: probe)) != nil, let time = modification(of: probe.string) { return time }
    return Date().timeIntervalSince1970
  }

  /// The names in a directory, temporary ones left out, in their order.
  ///
  /// - Throws: ``FileError`` where it cannot be read.
  package static func names(in directory: String) throws(FileError) -> [String] {
    do {
      return try FileManager.default.contentsOfDirectory(atPath: directory)
        .filter { !$0.hasPrefix(".") }.sorted()
    } catch {
      let code = Errno(of: error)
      throw FileError(
        file: directory,
        problem: code == .noSuchFileOrDirectory ? .missing : .unreadable(code.words))
    }
  }

  private static func temporary(beside target: FilePath) -> FilePath {
    target.removingLastComponent().appending(
      ".tfnas-\(String(UInt64.random(in: 0...(.max)), radix: 16))")
  }

  private static func write(_ bytes: [UInt8], to path: FilePath) throws {
    let file = try FileDescriptor.open(
      path, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec],
      permissions: FilePermissions(rawValue: 0o666))
    try file.closeAfter { _ = try file.writeAll(bytes) }
  }
}
