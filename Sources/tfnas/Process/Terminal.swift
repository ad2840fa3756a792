internal import CTerminal
internal import Foundation

/// The few things that have to be asked of the operating system itself.
enum Terminal {
  /// Whether standard error is read by a person.
  static var isInteractive: Bool { isatty(2) == 1 }

  /// Whether standard output is read by a person.
  static var isOutputInteractive: Bool { isatty(1) == 1 }

  /// Lets a write to a closed pipe fail instead of ending the process.
  static func ignoreClosedPipes() { _ = signal(SIGPIPE, SIG_IGN) }

  /// Takes a signal's own effect away, so that a dispatch source alone sees it.
  static func ignore(_ number: Int32) { _ = signal(number, SIG_IGN) }

  /// Ends the process at once, while other threads still compute.
  static func leave(_ status: Int32) -> Never { _exit(status) }

  // MARK: Width and colour

  /// Columns of a terminal that does not say how many it has.
  private static let usualColumns = 80

  /// The columns that standard output has room for, `nil` where it is no terminal and nobody says.
  ///
  /// `COLUMNS` goes before the terminal, so that a pipe into a pager can have a width too.
  static var outputColumns: Int? {
    declaredColumns ?? (isOutputInteractive ? columns(of: 1) : nil)
  }

  /// The columns of the terminal behind standard error.
  static var errorColumns: Int { declaredColumns ?? columns(of: 2) }

  private static func columns(of descriptor: Int32) -> Int {
    let columns = Int(tfnas_terminal_columns(descriptor))
    return columns > 0 ? columns : usualColumns
  }

  private static var declaredColumns: Int? {
    ProcessInfo.processInfo.environment["COLUMNS"].flatMap(Int.init).flatMap { $0 > 0 ? $0 : nil }
  }

  /// Whether escape sequences of colour and weight are understood and wanted: on a terminal, unless
  /// `NO_COLOR` is set or `TERM` is `dumb`.
  static func hasColor(_ isTerminal: Bool) -> Bool {
    let environment = ProcessInfo.processInfo.environment
    return isTerminal && environment["NO_COLOR", default: ""].isEmpty
      && environment["TERM"] != "dumb"
  }
}
