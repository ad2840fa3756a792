package import Scoring

/// How far what is watched is.
package struct WatchedProgress: Hashable, Sendable {
  /// What is counted.
  package enum Unit: String, Sendable {
    case network
    case record
  }

  /// What is counted in ``rate``.
  package var unit: Unit
  /// The networks that have all of their records, where that is known.
  package var done: Int?
  /// The networks that there will be, where that is known.
  package var total: Int?
  /// The networks that are computed at the moment, where that is known.
  package var running: Int?
  /// The networks that could not be computed.
  package var failed = 0
  /// Why the first of these could not.
  package var failure: String?
  /// The processes that compute.
  package var workers: Int
  /// What is done in a second, as the source says it; `nil` where it says nothing.
  package var rate: Double?
  /// The seconds that are left at this rate.
  package var secondsLeft: Double?
}

/// Something that records are added to while it is watched.
package protocol WatchedSource: Sendable {
  /// What it is called.
  var name: String { get }

  /// Hands over the records that were added since the last reading.
  ///
  /// - Parameters:
  ///   - anew: is called where the records so far are void, ahead of the first that is not.
  ///   - body: gets each record.
  /// - Returns: how far it is.
  /// - Throws: an error whose description is one line, where it cannot be read.
  mutating func read(
    anew: () -> Void, _ body: (Evaluation) -> Void
  ) throws -> WatchedProgress
}
