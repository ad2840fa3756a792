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

  /// Lets a write to a closed pipe fail instead of ending the process.
  static func ignoreClosedPipes() { _ = signal(SIGPIPE, SIG_IGN) }

  /// Takes a signal's own effect away, so that a dispatch source alone sees it.
  static func ignore(_ number: Int32) { _ = signal(number, SIG_IGN) }

  /// Ends the process at once, while other threads still compute.
  static func leave(_ status: Int32) -> Never { _exit(status) }
}
