internal import Dispatch

/// A fixed number of workers that share the pieces of one job.
///
/// Piece `i` of `n` always goes to worker `i % workers` or to a contiguous share, as the caller says,
/// so what a worker computes does not depend on timing; and callers write results only to places
/// that belong to the piece, so the number of workers never changes a digit.
package struct WorkerTeam: Sendable {
  /// Workers, one thread each.
  package let count: Int

  package init(count: Int) {
    precondition(count > 0, "a team of \(count)")
    self.count = count
  }

  /// Calls `body(worker)` once for each worker, all at the same time, and waits for all.
  ///
  /// Invariant that makes this safe: `body` touches only what belongs to its worker (engines, arenas,
  /// tensors of its own images) and otherwise reads what nobody writes during the call. The compiler
  /// cannot see that, so the closure is passed on unchecked, here and nowhere else.
  package func run(_ body: (Int) -> Void) {
    if count == 1 {
      body(0)
      return
    }
    withoutActuallyEscaping(body) { body in
      nonisolated(unsafe) let shared = body
      DispatchQueue.concurrentPerform(iterations: count) { worker in unsafe shared(worker) }
    }
  }

  /// Calls `body(worker)` once for each worker on threads of their own, and `beside` on the calling thread
  /// at the same time, and waits for all.
  ///
  /// Its safety has the invariant of ``run(_:)``; `beside` shares with the workers only what locks guard.
  package func run(_ body: (Int) -> Void, beside: () throws -> Void) rethrows {
    let group = DispatchGroup()
    try withoutActuallyEscaping(body) { body in
      nonisolated(unsafe) let shared = body
      for worker in 0..<count {
        DispatchQueue.global().async(group: group) { unsafe shared(worker) }
      }
      defer { group.wait() }
      try beside()
    }
  }

  /// The contiguous share of `total` pieces that belongs to a worker.
  package func share(_ total: Int, of worker: Int) -> Range<Int> {
    total * worker / count..<total * (worker + 1) / count
  }
}
