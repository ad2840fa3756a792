internal import Ranking
public import Scoring
internal import Spaces

/// A ranking that was learned from the accuracies of some networks, over several draws of these.
public struct LearnedRow: Sendable {
  /// What it is called in the paper, `nil` where it is not there.
  public let published: String?
  /// The data set of the accuracies.
  public let dataset: BenchmarkDataset
  /// The features, as the command takes them.
  public let features: String
  /// The settings of their scores in a few words, empty for graph features alone.
  public let setting: String
  /// The networks that were ranked.
  public let networks: Int
  /// tau, rho and nDCG of each draw, `nil` where one is undefined.
  public let draws: [[Double?]]
  /// The command that computes it.
  public let command: String

  /// Joins the parts.
  public init(
    published: String?, dataset: BenchmarkDataset, features: String, setting: String,
    networks: Int, draws: [[Double?]], command: String
  ) {
    self.published = published
    self.dataset = dataset
    self.features = features
    self.setting = setting
    self.networks = networks
    self.draws = draws
    self.command = command
  }

  /// The mean of a metric over the draws, and two standard deviations to both sides.
  func estimate(of metric: Int) -> Estimate? {
    let values = draws.compactMap { $0[metric] }
    guard !values.isEmpty, values.count == draws.count else { return nil }
    let summary = MeanAndDeviation(values)
    return Estimate(
      value: summary.mean,
      interval: summary.deviation.map { summary.mean - 2 * $0...summary.mean + 2 * $0 })
  }
}
