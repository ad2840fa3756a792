internal import Distribution
package import Scoring

/// The runs of a shared folder that are watched: one, those of the tasks of a study, or the rounds of a search.
package struct SharedRunSource: WatchedSource {
  /// The folder as it was named.
  package let name: String

  private var tails: [SharedRunTail] = []
  /// Whether one of the folders has another run than when it was read first.
  private var hasOtherRun = false

  /// Watches a folder.
  ///
  /// - Parameter path: the folder.
  package init(path: String) { name = path }

  /// Hands over new records, and says what `tfnas status` says.
  package mutating func read(
    anew: () -> Void, _ body: (Evaluation) -> Void
  ) throws -> WatchedProgress {
    // Studies and searches begin new ones as they go on.
    let runs = try SharedRuns(in: name)
    let paths = runs.paths
    if hasOtherRun || !paths.starts(with: tails.map(\.path)) {
      hasOtherRun = false
      tails = []
      anew()
    }
    tails += paths.dropFirst(tails.count).map { SharedRunTail(of: $0) }
    var hasChanged = false
    // The records of the other runs are void too, which the next reading sees to.
    defer { if hasChanged { hasOtherRun = true } }
    for position in tails.indices { try tails[position].read(anew: { hasChanged = true }, body) }
    return Self.progress(try runs.statuses())
  }

  private static func progress(_ runs: [SharedRunStatus]) -> WatchedProgress {
    func sum(_ part: (SharedRunStatus) -> Int) -> Int { runs.reduce(0) { $0 + part($1) } }
    let rate = runs.reduce(0) { $0 + $1.rate }
    let left = sum(\.total) - sum(\.done) - sum(\.failed)
    return WatchedProgress(
      unit: .network, done: sum(\.done), total: sum(\.total), running: sum(\.running),
      failed: sum(\.failed), failure: runs.compactMap(\.failure).first,
      workers: sum { $0.workers.count { !$0.isDead } }, rate: rate,
      secondsLeft: left == 0 ? 0 : rate > 0 ? Double(left) / rate : nil)
  }
}
