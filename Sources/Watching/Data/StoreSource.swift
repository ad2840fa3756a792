internal import ResultStore
package import Scoring

/// A store of results that is watched.
package struct StoreSource: WatchedSource {
  private var tail: StoreTail

  /// Watches a store.
  ///
  /// - Parameter path: the file.
  package init(path: String) { tail = StoreTail(of: path) }

  /// The file.
  package var name: String { tail.path }

  /// Hands over new records; a store does not know how many there will be.
  package mutating func read(
    anew: () -> Void, _ body: (Evaluation) -> Void
  ) throws -> WatchedProgress {
    try tail.read(anew: anew, body)
    return WatchedProgress(unit: .record, workers: tail.writers)
  }
}
