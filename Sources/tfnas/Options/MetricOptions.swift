internal import ArgumentParser
internal import Ranking
internal import Reports

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

/// What becomes of networks without a score.
struct UndefinedOptions: ParsableArguments {
  @Option(
    help:
      "Networks without a score: worst ties them with the worst of the others, omit leaves them out."
  )
  var undefined = UndefinedTreatment.worst
}

/// How a difference of two rankings is judged.
struct ComparisonOptions: ParsableArguments {
  @Option(
    help: "Permutations for the p-values of differences. (default: \(Self.defaultPermutations))")
  var permutations: Int?

  private static let defaultPermutations = 1000

  func validate() throws { try check("--permutations", permutations, in: 1...1_000_000) }

  /// The settings of the test, with a seed of its own so that it never varies.
  var test: PairedPermutation {
    PairedPermutation(permutations: permutations ?? Self.defaultPermutations, seed: 0)
  }

  /// The settings of the intervals, of which a verdict is made.
  ///
  /// - Throws: a usage error where there are no intervals.
  static func bootstrap(_ metrics: MetricOptions) throws -> Bootstrap {
    guard let bootstrap = metrics.bootstrap else {
      throw ValidationError("--resamples 0 leaves no interval to judge a difference by")
    }
    return bootstrap
  }
}
