internal import Foundation
internal import SystemPackage

/// Files, pipes and devices that are read whole.
package enum InputFile {
  /// The most that is read of a device, some of which have no end.
  static let deviceLimit = 1 << 28

  /// The bytes behind a path: those of a file, or what a pipe, FIFO, terminal or socket brings until its
  /// end.
  ///
  /// - Parameter path: the path; `/dev/stdin` and `/dev/fd/3` are open descriptors of this process.
  /// - Returns: all bytes.
  /// - Throws: ``FileError`` with the reason of the operating system.
  package static func bytes(of path: String) throws(FileError) -> [UInt8] {
    do {
      let place = try FilePlace(following: path)
      if let descriptor = place.descriptor { return try bytes(of: descriptor) }
      let descriptor = try FileDescriptor.open(place.path, .readOnly, options: .closeOnExec)
      // Nothing was written, so closing cannot lose anything.
      defer { try? descriptor.close() }
      return try bytes(of: descriptor)
    } catch let error as Fault {
      throw FileError(file: path, problem: .unreadable(error.words))
    } catch {
      let code = Errno(of: error)
      throw FileError(
        file: path,
        problem: code == .noSuchFileOrDirectory ? .missing : .unreadable(code.words))
    }
  }

  /// A reason that the operating system has no number for.
  private struct Fault: Error {
    let words: String
  }

  private static func bytes(of descriptor: FileDescriptor) throws -> [UInt8] {
    let status = try descriptor.stat()
    if status.type == .directory || status.type == .blockSpecial {
      throw Fault(words: status.type.words)
    }
    var bytes: [UInt8] = []
    if status.type == .regular { bytes.reserveCapacity(min(Int(status.size), 1 << 30)) }
    let limit = status.type == .characterSpecial ? deviceLimit : Int.max
    let handle = FileHandle(fileDescriptor: descriptor.rawValue, closeOnDealloc: false)
    while let piece = try handle.read(upToCount: 1 << 20), !piece.isEmpty {
      bytes.append(contentsOf: piece)
      guard bytes.count < limit else {
        throw Fault(words: "it is a device without an end: \(limit >> 20) MB were read")
      }
    }
    return bytes
  }

  /// A text without the byte-order mark with which some programs begin UTF-8.
  package static func passingOverByteOrderMark(_ bytes: [UInt8]) -> ArraySlice<UInt8> {
    bytes.dropFirst(bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0)
  }
}
