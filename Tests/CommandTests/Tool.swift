import Foundation
import Tensors
import TestSupport
import Testing

/// The built command, run as a process of its own.
enum Tool {
  /// What a finished process left behind.
  struct Result {
    let status: Int32
    let output: String
    let errors: String

    /// The lines of standard error.
    var errorLines: [Substring] { errors.split(separator: "\n") }

    /// Standard output as JSON.
    func json() throws -> Any { try parsedJSON(output) }

    /// Standard output as a JSON object.
    func object() throws -> [String: Any] { try #require(try json() as? [String: Any]) }
    /// The networks of a JSON document.
    func networks() throws -> [[String: Any]] {
      try #require(try object()["networks"] as? [[String: Any]])
    }
  }

  /// A process that may still run, with the files that catch what it writes.
  final class Running {
    let process = Process()
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
        try #require(FileManager.default.createFile(atPath: path, contents: nil))
      }
      return try #require(FileHandle(forWritingAtPath: path))
    }

    func wait() throws -> Result {
      Deadline(over: process).end()
      let output = try? String(contentsOfFile: directory.file("out"), encoding: .utf8)
      return Result(
        status: process.terminationStatus, output: output ?? "",
        errors: try String(contentsOfFile: directory.file("err"), encoding: .utf8))
    }
  }

  /// Waits for the end of a process, and forces it where it does not come: a command that hangs fails its
  /// test, and the others go on.
  struct Deadline {
    private static let patience = 300

    private let process: Process
    private let forcing: DispatchWorkItem

    init(over process: Process) {
      self.process = process
      let (number, words) = (process.processIdentifier, process.arguments ?? [])
      forcing = DispatchWorkItem {
        Issue.record("ended by force after \(Self.patience) s: \(words.joined(separator: " "))")
        Tool.kill(treeOf: number)
      }
      DispatchQueue.global().asyncAfter(
        deadline: .now() + .seconds(Self.patience), execute: forcing)
    }

    func end() {
      process.waitUntilExit()
      forcing.cancel()
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
  static func run(
    _ arguments: [String], input: String? = nil, outputPath: String? = nil,
    environment: [String: String] = [:]
  ) throws -> Result {
    try Running(arguments, input: input, outputPath: outputPath, environment: environment).wait()
  }

  /// Starts the command.
  static func start(_ arguments: [String], outputPath: String? = nil) throws -> Running {
    try Running(arguments, input: nil, outputPath: outputPath, environment: [:])
  }

  /// Runs a line of a shell, in which `$TFNAS` is the command.
  static func shell(_ line: String) throws -> (status: Int32, output: String) {
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
    deadline.end()
    return (process.terminationStatus, String(decoding: data, as: UTF8.self))
  }

  /// The command lies where the test bundle lies.
  static var executable: URL {
    get throws {
      let directories = [Bundle.main.bundleURL] + Bundle.allBundles.map(\.bundleURL)
      let candidates = directories.flatMap {
        [
          $0.appendingPathComponent("tfnas"),
          $0.deletingLastPathComponent().appendingPathComponent("tfnas"),
        ]
      }
      return try #require(
        candidates.first { FileManager.default.isExecutableFile(atPath: $0.path) },
        "tfnas is beside none of \(directories.map(\.path))")
    }
  }
}

/// A JSON document as `JSONSerialization` would give it, but with exact numbers.
///
/// On Linux `JSONSerialization` is wrong by a unit in the last place of some doubles.
func parsedJSON(_ text: String) throws -> Any {
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
let small = ["--width", "4", "--cells", "1", "--batch", "2"]
/// The same for subcommands that do not take the resolution from a data set.
let smallImage = small + ["--resolution", "8"]
