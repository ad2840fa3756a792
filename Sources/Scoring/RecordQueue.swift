internal import Dispatch
internal import Synchronization

/// Records on their way from the workers that make them to the thread that takes them.
///
/// A worker waits until its records were taken, so that nothing is computed far ahead of what is stored.
final class RecordQueue<Architecture: Sendable>: Sendable {
  private struct Entry: Sendable {
    let architecture: Architecture
    let records: [Evaluation]
    let isTaken = DispatchSemaphore(value: 0)
  }

  private struct State {
    var waiting: [Entry] = []
    var workers: Int
    var failure: (any Error)?
  }

  private let state: Mutex<State>
  /// Raised once for everything that is put, and for every worker that leaves.
  private let news = DispatchSemaphore(value: 0)

  init(workers: Int) { state = Mutex(State(workers: workers)) }

  /// The first failure.
  var failure: (any Error)? { state.withLock(\.failure) }

  /// Whether something has failed, so that no further work is begun.
  var isClosed: Bool { state.withLock { $0.failure != nil } }

  /// Hands records over, and waits until they were taken or left aside.
  func put(_ architecture: Architecture, _ records: [Evaluation]) {
    let entry = Entry(architecture: architecture, records: records)
    state.withLock { $0.waiting.append(entry) }
    news.signal()
    entry.isTaken.wait()
  }

  /// Ends a worker, perhaps by an error.
  func leave(failed error: (any Error)? = nil) {
    state.withLock { state in
      state.workers -= 1
      state.failure = state.failure ?? error
    }
    news.signal()
  }

  /// Takes everything until all workers have left; after a failure what comes is left aside.
  ///
  /// - Parameter body: receives the records; what it throws is a failure.
  func drain(_ body: (Architecture, [Evaluation]) throws -> Void) {
    while true {
      news.wait()
      let (next, isOpen) = state.withLock { state -> (Entry?, Bool) in
        let next = state.waiting.isEmpty ? nil : state.waiting.removeFirst()
        return (next, state.failure == nil)
      }
      if let next {
        if isOpen {
          do { try body(next.architecture, next.records) } catch {
            state.withLock { $0.failure = $0.failure ?? error }
          }
        }
        next.isTaken.signal()
      } else if state.withLock({ $0.workers == 0 && $0.waiting.isEmpty }) {
        return
      }
    }
  }
}
