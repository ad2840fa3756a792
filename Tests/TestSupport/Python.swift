import Foundation

/// Python as other programs are run by it: `python3`, or what `TFNAS_PYTHON` names.
package enum Python {
  private static let python = ProcessInfo.processInfo.environment["TFNAS_PYTHON"] ?? "python3"

  /// Whether there is a Python with some modules.
  package static func has(_ modules: String) -> Bool {
    (try? run(["-c", "import \(modules)"]))?.status == 0
  }

  /// Runs it to its end.
  package static func run(_ arguments: [String]) throws -> (status: Int32, output: Data) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [python] + arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardInput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return (process.terminationStatus, data)
  }
}
