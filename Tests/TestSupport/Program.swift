import Foundation

/// Programs of other people that tests compare with or are run by.
package enum Program {
  /// Runs a program of the search path to its end, without input.
  ///
  /// - Parameters:
  ///   - words: the program and its arguments.
  ///   - keepsErrors: whether what it says on standard error stands in the output too.
  /// - Returns: its exit code, or the signal that ended it, and what it printed; 127 where there is no such program.
  /// - Throws: where no process can be started.
  package static func run(
    _ words: [String], keepsErrors: Bool = false
  ) throws -> (status: Int32, output: Data) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = words
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardInput = FileHandle.nullDevice
    process.standardError = keepsErrors ? pipe : FileHandle.nullDevice
    try process.run()
    let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return (process.terminationStatus, data)
  }

  /// Whether a program can be run.
  package static func isInstalled(_ name: String) -> Bool {
    (try? run([name, "--version"]))?.status == 0
  }
}
