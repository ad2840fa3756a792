#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// What must be asked of the operating system itself through pointers.
package enum OperatingSystem {
  /// Gives a file another path and takes away what is there, in one step that nobody sees half done.
  ///
  /// - Parameters:
  ///   - source: the path of the file, in the same file system as the other.
  ///   - destination: the path that it gets.
  /// - Returns: 0, or the `errno` of the failure.
  package static func rename(_ source: String, to destination: String) -> Int32 {
    #if canImport(Glibc)
      unsafe Glibc.rename(source, destination) == 0 ? 0 : errno
    #elseif canImport(Musl)
      unsafe Musl.rename(source, destination) == 0 ? 0 : errno
    #else
      unsafe Darwin.rename(source, destination) == 0 ? 0 : errno
    #endif
  }

  /// Waits until what was written to an open file is on the disk.
  ///
  /// - Parameter descriptor: the file.
  /// - Returns: 0, or the `errno` of the failure.
  package static func synchronize(_ descriptor: Int32) -> Int32 {
    fsync(descriptor) == 0 ? 0 : errno
  }

  /// Lets a signal reach the calling thread that the parent of this process had blocked.
  package static func unblock(signal number: Int32) {
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    unsafe sigaddset(&signals, number)
    unsafe pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }

  /// Whether a signal is ignored, as `nohup` and shells have it for programs that they start.
  package static func ignores(signal number: Int32) -> Bool {
    var action = sigaction()
    guard unsafe sigaction(number, nil, &action) == 0 else { return false }
    #if canImport(Darwin)
      return unsafe unsafeBitCast(action.__sigaction_u.__sa_handler, to: Int.self) == 1
    #elseif canImport(Musl)
      return unsafe unsafeBitCast(action.__sa_handler.sa_handler, to: Int.self) == 1
    #else
      return unsafe unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1
    #endif
  }
}

/// The largest resident memory of this process so far, in bytes.
package func peakResidentBytes() -> Int {
  var usage = rusage()
  #if canImport(Glibc)
    guard unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 else { return 0 }
    return usage.ru_maxrss * 1024
  #else
    guard unsafe getrusage(RUSAGE_SELF, &usage) == 0 else { return 0 }
    return usage.ru_maxrss
  #endif
}
