/// The chunks of a run, as the names of files tell.
struct ChunkTable {
  /// A part of the run that somebody has claimed.
  struct Chunk: Hashable {
    /// The position of its first network.
    let start: Int
    /// The latest claim: 0 for the first one, more by one for each worker that took the chunk over.
    var generation = 0
    /// The claims that ended in a failure.
    var failures: Set<Int> = []
    /// Whether all its networks are recorded.
    var isDone = false

    /// Whether the latest claim ended in a failure.
    var hasFailed: Bool { !isDone && failures.contains(generation) }
  }

  /// The chunks in the order of the run, without a gap between them.
  let chunks: [Chunk]

  /// Reads names; those that belong to nothing are passed over.
  init(names: [String]) {
    var found: [Int: Chunk] = [:]
    for name in names {
      let parts = name.split(separator: ".")
      guard parts.count >= 2, let start = Int(parts[0]), start >= 0 else { continue }
      var chunk = found[start] ?? Chunk(start: start)
      if parts.count == 2, parts[1] == "done" {
        chunk.isDone = true
      } else if let generation = Int(parts[1]), generation >= 0 {
        chunk.generation = max(chunk.generation, generation)
        if parts.count == 3, parts[2] == "failed" { chunk.failures.insert(generation) }
      } else {
        continue
      }
      found[start] = chunk
    }
    chunks = found.values.sorted { $0.start < $1.start }
  }

  /// The name of a claim.
  static func name(_ start: Int, _ generation: Int) -> String {
    "\(padded(start)).\(generation)"
  }

  /// The name of the note that a claim ended in a failure.
  static func failureName(_ start: Int, _ generation: Int) -> String {
    name(start, generation) + ".failed"
  }

  /// The name of the note that a chunk is done.
  static func doneName(_ start: Int) -> String { "\(padded(start)).done" }

  /// Nine digits at least, so that names stand in the order of the run.
  private static func padded(_ start: Int) -> String {
    let digits = String(start)
    return String(repeating: "0", count: max(9 - digits.count, 0)) + digits
  }
}
