internal import CProcess
internal import Foundation
internal import Tensors

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// The few things that have to be asked of the operating system itself.
enum Terminal {
  /// Whether standard error is read by a person.
  static var isInteractive: Bool { isatty(2) == 1 }

  /// Whether standard output is read by a person.
  static var isOutputInteractive: Bool { isatty(1) == 1 }

  /// Lets a write fail that a closed pipe or a limit of the size of files refuses, instead of ending the
  /// process.
  static func letWritesFail() {
    _ = signal(SIGPIPE, SIG_IGN)
    _ = signal(SIGXFSZ, SIG_IGN)
  }

  /// Gives SIGQUIT back its effect, to end the process; the runtime prints a backtrace and goes on.
  static func quitOnRequest() {
    if OperatingSystem.ignores(signal: SIGQUIT) { return }
    _ = signal(SIGQUIT, SIG_DFL)
    OperatingSystem.unblock(signal: SIGQUIT)
  }

  /// Ends the process with a line and status 75 where memory or threads run out, at whatever place that is.
  static func tellOfExhaustion() {
    tfnas_tell_of_exhaustion()
    // The dispatch library waits without end for a thread that the system refuses.
    if tfnas_threads_to_be_had(2) < 2 {
      CommandError(.incomplete, "the limit on processes leaves no thread to work with").finish()
    }
  }

  /// The signals that ask for an end: Ctrl-C, `kill`, and the end of the terminal unless `nohup` has it
  /// ignored.
  static var requestsToEnd: [Int32] {
    OperatingSystem.ignores(signal: SIGHUP) ? [SIGINT, SIGTERM] : [SIGINT, SIGTERM, SIGHUP]
  }

  /// Takes away a signal's own effect, where a dispatch source does not.
  ///
  /// On Linux the source installs a handler itself, and to ignore the signal before would drop one that
  /// came while it was blocked.
  static func leaveToSource(_ number: Int32) {
    #if canImport(Darwin)
      _ = signal(number, SIG_IGN)
    #endif
  }

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
