internal import Ranking
public import Scoring
internal import Spaces

/// A published row of an ablation.
///
/// Tybl and Neumann, CVPR 2025, Tables IV, V, VII, VIII and IX: the 9,445 networks of the population
/// live, nDCG at 1000. Most of the paper's rows are of a single run, and its own runs of one setting
/// differ by 0.005 in tau and 0.01 in nDCG.
public struct PublishedAblation: Hashable, Sendable {
  /// What is varied.
  public let ablation: Ablation
  /// The setting, by the label that ``AblationStudy`` gives it.
  public let label: String
  /// The data set of the accuracies; of the scores, where it is ``Ablation/orthogonality``.
  public let dataset: BenchmarkDataset
  /// The numbers.
  public let metrics: PublishedRanking.Metrics

  init(_ ablation: Ablation, _ label: String, _ dataset: BenchmarkDataset, _ numbers: [Double?]) {
    precondition(numbers.count == 3, "\(label) has \(numbers.count) metrics instead of 3")
    self.ablation = ablation
    self.label = label
    self.dataset = dataset
    metrics = PublishedRanking.Metrics(
      kendall: numbers[0], spearman: numbers[1], ndcg: numbers[2])
  }

  /// The numbers of a setting, `nil` where none is printed.
  public static func metrics(
    of ablation: Ablation, _ label: String, on dataset: BenchmarkDataset
  ) -> PublishedRanking.Metrics? {
    all.first { $0.ablation == ablation && $0.label == label && $0.dataset == dataset }?.metrics
  }
}
