internal import ArgumentParser
internal import Ranking

/// How rankings are measured.
struct MetricOptions: ParsableArguments {
  @Option(
    name: [.customLong("ndcg-at"), .customLong("at")],
    help: "Positions that nDCG looks at.")
  var at = 1000

  @Option(help: "Bootstrap resamples for the intervals; 0 leaves them out.")
  var resamples = 1000

  func validate() throws {
    try check("--ndcg-at", at, in: 1...1_000_000_000)
    try check("--resamples", resamples, in: 0...1_000_000)
  }

  /// The settings of the intervals, with a seed of its own so that it never varies.
  var bootstrap: Bootstrap? { resamples > 0 ? Bootstrap(resamples: resamples, seed: 0) : nil }
}
