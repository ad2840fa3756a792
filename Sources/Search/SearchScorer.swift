public import Scoring

/// Where a search gets its scores from: an evaluator, a store, or both.
public protocol SearchScorer<Architecture> {
  /// The candidates.
  associatedtype Architecture: Hashable & Sendable

  /// Scores of candidates by the name of the proxy.
  ///
  /// - Parameters:
  ///   - architectures: the candidates, each once.
  ///   - repetition: which of several independent initialisations; the first one is 0.
  /// - Returns: the scores; candidates are missing where the scorer was told to stop.
  /// - Throws: what stands in the way of a score.
  func scores(
    of architectures: [Architecture], repetition: Int
  ) throws -> [Architecture: [String: Score]]

  /// The seconds of a forward pass of one image, measured once for each candidate; infinite where it cannot run.
  func latency(of architecture: Architecture) throws -> Double

  /// Whether no further work is to be started.
  var isStopped: Bool { get }
}
