import Foundation
import Tensors

/// The built command, run as a process of its own.
package enum Tool {
  /// Why a process is no use to a test.
  package struct Failure: Error, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
  }

  /// What a finished process left behind.
  package struct Result {
    package let status: Int32
    package let output: String
    package let errors: String

    /// The lines of standard error.
    package var errorLines: [Substring] { errors.split(separator: "\n") }

    /// Standard output as JSON.
    package func json() throws -> Any { try parsedJSON(output) }

    /// Standard output as a JSON object.
    package func object() throws -> [String: Any] {
      guard let object = try json() as? [String: Any] else {
        throw Failure("no JSON object: \(output.prefix(200)) \(errors)")
      }
      return object
    }

    /// The networks of a JSON document.
    package func networks() throws -> [[String: Any]] {
      guard let networks = try object()["networks"] as? [[String: Any]] else {
        throw Failure("no networks: \(output.prefix(200)) \(errors)")
      }
      return networks
    }
  }

  /// A process that may still run, with the files that catch what it writes.
  package final class Running {
    package let process = Process()
    private let directory: TemporaryDirectory

    fileprivate init(
      _ arguments: [String], input: String?, outputPath: String?, environment more: [String: String]
    ) throws {
      directory = try TemporaryDirectory()
      process.executableURL = try Tool.executable
      process.arguments = arguments
      process.environment = Tool.environment(more)
      if let input {
        try Data(input.utf8).write(to: URL(fileURLWithPath: directory.file("in")))
      }
      let inputPath = input == nil ? "/dev/null" : directory.file("in")
      process.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: inputPath))
      process.standardOutput = try Running.handle(outputPath ?? directory.file("out"))
      process.standardError = try Running.handle(directory.file("err"))
      Tool.unblockChildren()
      try process.run()
    }

    private static func handle(_ path: String) throws -> FileHandle {
      if !path.hasPrefix("/dev/") {
        guard FileManager.default.createFile(atPath: path, contents: nil) else {
          throw Failure("\(path) cannot be made")
        }
      }
      guard let handle = FileHandle(forWritingAtPath: path) else {
        throw Failure("\(path) cannot be written")
      }
      return handle
    }

    package func wait() throws -> Result {
      try Deadline(over: process).end()
      let output = try? String(contentsOfFile: directory.file("out"), encoding: .utf8)
      return Result(
        status: process.terminationStatus, output: output ?? "",
        errors: try String(contentsOfFile: directory.file("err"), encoding: .utf8))
    }
  }

  /// Waits for the end of a process, and forces it where it does not come: a command that hangs fails its
  /// test, and the others go on.
  package struct Deadline {
    private static let patience = 300

    private let process: Process
    private let start = Date()
    private let forcing: DispatchWorkItem

    package init(over process: Process) {
      self.process = process
      let number = process.processIdentifier
      forcing = DispatchWorkItem { Tool.kill(treeOf: number) }
      DispatchQueue.global().asyncAfter(
        deadline: .now() + .seconds(Self.patience), execute: forcing)
    }

    /// Waits.
    ///
    /// - Throws: that the process was forced.
    package func end() throws {
      process.waitUntilExit()
      forcing.cancel()
      guard Date().timeIntervalSince(start) < Double(Self.patience) else {
        let words = process.arguments ?? []
        throw Failure("ended by force after \(Self.patience) s: \(words.joined(separator: " "))")
      }
    }
  }

  /// Kills a process behind those that it started.
  private static func kill(treeOf number: Int32) {
    let children = Process()
    children.executableURL = URL(fileURLWithPath: "/bin/sh")
    children.arguments = ["-c", "pkill -KILL -P \(number); kill -KILL \(number)"]
    try? children.run()
  }

  /// Lets SIGCHLD reach the processes that the calling thread starts: threads of a pool have it blocked, and a shell that
  /// inherits that waits for its children for ever.
  fileprivate static func unblockChildren() { OperatingSystem.unblock(signal: SIGCHLD) }

  /// The environment of a process: whatever the width of a terminal is, it is no matter here.
  fileprivate static func environment(_ more: [String: String]) -> [String: String] {
    var environment = ProcessInfo.processInfo.environment
    for name in ["COLUMNS", "NO_COLOR"] { environment[name] = nil }
    return environment.merging(more) { $1 }
  }

  /// Runs the command to its end.
  package static func run(
    _ arguments: [String], input: String? = nil, outputPath: String? = nil,
    environment: [String: String] = [:]
  ) throws -> Result {
    try Running(arguments, input: input, outputPath: outputPath, environment: environment).wait()
  }

  /// Starts the command.
  package static func start(_ arguments: [String], outputPath: String? = nil) throws -> Running {
    try Running(arguments, input: nil, outputPath: outputPath, environment: [:])
  }

  /// Runs a line of a shell, in which `$TFNAS` is the command.
  package static func shell(_ line: String) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", line]
    process.environment = environment(["TFNAS": try executable.path])
    let pipe = Pipe()
    process.standardOutput = pipe
    unblockChildren()
    try process.run()
    let deadline = Deadline(over: process)
    let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
    try deadline.end()
    return (process.terminationStatus, String(decoding: data, as: UTF8.self))
  }

  /// The command lies where the test bundle lies.
  package static var executable: URL {
    get throws {
      let directories = [Bundle.main.bundleURL] + Bundle.allBundles.map(\.bundleURL)
      let candidates = directories.flatMap {
        [
          $0.appendingPathComponent("tfnas"),
          $0.deletingLastPathComponent().appendingPathComponent("tfnas"),
        ]
      }
      let found = candidates.first { FileManager.default.isExecutableFile(atPath: $0.path) }
      guard let found else { throw Failure("tfnas is beside none of \(directories.map(\.path))") }
      return found
    }
  }
}

/// A JSON document as `JSONSerialization` would give it, but with exact numbers.
///
/// On Linux `JSONSerialization` is wrong by a unit in the last place of some doubles.
package func parsedJSON(_ text: String) throws -> Any {
  struct Tree: Decodable {
    let value: Any

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if container.decodeNil() {
        value = NSNull()
      } else if let flag = try? container.decode(Bool.self) {
        value = NSNumber(value: flag)
      } else if let whole = try? container.decode(Int.self) {
        value = NSNumber(value: whole)
      } else if let whole = try? container.decode(UInt64.self) {
        value = NSNumber(value: whole)
      } else if let number = try? container.decode(Double.self) {
        value = NSNumber(value: number)
      } else if let text = try? container.decode(String.self) {
        value = text
      } else if let list = try? container.decode([Tree].self) {
        value = list.map(\.value)
      } else {
        value = try container.decode([String: Tree].self).mapValues(\.value)
      }
    }
  }
  return try JSONDecoder().decode(Tree.self, from: Data(text.utf8)).value
}

/// Sizes with which a score takes a fraction of a second.
package let small = ["--width", "4", "--cells", "1", "--batch", "2"]
/// The same for subcommands that do not take the resolution from a data set.
package let smallImage = small + ["--resolution", "8"]
