import Testing

@testable import Scoring
@testable import Spaces
@testable import Studies

@Suite struct PublishedRankingTests {
  @Test func bothTablesHaveTheSameRows() {
    let live = PublishedRanking.rows(of: .live)
    let all = PublishedRanking.rows(of: .all)
    #expect(live.count == 19 && live.map(\.name) == all.map(\.name))
    #expect(Set(live.map(\.name)).count == 19)
    #expect(PublishedRanking.rows(of: .liveDistinct) == live)
    #expect(PublishedRanking.rows(of: .distinct) == all)
    for dataset in BenchmarkDataset.allCases {
      for row in live + all {
        let metrics = row.metrics(on: dataset)
        let numbers = [metrics.kendall, metrics.spearman, metrics.ndcg]
        // Of GradSign the paper prints rho alone.
        #expect(
          numbers.map { $0 == nil } == [row.name == "GradSign", false, row.name == "GradSign"])
        for number in numbers.compactMap(\.self) { #expect((0...1).contains(number)) }
        // Both correlations speak of one ranking, so that they agree roughly.
        if let tau = metrics.kendall, let rho = metrics.spearman {
          #expect(abs(rho - 1.25 * tau) < 0.15, "\(row.name)")
        }
      }
    }
  }

  /// Read from the printed tables.
  @Test(arguments: [
    (NASBench201Population.live, "VKDNW_agg", BenchmarkDataset.imageNet16, [0.743, 0.906, 0.664]),
    (.live, "VKDNW_single", .cifar10, [0.618, 0.815, 0.751]),
    (.live, "No. of trainable layers", .cifar100, [0.646, 0.787, 0.525]),
    (.all, "FLOPs", .cifar10, [0.578, 0.753, 0.729]),
    (.all, "VKDNW_agg", .imageNet16, [0.723, 0.893, 0.614]),
    (.all, "(VKDNW+ZCS+GRAF)_m", .cifar100, [0.869, 0.975, 0.871]),
  ])
  func printed(
    population: NASBench201Population, name: String, dataset: BenchmarkDataset, numbers: [Double]
  ) throws {
    let row = try #require(PublishedRanking.rows(of: population).first { $0.name == name })
    let metrics = row.metrics(on: dataset)
    #expect([metrics.kendall, metrics.spearman, metrics.ndcg] == numbers)
  }

  @Test func eachOfOurRankingsHasOneRow() {
    let rows = PublishedRanking.rows(of: .live)
    let ours = rows.flatMap(\.rankings)
    #expect(Set(ours).count == ours.count)
    #expect(rows.first { $0.rankings.contains("vkdnw-single") }?.name == "VKDNW_single")
    #expect(Set(["layers", "flops", "vkdnw-agg", "az-nas", "te-nas"]).isSubset(of: ours))
    #expect(rows.filter(\.rankings.isEmpty).map(\.name).count { $0.hasSuffix("_m") } == 3)
  }
}
