internal import Dispatch
internal import Formats
internal import Foundation
internal import Synchronization

/// Rewrites the note of a worker four times within its lease, whatever the worker computes meanwhile.
///
/// It also looks whether somebody has taken over the chunk at hand, as happens to a worker that was suspended.
package final class Heartbeat: Sendable {
  private struct State {
    var note: WorkerNote
    /// The name of the claim that would follow that of this worker.
    var successor: String?
    /// When the note was written last.
    var last = ContinuousClock.now
    /// Why it could not be written then, where it could not.
    var failure: FileError?
    var hasEnded = false
  }

  private let file: String
  private let lease: Double
  private let state: Mutex<State>
  private let lost = Atomic(false)
  private let timer: DispatchSource

  /// Writes the note for the first time.
  init(file: String, note: WorkerNote) throws {
    self.file = file
    lease = note.lease
    state = Mutex(State(note: note))
    // A queue of its own gets a thread even while all threads of the shared pool compute.
    let queue = DispatchQueue(label: "heartbeat", qos: .userInteractive)
    guard let timer = DispatchSource.makeTimerSource(queue: queue) as? DispatchSource else {
      preconditionFailure("a timer of another class")
    }
    self.timer = timer
    try beat()
    let interval = max(lease / 4, 0.1)
    timer.schedule(deadline: .now() + interval, repeating: interval)
    timer.setEventHandler { [weak self] in self?.tick() }
    timer.resume()
  }

  deinit { timer.cancel() }

  /// Whether another worker has taken over the chunk at hand.
  package var isLost: Bool { lost.load(ordering: .relaxed) }

  /// Changes the note, which is written at the next beat.
  func update(_ change: (inout WorkerNote) -> Void) { state.withLock { change(&$0.note) } }

  /// What the note says.
  var note: WorkerNote { state.withLock { $0.note } }

  /// Begins to watch over a claim, or ends it with `nil`.
  func watch(successor: String?) {
    lost.store(false, ordering: .relaxed)
    state.withLock { $0.successor = successor }
  }

  /// Writes the note now.
  ///
  /// - Returns: the time of the note by the clock of the folder.
  @discardableResult
  func beat() throws -> Double {
    try state.withLock { state in
      guard !state.hasEnded else { return }
      try SharedFile.replace(try state.note.bytes, at: file)
      state.last = .now
      state.failure = nil
    }
    return SharedFile.modification(of: file) ?? Date().timeIntervalSince1970
  }

  /// Says that the worker has left; nothing is written afterwards.
  func end() {
    timer.cancel()
    update { $0.state = .ended }
    // Where that cannot be written, the lease runs out instead.
    _ = try? beat()
    state.withLock { $0.hasEnded = true }
  }

  /// Refuses to go on where the note could not be written for a whole lease: others hold the worker dead.
  ///
  /// - Throws: `FileError` with the reason.
  func check() throws {
    let failure = state.withLock { state in
      ContinuousClock.now - state.last > .seconds(lease) ? state.failure : nil
    }
    if let failure { throw failure }
  }

  private func tick() {
    do { try beat() } catch let error as FileError {
      state.withLock { $0.failure = error }
    } catch {
      // Nothing else is thrown by what writes a note.
      assertionFailure("\(error)")
    }
    if let successor = state.withLock({ $0.successor }), SharedFile.exists(successor) {
      lost.store(true, ordering: .relaxed)
    }
  }
}
