public import Spaces

/// A search that proposes candidates, a few at a time, and ranks them.
public protocol CandidateSearch<Domain> {
  /// The space with its neighbourhoods.
  associatedtype Domain: SearchDomain

  /// What the search does.
  var plan: SearchPlan<Domain> { get }
  /// What has been scored.
  var history: SearchHistory<Domain.Space.Architecture> { get }
  /// How often proposals were rejected, by the reason.
  var rejections: [SearchRejection.Kind: Int] { get }
  /// Why the search ended before its number of evaluations, if it found no more candidates.
  var exhaustion: SearchExhaustion? { get }

  /// The latest of the independent initialisations that candidates were scored with; the first one is 0.
  var latestRepetition: Int { get }

  /// Proposes some candidates and scores them.
  ///
  /// - Parameter scorer: where scores come from.
  /// - Throws: `SearchExhaustion` where not a single candidate was found, and what the scorer throws.
  mutating func advance(with scorer: some SearchScorer<Domain.Space.Architecture>) throws
}

extension CandidateSearch {
  /// The candidates.
  public typealias Architecture = Domain.Space.Architecture

  /// Whether nothing is left to do.
  public var isFinished: Bool { history.count >= plan.evaluations || exhaustion != nil }

  /// Runs the search until it is finished or its scorer was told to stop.
  ///
  /// - Parameter scorer: where scores come from.
  /// - Throws: `SearchExhaustion` where not a single candidate was found, and what the scorer throws.
  public mutating func run(with scorer: some SearchScorer<Architecture>) throws {
    while !isFinished, !scorer.isStopped { try advance(with: scorer) }
  }
}

/// What happens to a candidate that was scored before.
public enum SearchRepetition: String, CaseIterable, Sendable {
  /// It is scored again with other numbers, as in the reference.
  case again
  /// It has the scores of the first time.
  case reuse
  /// It is scored again, and has the mean of all its scorings.
  case average
}
