internal import Dispatch
internal import Formats
internal import Foundation
internal import Synchronization

/// Notices Ctrl-C, SIGTERM and SIGHUP, so that running networks are finished and saved.
///
/// While networks are scored, the first signal is remembered and answered by a line that says what is
/// being finished; the next one ends the process at once, and says how to go on. At any other time the
/// first one ends it. A command that serves until it is told to end has done its work then.
final class Interrupt: Sendable {
  /// That of this process, in place from its first use on.
  static let process = Interrupt()

  /// Whether a signal has come, readable from every thread.
  final class Flag: Sendable {
    private let isSet = Atomic(false)

    var isRaised: Bool { isSet.load(ordering: .relaxed) }

    fileprivate func raise() { isSet.store(true, ordering: .relaxed) }
  }

  /// What an interrupt meets.
  private struct State {
    /// What is said of what is finished before the process ends, `nil` where nothing is.
    var finishing: String?
    /// What becomes of the work, with the command that goes on or starts again.
    var fate: String?
    /// Whether a signal is the usual end.
    var isServing = false
    /// When the signal came that is being obeyed.
    var start: ContinuousClock.Instant?
  }

  let flag = Flag()
  private let state = Mutex(State())
  private let sources: [DispatchSource]
  /// A queue of its own gets a thread even while all threads of the shared pool compute.
  private let queue = DispatchQueue(label: "signals", qos: .userInteractive)

  /// Signals that come within this time of one another are one: `timeout` sends its signal to the
  /// process and to its group.
  private static let togetherness = Duration.milliseconds(500)

  private init() {
    let numbers = Terminal.requestsToEnd
    sources = numbers.compactMap { [queue] number in
      Terminal.leaveToSource(number)
      // The class of every source; its protocol alone cannot be shared among threads.
      return DispatchSource.makeSignalSource(signal: number, queue: queue) as? DispatchSource
    }
    precondition(sources.count == numbers.count, "a signal source of another class")
    for (number, source) in zip(numbers, sources) {
      source.setEventHandler { [unowned self] in arrived(number) }
      source.resume()
    }
  }

  /// Says what the next signal interrupts.
  ///
  /// - Parameters:
  ///   - networks: how many are scored at the same time, 0 while others are waited for.
  ///   - fate: what becomes of the work, with the command that goes on or starts again.
  func begin(networks: Int, fate: String) {
    state.withLock {
      $0.finishing =
        switch networks {
        case 0: "ending; Ctrl-C again leaves at once"
        case 1: "finishing 1 network; Ctrl-C again leaves at once, without what is running"
        default:
          "finishing \(networks) networks; Ctrl-C again leaves at once, without what is running"
        }
      $0.fate = fate
    }
  }

  /// Says that the process only reads and serves until it is told to end, so that a signal ends it well.
  func serve() { state.withLock { $0.isServing = true } }

  /// Says that nothing is scored any more, so that the next signal ends the process.
  func end() { state.withLock { $0.finishing = nil } }

  private func arrived(_ number: Int32) {
    let now = ContinuousClock.now
    state.withLock { state in
      if state.isServing { Terminal.leave(ExitStatus.done.rawValue) }
      if let start = state.start, now - start < Self.togetherness { return }
      if state.start == nil, let finishing = state.finishing {
        state.start = now
        flag.raise()
        Diagnostics.say(finishing)
        return
      }
      guard let fate = state.fate else { Terminal.leave(128 + number) }
      Diagnostics.fail("interrupted; \(fate)")
      Terminal.leave(ExitStatus.incomplete.rawValue)
    }
  }

  /// What becomes of work that is interrupted, and the command line that goes on or starts again.
  static func fate(isStored: Bool) -> String {
    (isStored
      ? "everything computed is stored; go on with: "
      : "nothing was stored, as there is no --store; start again with: ") + commandLine
  }

  /// The command line of this process, quoted for a shell.
  static var commandLine: String { ShellText.quoted(CommandLine.arguments) }
}
