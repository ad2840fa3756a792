internal import Formats

/// Who computes what, as the files of a shared folder say.
struct ChunkBoard: Sendable {
  /// The folder.
  let path: String
  /// The directory with the notes of the workers.
  let workers: String
  /// The networks of the run.
  let networks: Int

  var chunks: String { path + "/chunks" }

  /// The chunks as the folder shows them now.
  func table() throws -> ChunkTable { ChunkTable(names: try SharedFile.names(in: chunks)) }

  /// The claim on a chunk; `nil` where there is none of that generation.
  func claim(_ start: Int, _ generation: Int) throws -> ChunkClaim? {
    let file = chunks + "/" + ChunkTable.name(start, generation)
    guard SharedFile.exists(file) else { return nil }
    return try ChunkClaim(file: file)
  }

  /// Where a chunk ends.
  func end(of start: Int) throws -> Int {
    guard let claim = try claim(start, 0) else {
      throw SharedRunError.malformed(
        file: chunks + "/" + ChunkTable.name(start, 0), reason: "the first claim is missing")
    }
    guard claim.end > start, claim.end <= networks else {
      throw SharedRunError.malformed(
        file: chunks + "/" + ChunkTable.name(start, 0),
        reason: "a chunk from \(start) to \(claim.end) of \(networks) networks")
    }
    return claim.end
  }

  /// All chunks with their ends, as many as have been claimed.
  func ranges(_ table: ChunkTable) throws -> [Range<Int>] {
    let starts = table.chunks.map(\.start)
    guard let last = starts.last else { return [] }
    let ends = starts.dropFirst() + [try end(of: last)]
    return zip(starts, ends).map { $0..<$1 }
  }

  /// Whether every network of the run is recorded.
  func isComplete() throws -> Bool {
    let table = try table()
    guard !table.chunks.isEmpty, table.chunks.allSatisfy(\.isDone) else { return networks == 0 }
    return try ranges(table).last?.upperBound == networks
  }

  /// What a worker says of itself, and when it said so by the clock of the folder; `nil` where it says nothing.
  func note(of worker: String) -> (note: WorkerNote, time: Double)? {
    WorkerNote.read(worker, in: workers)
  }
}
