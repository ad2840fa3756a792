internal import Foundation
internal import Tensors

/// Other programs that the command runs.
struct Program {
  /// Its name.
  let name: String
  private let url: URL

  /// Finds a program on the search path.
  ///
  /// - Throws: 66 where there is none of that name.
  init(_ name: String) throws(CommandError) {
    self.name = name
    guard let path = Self.path(of: name) else {
      throw CommandError(.missingInput, "\(name): there is no such program on the search path")
    }
    url = URL(fileURLWithPath: path)
  }

  /// Where a program is, `nil` where it is nowhere on the search path.
  static func path(of name: String) -> String? {
    let directories = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    return directories.lazy.map { "\($0)/\(name)" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  /// What a program that has ended said.
  struct Result {
    let status: Int32
    let output: String
    let errors: String

    /// The last line of standard error that says something, or else the status.
    var reason: String {
      let line = errors.split(whereSeparator: \.isNewline).last.map(String.init)
      return "ended with status \(status)" + (line.map { ": \($0)" } ?? "")
    }
  }

  /// Runs it to its end.
  ///
  /// - Throws: 75 where it cannot be started.
  func run(_ arguments: [String]) throws -> Result {
    let process = Process()
    process.executableURL = url
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    let (output, errors) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errors
    try start(process)
    // Both are short, so that none fills its pipe while the other is read.
    let text = try output.fileHandleForReading.readToEnd() ?? Data()
    let messages = try errors.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return Result(
      status: process.terminationStatus, output: String(decoding: text, as: UTF8.self),
      errors: String(decoding: messages, as: UTF8.self))
  }

  /// Runs it to its end; what it writes goes where this process writes.
  ///
  /// - Returns: its status.
  func runOpenly(_ arguments: [String]) throws -> Int32 {
    let process = Process()
    process.executableURL = url
    process.arguments = arguments
    try start(process)
    process.waitUntilExit()
    return process.terminationStatus
  }

  private func start(_ process: Process) throws(CommandError) {
    // A shell that inherits a blocked SIGCHLD waits for its children for ever, and whoever started this process may
    // have had signals blocked.
    for signal in [SIGCHLD, SIGHUP, SIGINT, SIGTERM] { OperatingSystem.unblock(signal: signal) }
    do { try process.run() } catch {
      throw CommandError(.incomplete, "\(name): cannot be started")
    }
  }
}
