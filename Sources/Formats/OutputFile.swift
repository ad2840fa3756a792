internal import Foundation
internal import SystemPackage
internal import Tensors

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// One output at a path that somebody named, whatever is there.
///
/// A plain file that is empty, or any where that is forced, is replaced in one step by a file of the same
/// mode and owner; another one stays as it is, also where it came to be there during the work. A symbolic
/// link is followed and stays. A device, FIFO, pipe or open descriptor is written to. Whoever creates
/// this value before a long computation learns at once that the output cannot be written.
package struct OutputFile: Sendable {
  /// The path as it was given.
  package let path: String
  /// Whether a plain file with something in it may be replaced.
  private let isForced: Bool

  /// How a place is written.
  private enum Way {
    /// Under a temporary name in the same directory that then becomes this one.
    case replacing(FilePath, Stat?)
    /// From the first byte on, because the directory takes no new files.
    case overwriting(FilePath)
    /// As a reader or device takes it.
    case streaming(FilePath)
    /// To a descriptor of this process.
    case descriptor(FileDescriptor)
  }

  /// Checks that the path can be written, and changes nothing.
  ///
  /// - Parameters:
  ///   - path: the path of the output.
  ///   - isForced: whether a plain file with something in it may be replaced; what holds nothing always may.
  /// - Throws: ``FileError`` with the reason where it cannot.
  package init(_ path: String, isForced: Bool) throws(FileError) {
    self.path = path
    self.isForced = isForced
    _ = try way()
  }

  /// Writes everything.
  ///
  /// A reader that has seen enough and closed its pipe is no failure.
  ///
  /// - Parameter bytes: the whole content.
  /// - Throws: ``FileError`` with the reason; a plain file that was there is then what it was before.
  package func write(_ bytes: [UInt8]) throws(FileError) {
    let way = try way()
    do {
      switch way {
      case .replacing(let target, let old?):
        do { try replace(target, old, with: bytes) } catch {
          // Others' files in a directory such as /tmp can be written, but not replaced.
          guard Errno(of: error).isRefusal else { throw error }
          try overwrite(target, with: bytes)
        }
      case .replacing(let target, nil): try replace(target, nil, with: bytes)
      case .overwriting(let target): try overwrite(target, with: bytes)
      case .streaming(let target):
        let file = try FileDescriptor.open(target, .writeOnly, options: .closeOnExec)
        try file.closeAfter { _ = try file.writeAll(bytes) }
      case .descriptor(let file): _ = try file.writeAll(bytes)
      }
    } catch Errno.brokenPipe {
      return
    } catch {
      throw self.error(Errno(of: error).words)
    }
  }

  /// Writes a text in UTF-8.
  package func write(_ text: String) throws(FileError) { try write(Array(text.utf8)) }

  /// Whether another path leads to the same place.
  package func isSame(as other: String) -> Bool {
    guard let own = try? FilePlace(following: path), let other = try? FilePlace(following: other)
    else { return false }
    if let one = try? own.stat(), let two = try? other.stat() {
      return one.type == .regular && one.deviceID == two.deviceID && one.inode == two.inode
    }
    return own.path.lexicallyNormalized() == other.path.lexicallyNormalized()
  }

  // MARK: Checks

  private func error(_ reason: String) -> FileError {
    FileError(file: path, problem: .unwritable(reason))
  }

  private func way() throws(FileError) -> Way {
    guard !path.isEmpty else { throw error("its name is empty") }
    do {
      let place = try FilePlace(following: path)
      guard let status = try Self.existing(place) else {
        try Self.probe(place.directory)
        return .replacing(place.path, nil)
      }
      if let descriptor = place.descriptor { return .descriptor(descriptor) }
      // A redirected standard output is written to where it stands, or what it gets would be lost.
      for descriptor in [FileDescriptor.standardOutput, .standardError] {
        if let own = try? descriptor.stat(), own.type == .regular,
          own.deviceID == status.deviceID, own.inode == status.inode
        {
          return .descriptor(descriptor)
        }
      }
      switch status.type {
      case .regular, .fifo, .characterSpecial: break
      default: throw error(status.type.words)
      }
      guard FileManager.default.isWritableFile(atPath: place.path.string) else {
        throw Errno.permissionDenied
      }
      guard status.type == .regular else { return .streaming(place.path) }
      guard isForced || status.size == 0 else {
        throw error("there is a file already; --force replaces it")
      }
      do { try Self.probe(place.directory) } catch {
        guard Errno(of: error).isRefusal else { throw error }
        return .overwriting(place.path)
      }
      return .replacing(place.path, status)
    } catch let error as FileError {
      throw error
    } catch {
      throw self.error(Errno(of: error).words)
    }
  }

  /// What is at a place, `nil` where nothing is.
  private static func existing(_ place: FilePlace) throws(Errno) -> Stat? {
    do { return try place.stat() } catch {
      guard error == .noSuchFileOrDirectory else { throw error }
      return nil
    }
  }

  /// Makes a file in a directory and removes it again: permissions alone do not tell whether that works.
  private static func probe(_ directory: FilePath) throws {
    let (name, file) = try temporary(in: directory, .ownerReadWrite)
    try? file.close()
    try FileManager.default.removeItem(atPath: name.string)
  }

  // MARK: Writing

  private static func temporary(
    in directory: FilePath, _ permissions: FilePermissions
  ) throws -> (FilePath, FileDescriptor) {
    let name = directory.appending(".tfnas-\(String(UInt64.random(in: 0...(.max)), radix: 16))")
    return (
      name,
      try FileDescriptor.open(
        name, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec],
        permissions: permissions)
    )
  }

  private func overwrite(_ target: FilePath, with bytes: [UInt8]) throws {
    let file = try FileDescriptor.open(target, .writeOnly, options: [.truncate, .closeOnExec])
    try file.closeAfter { _ = try file.writeAll(bytes) }
  }

  private func replace(_ target: FilePath, _ old: Stat?, with bytes: [UInt8]) throws {
    let directory = FilePlace.directory(of: target)
    // What is to be secret must not be seen under the temporary name either.
    let (name, file) = try Self.temporary(
      in: directory, old == nil ? FilePermissions(rawValue: 0o666) : .ownerReadWrite)
    do {
      try file.closeAfter {
        _ = try file.writeAll(bytes)
        if let old {
          if old.userID.rawValue != geteuid() || old.groupID.rawValue != getegid() {
            // Whoever may not give files away keeps the copy.
            _ = fchown(file.rawValue, old.userID.rawValue, old.groupID.rawValue)
          }
          guard fchmod(file.rawValue, old.permissions.rawValue) == 0 else {
            throw Errno(rawValue: errno)
          }
        }
        // A file system that has no use for this says so by EINVAL.
        if fsync(file.rawValue) != 0, errno != EINVAL { throw Errno(rawValue: errno) }
      }
      let code = OperatingSystem.rename(name.string, to: target.string)
      if code != 0 { throw Errno(rawValue: code) }
    } catch {
      try? FileManager.default.removeItem(atPath: name.string)
      throw error
    }
  }
}

extension Errno {
  /// Whether a permission is missing.
  fileprivate var isRefusal: Bool { self == .permissionDenied || self == .notPermitted }
}
