import Foundation
import TestSupport
import Testing

/// The command as a process whose standard error is read as it comes.
final class Watched: @unchecked Sendable {
  // What follows is touched with the condition locked, but for what never changes.
  private let condition = NSCondition()
  private var text = ""
  private var isAtEnd = false
  private var ending: Int32?
  private let identifier: pid_t

  /// Starts the command, its standard output thrown away.
  ///
  /// - Parameters:
  ///   - arguments: its arguments.
  ///   - shell: what a shell does before it becomes the command.
  ///   - isBlocked: whether all signals are blocked in it, as in children of a thread of Dispatch;
  ///     otherwise none is, as in those of a shell.
  /// - Throws: where the process cannot be started.
  init(_ arguments: [String], through shell: String? = nil, isBlocked: Bool = false) throws {
    let executable = try Tool.executable.path
    var words = [executable] + arguments
    if let shell { words = ["/bin/sh", "-c", "\(shell) exec \"$0\" \"$@\""] + words }
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    // Other children that are started meanwhile must not keep it open.
    for end in ends { try #require(fcntl(end, F_SETFD, FD_CLOEXEC) == 0) }

    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, ends[1], 2)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var mask = sigset_t()
    if isBlocked { sigfillset(&mask) } else { sigemptyset(&mask) }
    posix_spawnattr_setsigmask(&attributes, &mask)
    var reset = sigset_t()
    sigemptyset(&reset)
    for number in [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE] { sigaddset(&reset, number) }
    posix_spawnattr_setsigdefault(&attributes, &reset)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF))
    var argv: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) }
    argv.append(nil)
    defer { for word in argv { free(word) } }
    var pid = pid_t()
    let code = posix_spawn(&pid, words[0], &actions, &attributes, argv, environ)
    close(ends[1])
    try #require(code == 0, "\(words[0]): error \(code)")
    identifier = pid

    let handle = FileHandle(fileDescriptor: ends[0], closeOnDealloc: true)
    Thread { [self] in
      // To read a number of bytes would wait for all of them.
      while case let piece = handle.availableData, !piece.isEmpty {
        note { text += String(decoding: piece, as: UTF8.self) }
      }
      note { isAtEnd = true }
    }.start()
  }

  deinit {
    // A test that failed half-way leaves nothing running, and no child that has ended: the thread that waits
    // for exit tests looks at whichever ended first, and at no other until that one is gone.
    guard ending == nil else { return }
    kill(identifier, SIGKILL)
    _ = reap(0)
  }

  private func note(_ change: () -> Void) {
    condition.lock()
    change()
    condition.broadcast()
    condition.unlock()
  }

  /// What it has said so far.
  var errors: String {
    condition.lock()
    defer { condition.unlock() }
    return text
  }

  /// Waits until it has said something, or has nothing more to say.
  func waitUntilItSays(_ fragment: String) -> Bool {
    condition.lock()
    defer { condition.unlock() }
    while !text.contains(fragment), !isAtEnd { condition.wait() }
    return text.contains(fragment)
  }

  /// Sends a signal.
  func send(_ number: Int32) { kill(identifier, number) }

  /// Whether it has not ended.
  var isRunning: Bool { reap(WNOHANG) == nil }

  /// Waits for the end.
  ///
  /// - Returns: the exit code, or the signal that ended it with a minus, and standard error.
  func wait() -> (status: Int32, errors: String) {
    let status = reap(0) ?? Int32.min
    condition.lock()
    defer { condition.unlock() }
    while !isAtEnd { condition.wait() }
    return (status, text)
  }

  private func reap(_ options: Int32) -> Int32? {
    if let ending { return ending }
    var status: Int32 = 0
    guard waitpid(identifier, &status, options) == identifier else { return nil }
    ending = status & 0x7F == 0 ? status >> 8 & 0xFF : -(status & 0x7F)
    return ending
  }
}
