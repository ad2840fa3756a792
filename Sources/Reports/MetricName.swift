internal import Ranking

/// The three metrics of a ranking.
public enum MetricName: String, CaseIterable, Sendable {
  /// Kendall's tau-b.
  case kendall
  /// Spearman's rho.
  case spearman
  /// The normalised discounted cumulative gain.
  case ndcg

  /// What a reader calls it.
  func title(cutoff: Int) -> String {
    switch self {
    case .kendall: "Kendall tau-b"
    case .spearman: "Spearman rho"
    case .ndcg: "nDCG@\(cutoff)"
    }
  }

  /// This metric among all.
  func estimate(in correlations: RankCorrelations) -> Estimate? {
    switch self {
    case .kendall: correlations.kendall
    case .spearman: correlations.spearman
    case .ndcg: correlations.ndcg
    }
  }

  /// The p-value of this metric's difference.
  func probability(in significance: DifferenceSignificance) -> Double? {
    switch self {
    case .kendall: significance.kendall
    case .spearman: significance.spearman
    case .ndcg: significance.ndcg
    }
  }

  /// The share of random orders below in this metric.
  func share(in shares: RandomOrderShares) -> RandomOrderShare? {
    switch self {
    case .kendall: shares.kendall
    case .spearman: shares.spearman
    case .ndcg: shares.ndcg
    }
  }
}
