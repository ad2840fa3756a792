import Foundation

/// Python as other programs are run by it: `python3`, or what `TFNAS_PYTHON` names.
package enum Python {
  private static let python = ProcessInfo.processInfo.environment["TFNAS_PYTHON"] ?? "python3"

  /// Whether there is a Python with some modules.
  package static func has(_ modules: String) -> Bool {
    (try? run(["-c", "import \(modules)"]))?.status == 0
  }

  /// Runs it to its end.
  package static func run(
    _ arguments: [String], keepsErrors: Bool = false
  ) throws -> (status: Int32, output: Data) {
    try Program.run([python] + arguments, keepsErrors: keepsErrors)
  }
}
