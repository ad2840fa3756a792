internal import Foundation

/// Files that the command writes.
enum OutputFile {
  /// Writes a text, at once or not at all.
  ///
  /// - Throws: 73 where it cannot be written.
  static func write(_ text: String, to path: String) throws(CommandError) {
    do {
      try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw CommandError(.cannotWrite, "\(path): \(reason(error))")
    }
  }

  /// Makes a directory, and those above it, where there is none.
  ///
  /// - Throws: 73 where it cannot be made.
  static func makeDirectory(_ path: String) throws(CommandError) {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw CommandError(.cannotWrite, "\(path): the directory cannot be made")
    }
  }

  /// Whether there is anything at a path.
  static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

  private static func reason(_ error: any Error) -> String {
    switch (error as? CocoaError)?.code {
    case .fileNoSuchFile, .fileReadNoSuchFile: "there is no such directory"
    case .fileWriteNoPermission: "no permission to write it"
    case .fileWriteOutOfSpace: "no space left"
    default: "cannot be written"
    }
  }
}
