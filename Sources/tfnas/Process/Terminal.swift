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
}
