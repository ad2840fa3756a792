internal import Dispatch
internal import Foundation
internal import Synchronization

/// Notices Ctrl-C and SIGTERM, so that running networks are finished and saved.
///
/// The first one is remembered; the second one ends the process at once.
final class Interrupt {
  /// Whether a signal has come, readable from every thread.
  final class Flag: Sendable {
    private let count = Atomic(0)

    var isRaised: Bool { count.load(ordering: .relaxed) > 0 }

    /// Notes a signal and returns how many have come.
    fileprivate func raise() -> Int { count.wrappingAdd(1, ordering: .relaxed).newValue }
  }

  let flag = Flag()
  private let sources: [any DispatchSourceSignal]
  /// A queue of its own gets a thread even while all threads of the shared pool compute.
  private let queue = DispatchQueue(label: "signals", qos: .userInteractive)

  /// Takes the signals over for the rest of the process.
  init() {
    let flag = flag
    let queue = queue
    sources = [SIGINT, SIGTERM].map { number in
      Terminal.ignore(number)
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler {
        if flag.raise() > 1 { Terminal.leave(ExitStatus.incomplete.rawValue) }
      }
      source.resume()
      return source
    }
  }

  /// The command line of this process, quoted for a shell.
  static var commandLine: String { quoted(CommandLine.arguments) }

  /// Arguments in one line, quoted for a shell.
  static func quoted(_ arguments: [String]) -> String {
    arguments.map(quoted).joined(separator: " ")
  }

  private static func quoted(_ argument: String) -> String {
    let isPlain =
      !argument.isEmpty
      && argument.unicodeScalars.allSatisfy { scalar in
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "-", "_", ".", "/", ",", ":", "=", "+", "@": true
        default: false
        }
      }
    return isPlain ? argument : "'" + argument.replacing("'", with: "'\\''") + "'"
  }
}
