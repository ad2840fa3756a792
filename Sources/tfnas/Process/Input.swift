internal import Foundation

/// Files and standard input, read whole.
enum Input {
  /// The bytes of a file, or of standard input for `-`.
  ///
  /// - Throws: 66 where there is nothing to read.
  static func bytes(of path: String) throws(CommandError) -> [UInt8] {
    do {
      if path == "-" { return Array(try FileHandle.standardInput.readToEnd() ?? Data()) }
      return Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    } catch {
      throw CommandError(.missingInput, "\(name(of: path)): \(reason(error))")
    }
  }

  /// What messages call a file.
  static func name(of path: String) -> String { path == "-" ? "standard input" : path }

  private static func reason(_ error: any Error) -> String {
    switch (error as? CocoaError)?.code {
    case .fileNoSuchFile, .fileReadNoSuchFile: "no such file"
    case .fileReadNoPermission: "no permission to read it"
    default: "cannot be read"
    }
  }
}
