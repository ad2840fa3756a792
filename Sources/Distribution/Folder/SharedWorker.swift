internal import Formats
internal import Foundation
package import Scoring

/// A process that takes part in a run on a shared folder.
///
/// The chunks of a run are a chain: each begins where the one before ends, and who claims it says where it
/// ends. A claim is a file that only one worker can make, named by where the chunk begins, so that no two
/// chunks overlap and nobody need know beforehand how fast anybody is.
package final class SharedWorker {
  /// Networks that this worker is to score.
  package struct Chunk {
    /// The positions of its networks in the plan.
    package let range: Range<Int>
    /// Those that an earlier worker recorded before it died.
    package let recorded: Set<Int>
    let generation: Int
  }

  /// What there is to do.
  package enum Task {
    /// A chunk was claimed.
    case compute(Chunk)
    /// Others compute what is left, so many networks; the folder should be looked at again after some seconds
    /// at most.
    case wait(Int, atMost: Double)
    /// All is recorded.
    case finished
    /// All is recorded but what could not be computed, with the first reason and the status that belongs to it.
    case failed(reason: String, status: Int32)
  }

  /// The folder.
  package let folder: SharedFolder
  private let enrolment: Enrolment
  private let board: ChunkBoard
  /// Where its scores go, once it has some.
  private var journal: RecordJournal?
  /// The first positions of chunks that this worker has done.
  private var own: Set<Int> = []
  /// The networks of the run that other workers have recorded, as far as the folder was read.
  package private(set) var doneByOthers = 0
  /// The networks of chunks that were done when the worker began.
  package private(set) var doneBefore = 0

  /// What no other worker is called.
  package var name: String { enrolment.name }
  /// Tells the others that this worker lives.
  package var heartbeat: Heartbeat { enrolment.heartbeat }

  /// Enrols in a folder.
  ///
  /// - Parameters:
  ///   - folder: the folder.
  ///   - lease: how many seconds this worker may say nothing before others take over what it computes.
  ///   - threads: its threads.
  /// - Throws: `FileError` where the folder cannot be written.
  package convenience init(in folder: SharedFolder, lease: Double, threads: Int) throws {
    try self.init(
      in: folder, as: Enrolment(in: folder.workers, lease: lease, threads: threads))
  }

  /// Takes part in a round of a search as a worker that has enrolled before.
  ///
  /// - Parameters:
  ///   - folder: the folder of the round.
  ///   - enrolment: the worker.
  /// - Throws: `FileError` where the folder cannot be read.
  package init(in folder: SharedFolder, as enrolment: Enrolment) throws {
    self.folder = folder
    self.enrolment = enrolment
    board = folder.board
    let table = try board.table()
    doneBefore = try zip(table.chunks, board.ranges(table)).reduce(0) {
      $0 + ($1.0.isDone ? $1.1.count : 0)
    }
  }

  // MARK: What there is to do

  /// Looks for work, and claims it.
  package func next() throws -> Task {
    try heartbeat.check()
    var table = try board.table()
    var ranges = try board.ranges(table)
    doneByOthers = zip(table.chunks, ranges).reduce(0) { sum, entry in
      sum + (entry.0.isDone && !own.contains(entry.0.start) ? entry.1.count : 0)
    }
    let count = folder.plan.networks.count
    let active = table.chunks.count { !$0.isDone && !$0.hasFailed }
    // A new chunk, from where the last one ends.
    var collisions = 0
    while (ranges.last?.upperBound ?? 0) < count {
      let start = ranges.last?.upperBound ?? 0
      let size = try size(remaining: count - start, active: active)
      if try claim(start..<start + size, generation: 0) {
        return try .compute(begin(start..<start + size, generation: 0, recorded: []))
      }
      ranges.append(start..<(try board.end(of: start)))
      // Many begin at once: whoever comes too late steps back for a moment, longer each time.
      collisions += 1
      Thread.sleep(
        forTimeInterval: Double.random(in: 0...0.002) * Double(1 << min(collisions, 7)))
      let now = try board.table()
      let seen = try board.ranges(now)
      if (seen.last?.upperBound ?? 0) >= (ranges.last?.upperBound ?? 0) {
        (table, ranges) = (now, seen)
      }
    }
    // All are claimed, so perhaps by workers that are dead.
    let now = try heartbeat.beat()
    var failure: ChunkFailure?
    var open = zip(table.chunks, ranges).filter { !$0.0.isDone }
    // Those that were claimed after the table was read.
    let later = ranges.dropFirst(table.chunks.count).reduce(0) { $0 + $1.count }
    for (chunk, _) in open where chunk.hasFailed {
      if try !isOlder(failureOf: chunk), failure == nil {
        failure = try ChunkFailure(file: failureFile(of: chunk))
      }
    }
    open = try open.filter { try !$0.0.hasFailed || isOlder(failureOf: $0.0) }
    for (chunk, range) in open.shuffled().prefix(Self.looks) {
      if try chunk.hasFailed || isAbandoned(chunk, at: now),
        !SharedFile.exists(board.chunks + "/" + ChunkTable.doneName(chunk.start)),
        try claim(range, generation: chunk.generation + 1)
      {
        return try .compute(
          begin(
            range, generation: chunk.generation + 1, recorded: recorded(of: chunk, in: range)))
      }
    }
    heartbeat.update { $0.state = .waiting }
    let unrecorded = open.reduce(later) { $0 + $1.1.count }
    if unrecorded > 0 {
      // The longer the list of chunks is, the seldomer it is asked for.
      return .wait(unrecorded, atMost: max(Self.pause, Double(table.chunks.count) / 100))
    }
    return failure.map { .failed(reason: $0.reason, status: $0.status) } ?? .finished
  }

  /// How many networks are claimed at a time while so many chunks are computed.
  private func size(remaining: Int, active: Int) throws -> Int {
    let note = heartbeat.note
    guard folder.isRound else {
      return ChunkSize.networks(
        remaining: remaining, total: folder.plan.networks.count, workers: active + 1,
        rate: note.rate, threads: note.threads)
    }
    return ChunkSize.ofRound(
      remaining: remaining, workers: max(try enrolment.workers(), active + 1), rate: note.rate,
      threads: note.threads)
  }

  /// How many claims of others a worker that waits looks at in one turn: all who wait look at all together.
  private static let looks = 16
  /// The seconds between two looks at least, where the run has few chunks.
  private static let pause = 15.0

  private func begin(_ range: Range<Int>, generation: Int, recorded: Set<Int>) throws -> Chunk {
    heartbeat.update {
      $0.state = .working
      $0.recorded = recorded.count
    }
    try heartbeat.beat()
    heartbeat.watch(
      successor: board.chunks + "/" + ChunkTable.name(range.lowerBound, generation + 1))
    return Chunk(range: range, recorded: recorded, generation: generation)
  }

  private func claim(_ range: Range<Int>, generation: Int) throws -> Bool {
    try SharedFile.publish(
      ChunkClaim(end: range.upperBound, worker: name, lease: enrolment.lease).bytes,
      at: board.chunks + "/" + ChunkTable.name(range.lowerBound, generation))
  }

  private func failureFile(of chunk: ChunkTable.Chunk) -> String {
    board.chunks + "/" + ChunkTable.failureName(chunk.start, chunk.generation)
  }

  /// Whether a chunk failed before this worker began, which then tries once more.
  private func isOlder(failureOf chunk: ChunkTable.Chunk) throws -> Bool {
    let birth = enrolment.birth
    return (SharedFile.modification(of: failureFile(of: chunk)) ?? birth) < birth
  }

  /// Whether the worker that has a chunk has left, or has said nothing for longer than its lease.
  private func isAbandoned(_ chunk: ChunkTable.Chunk, at now: Double) throws -> Bool {
    guard let claim = try board.claim(chunk.start, chunk.generation) else { return false }
    guard claim.worker != name else { return true }
    guard let (note, time) = board.note(of: claim.worker) else {
      let file = board.chunks + "/" + ChunkTable.name(chunk.start, chunk.generation)
      return now - (SharedFile.modification(of: file) ?? now) > claim.lease
    }
    return note.state == .ended || now - time > claim.lease
  }

  /// The networks of a chunk that its earlier workers recorded.
  private func recorded(of chunk: ChunkTable.Chunk, in range: Range<Int>) throws -> Set<Int> {
    var found: Set<Int> = []
    for generation in 0...chunk.generation {
      guard let claim = try board.claim(chunk.start, generation) else { continue }
      let file = folder.records + "/" + claim.worker
      guard SharedFile.exists(file) else { continue }
      try RecordJournal.read(file, of: folder.plan) { number, _ in
        if range.contains(number) { found.insert(number) }
      }
    }
    return found
  }

  // MARK: What was done

  /// Records the scores of a network.
  ///
  /// - Parameters:
  ///   - number: its position in the plan.
  ///   - evaluations: a record for each column of the plan.
  /// - Throws: `FileError` where the journal, or for a whole lease the sign of life, cannot be written.
  package func record(_ number: Int, _ evaluations: [Evaluation]) throws {
    try heartbeat.check()
    if journal == nil {
      journal = try RecordJournal(making: folder.records + "/" + name, of: folder.plan)
    }
    try journal?.append(
      number, evaluations.map { RecordJournal.Cell(score: $0.score, seconds: $0.seconds) })
    heartbeat.update {
      $0.networks += 1
      $0.recorded += 1
    }
  }

  /// Counts seconds in which networks were scored, from which the size of chunks follows.
  package func spend(_ seconds: Double) { heartbeat.update { $0.seconds += seconds } }

  /// Says that all networks of a chunk are recorded.
  package func finish(_ chunk: Chunk) throws {
    try journal?.synchronize()
    heartbeat.watch(successor: nil)
    _ = try SharedFile.publish(
      Array((name + "\n").utf8),
      at: board.chunks + "/" + ChunkTable.doneName(chunk.range.lowerBound))
    own.insert(chunk.range.lowerBound)
  }

  /// Says why a chunk cannot be computed.
  package func fail(_ chunk: Chunk, reason: String, status: Int32) throws {
    try journal?.synchronize()
    _ = try SharedFile.publish(
      ChunkFailure(reason: reason, status: status, worker: name).bytes,
      at: board.chunks + "/"
        + ChunkTable.failureName(chunk.range.lowerBound, chunk.generation))
  }

  /// Leaves this run, and stays enrolled.
  package func leave() {
    // What is not on the disk by now is not missed: the chunk is then not done either.
    try? journal?.close()
    journal = nil
    heartbeat.watch(successor: nil)
  }

  /// Leaves: what was claimed and is not done is free for others at once.
  package func end() {
    leave()
    enrolment.end()
  }
}
