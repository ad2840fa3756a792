internal import Dispatch
internal import Synchronization

/// Records on their way from the workers that make them to the thread that takes them.
final class RecordQueue<Architecture: Sendable>: Sendable {
  private struct State {
    var waiting: [(Architecture, [Evaluation])] = []
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

  /// Hands records over; nothing is taken of what follows a failure.
  func put(_ architecture: Architecture, _ records: [Evaluation]) {
    state.withLock { $0.waiting.append((architecture, records)) }
    news.signal()
  }

  /// Ends a worker, perhaps by an error.
  func leave(failed error: (any Error)? = nil) {
    state.withLock { state in
      state.workers -= 1
      state.failure = state.failure ?? error
    }
    news.signal()
  }

  /// Fails from the side of who takes.
  func close(_ error: any Error) {
    state.withLock { $0.failure = $0.failure ?? error }
  }

  /// The next records, `nil` once all workers have left or something has failed and all have left.
  func take() -> (Architecture, [Evaluation])? {
    while true {
      news.wait()
      let (next, isOver) = state.withLock { state -> ((Architecture, [Evaluation])?, Bool) in
        if state.failure != nil { state.waiting.removeAll() }
        if state.waiting.isEmpty { return (nil, state.workers == 0) }
        return (state.waiting.removeFirst(), false)
      }
      if let next { return next }
      if isOver { return nil }
    }
  }
}
