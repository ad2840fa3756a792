internal import Formats
internal import Foundation

/// How far a run on a shared folder is.
package struct SharedRunStatus: Sendable {
  /// A worker that has not left.
  package struct Worker: Sendable {
    /// Its name.
    package let name: String
    /// What it said last.
    package let note: WorkerNote
    /// The seconds since then.
    package let silence: Double
    /// The positions of the networks that it has claimed, `nil` where it has none.
    package let chunk: Range<Int>?

    /// Whether it has said nothing for longer than its lease.
    package var isDead: Bool { silence > note.lease }
  }

  /// The folder.
  package let folder: String
  /// The command that goes on, or shows the result.
  package let command: [String]
  /// The networks of the run.
  package let networks: Int
  /// Those that are recorded, as far as their workers have said so.
  package let done: Int
  /// Those that living workers have claimed.
  package let running: Int
  /// Those of chunks that could not be computed.
  package let failed: Int
  /// Why the first of these could not.
  package let failure: String?
  /// The chunks that are done.
  package let chunksDone: Int
  /// The workers that have not left, in the order of their names.
  package let workers: [Worker]

  /// Those that nobody computes: free, or claimed by workers that are dead.
  package var waiting: Int { networks - done - running - failed }

  /// The networks in a second of all living workers together.
  package var rate: Double {
    workers.filter { !$0.isDead && $0.note.state == .working }.reduce(0) {
      $0 + ($1.note.rate ?? 0)
    }
  }

  /// The seconds that are left at this rate; `nil` where nobody computes.
  package var secondsLeft: Double? {
    let left = networks - done - failed
    return left == 0 ? 0 : rate > 0 ? Double(left) / rate : nil
  }

  /// Looks into a folder, and changes nothing in it.
  ///
  /// - Throws: ``SharedRunError`` where there is no run in it, `FileError` where it cannot be read.
  package init(of path: String) throws {
    let head = try SharedFolder.head(in: path)
    let board = ChunkBoard(path: path, networks: head.networks)
    let now = SharedFile.now(in: board.workers)
    let table = try board.table()
    let ranges = try board.ranges(table)
    var claimed: [String: Range<Int>] = [:]
    var (done, running, failed, chunksDone) = (0, 0, 0, 0)
    var failure: String?
    for (chunk, range) in zip(table.chunks, ranges) {
      if chunk.isDone {
        done += range.count
        chunksDone += 1
      } else if chunk.hasFailed {
        failed += range.count
        failure =
          try failure
          ?? ChunkFailure(
            file: board.chunks + "/" + ChunkTable.failureName(chunk.start, chunk.generation)
          ).reason
      } else if let claim = try board.claim(chunk.start, chunk.generation) {
        claimed[claim.worker] = range
      }
    }
    var workers: [Worker] = []
    for name in try SharedFile.names(in: board.workers) {
      guard let (note, time) = try board.note(of: name) else { continue }
      let worker = Worker(
        name: name, note: note, silence: max(now - time, 0), chunk: claimed[name])
      if let chunk = worker.chunk {
        let recorded = min(note.recorded, chunk.count)
        done += recorded
        if !worker.isDead, note.state != .ended { running += chunk.count - recorded }
      }
      // One that was interrupted while it waited has nothing that anybody misses.
      let isMissed = !worker.isDead || worker.chunk != nil
      if note.state != .ended, isMissed { workers.append(worker) }
    }
    folder = path
    command = head.command
    networks = head.networks
    self.done = done
    self.running = running
    self.failed = failed
    self.failure = failure
    self.chunksDone = chunksDone
    self.workers = workers
  }
}
