internal import Ranking
public import Scoring
public import Spaces

/// A row of the tables that the VKDNW paper compares rankings of NAS-Bench-201 in.
///
/// Tybl and Neumann, CVPR 2025, Tables I and VI: means over five seeds on whole populations, nDCG at
/// 1000. Of GradSign the paper quotes rho alone, from another publication.
public struct PublishedRanking: Hashable, Sendable {
  /// The metrics of a row on one data set, each `nil` where none is printed.
  public struct Metrics: Hashable, Sendable {
    /// Kendall's tau-b.
    public let kendall: Double?
    /// Spearman's rho.
    public let spearman: Double?
    /// nDCG at ``PublishedRanking/cutoff``.
    public let ndcg: Double?
  }

  /// The name that the paper prints.
  public let name: String
  private let metrics: [BenchmarkDataset: Metrics]

  /// A row from tau, rho and nDCG on each data set.
  init(_ name: String, _ cifar10: [Double?], _ cifar100: [Double?], _ imageNet16: [Double?]) {
    func row(_ numbers: [Double?]) -> Metrics {
      precondition(numbers.count == 3, "\(name) has \(numbers.count) metrics instead of 3")
      return Metrics(kendall: numbers[0], spearman: numbers[1], ndcg: numbers[2])
    }
    self.name = name
    metrics = [
      .cifar10: row(cifar10), .cifar100: row(cifar100), .imageNet16: row(imageNet16),
    ]
  }

  /// The number of positions that the published nDCG looks at.
  public static let cutoff = 1000

  /// The population of which the rows that a population is compared with speak: itself, or the one
  /// that it is a part of.
  public static func population(for population: NASBench201Population) -> NASBench201Population {
    switch population {
    case .all, .distinct: .all
    case .live, .liveDistinct: .live
    }
  }

  /// The rows of a whole population, in the order of the paper.
  public static func rows(of population: NASBench201Population) -> [PublishedRanking] {
    Self.population(for: population) == .all ? all : live
  }

  /// The numbers of one data set.
  public func metrics(on dataset: BenchmarkDataset) -> Metrics {
    metrics[dataset] ?? Metrics(kendall: nil, spearman: nil, ndcg: nil)
  }

  /// The names of this package's rankings that the row corresponds to, none where there is none.
  public var rankings: [String] { Self.correspondence[name, default: []] }

  /// Whether it learns from accuracies: what no score or ranking of this package corresponds to.
  public var isLearned: Bool { rankings.isEmpty }

  private static let correspondence = [
    "FLOPs": ["flops"], "GradNorm": ["gradnorm"], "GraSP": ["grasp"], "SNIP": ["snip"],
    "SynFlow": ["synflow"], "Jacov": ["jacov"], "NASWOT": ["naswot"],
    "ZenNAS": ["zen", "zen-released"], "GradSign": ["gradsign"], "ZiCo": ["zico"],
    "TE-NAS": ["te-nas"], "AZ-NAS": ["az-nas"], "No. of trainable layers": ["layers"],
    "VKDNW_single": ["vkdnw-single"], "VKDNW_agg": ["vkdnw-agg"],
  ]
}
