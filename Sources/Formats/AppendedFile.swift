internal import SystemPackage
internal import Tensors

/// A file that one process makes and only ever adds to.
package struct AppendedFile: Sendable {
  /// The path as it was given.
  package let path: String
  private let descriptor: FileDescriptor

  /// Makes the file.
  ///
  /// - Throws: ``FileError`` where it is there already, or cannot be made.
  package init(making path: String) throws(FileError) {
    self.path = path
    do {
      descriptor = try FileDescriptor.open(
        FilePath(path), .writeOnly, options: [.create, .exclusiveCreate, .append, .closeOnExec],
        permissions: FilePermissions(rawValue: 0o666))
    } catch {
      throw FileError(file: path, problem: .unwritable(Errno(of: error).words))
    }
  }

  /// Adds bytes at the end: once this returns, killing the process does not lose them.
  ///
  /// - Throws: ``FileError`` with the reason; a part of the bytes may have been added.
  package func append(_ bytes: [UInt8]) throws(FileError) {
    do { _ = try descriptor.writeAll(bytes) } catch { throw failure(error) }
  }

  /// Waits until what was added is on the disk, and so seen by other machines.
  ///
  /// - Throws: ``FileError`` with the reason.
  package func synchronize() throws(FileError) {
    let code = Errno(rawValue: OperatingSystem.synchronize(descriptor.rawValue))
    // A file system that has no use for this says so by EINVAL.
    if code.rawValue != 0, code != .invalidArgument { throw failure(code) }
  }

  /// Closes the file, which cannot be used any more.
  package func close() throws(FileError) {
    do { try descriptor.close() } catch { throw failure(error) }
  }

  private func failure(_ error: any Error) -> FileError {
    FileError(file: path, problem: .unwritable(Errno(of: error).words))
  }
}
