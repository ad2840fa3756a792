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
  /// The networks of the run; of a search, those of the rounds that were begun.
  package let networks: Int
  /// About how many networks there will be in a search that has not ended, `nil` otherwise.
  package let expected: Int?
  /// The rounds of a search that were begun, `nil` for any other run.
  package let rounds: Int?
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

  /// The networks that there will be, as far as anybody knows.
  package var total: Int { max(networks, expected ?? 0) }
  /// Whether nothing is left to do.
  package var isComplete: Bool { expected == nil && done == networks }
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
    let left = total - done - failed
    return left == 0 ? 0 : rate > 0 ? Double(left) / rate : nil
  }

  /// Looks into the folder of a run, and changes nothing in it.
  ///
  /// - Throws: ``SharedRunError`` where there is no run in it, `FileError` where it cannot be read.
  package init(of path: String) throws {
    let head = try SharedFolder.head(in: path)
    var look = Look()
    try look.read(
      ChunkBoard(path: path, workers: path + "/workers", networks: head.networks))
    self.init(look, folder: path, command: head.command, expected: nil, rounds: nil)
  }

  /// Looks into the folder of a search, and changes nothing in it.
  ///
  /// - Throws: ``SharedRunError`` where a file of it is damaged, `FileError` where it cannot be read.
  package init(of search: SharedSearch) throws {
    let hasEnded = search.hasEnded
    let rounds = try search.rounds()
    var look = Look()
    for (number, path) in rounds.enumerated() {
      let networks = try SharedFolder.head(in: path).networks
      let board = ChunkBoard(path: path, workers: search.workers, networks: networks)
      if number == rounds.count - 1 {
        try look.read(board)
      } else {
        // Nobody comes to the next round before all of this one is recorded.
        look.networks += networks
        look.done += networks
        look.chunksDone += try board.table().chunks.count
      }
    }
    if rounds.isEmpty { try look.readWorkers(in: search.workers) }
    self.init(
      look, folder: search.path, command: search.plan.command,
      expected: hasEnded ? nil : max(search.plan.expected, look.networks), rounds: rounds.count)
  }

  private init(
    _ look: Look, folder: String, command: [String], expected: Int?, rounds: Int?
  ) {
    self.folder = folder
    self.command = command
    self.expected = expected
    self.rounds = rounds
    networks = look.networks
    done = look.done
    running = look.running
    failed = look.failed
    failure = look.failure
    chunksDone = look.chunksDone
    workers = look.workers
  }

  /// What is seen in the folders.
  private struct Look {
    var networks = 0
    var done = 0
    var running = 0
    var failed = 0
    var failure: String?
    var chunksDone = 0
    var workers: [Worker] = []

    /// Adds the networks of a run, and the workers with what they have claimed of it.
    mutating func read(_ board: ChunkBoard) throws {
      networks += board.networks
      let table = try board.table()
      var claimed: [String: Range<Int>] = [:]
      for (chunk, range) in zip(table.chunks, try board.ranges(table)) {
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
      try readWorkers(in: board.workers, claimed)
    }

    mutating func readWorkers(in directory: String, _ claimed: [String: Range<Int>] = [:]) throws {
      let now = SharedFile.now(in: directory)
      for name in try SharedFile.names(in: directory) {
        guard let (note, time) = WorkerNote.read(name, in: directory) else { continue }
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
    }
  }
}
