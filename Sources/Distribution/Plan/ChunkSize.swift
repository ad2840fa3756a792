/// How many networks a worker takes at a time.
///
/// A chunk lasts about ten minutes, by the rate that the worker has measured: long enough that the folder is
/// seldom touched, short enough that little is lost or waited for. Towards the end, and in small runs, chunks
/// are a third of each worker's share of what is left, so that all workers end at about the same time; the
/// number of chunks then grows with the logarithm of the networks alone.
package enum ChunkSize {
  /// The seconds that a chunk should last.
  package static let target = 600.0
  /// The seconds below which chunks are not made smaller, unless the run is small.
  package static let least = 60.0
  /// The chunks that each worker gets at least of what is left.
  static let portions = 3

  /// The size of the next chunk.
  ///
  /// - Parameters:
  ///   - remaining: the networks that nobody has taken.
  ///   - total: the networks of the run.
  ///   - workers: how many workers compute, this one included.
  ///   - rate: the networks that this worker scores in a second, `nil` where it has scored none.
  ///   - threads: the threads of this worker.
  /// - Returns: at least 1, and `remaining` at most.
  package static func networks(
    remaining: Int, total: Int, workers: Int, rate: Double?, threads: Int
  ) -> Int {
    let share = remaining / (portions * max(workers, 1))
    let size: Int
    if let rate {
      let least = min(whole(rate * least), total / (20 * max(workers, 1)))
      size = max(least, min(share, whole(rate * target)))
    } else {
      // A first look at the rate: enough for every thread to have work.
      size = min(share, 4 * max(threads, 1))
    }
    return min(max(size, 1), max(remaining, 1))
  }

  /// The size of the next chunk of a round of a search, at whose end every worker waits for all others.
  ///
  /// As a rule it is a single network, which all threads of a worker share, or two for each of several threads where
  /// there are so many for every worker. Where networks take less than a second, it is as many as a second has, half of
  /// each worker's share of what is left at most.
  ///
  /// - Parameters:
  ///   - remaining: the networks that nobody has taken.
  ///   - workers: how many workers there are, this one included.
  ///   - rate: the networks that this worker scores in a second, `nil` where it has scored none.
  ///   - threads: the threads of this worker.
  /// - Returns: at least 1, and `remaining` at most.
  package static func ofRound(remaining: Int, workers: Int, rate: Double?, threads: Int) -> Int {
    let share = remaining / max(workers, 1)
    let busy = threads > 1 && share >= 2 * threads ? 2 * threads : 1
    return min(max(busy, min(share / 2, whole(rate ?? 0)), 1), max(remaining, 1))
  }

  private static func whole(_ number: Double) -> Int { Int(min(max(number, 0), 1e12)) }
}
