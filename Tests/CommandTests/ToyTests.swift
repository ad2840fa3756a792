import Formats
import Foundation
import Reports
import TestSupport
import Testing

/// The paper's example of two rankings.
@Suite struct ToyTests {
  /// Metrics, p-values and shares of orders, with the digits of SciPy and NumPy.
  private static let golden: [(ranking: String, metric: String, values: [Double?], agrees: Bool)] =
    [
      ("damaged-top", "kendall", [0.822222222222, 0.82, 0.000357694003527, 3_628_151], true),
      ("damaged-top", "spearman", [0.90303030303, 0.9, 0.000343612197763, 3_627_335], true),
      ("damaged-top", "ndcg", [0.500113157275, 0.5, nil, 2_822_399], true),
      ("perfect-top", "kendall", [0.733333333333, 0.73, 0.00221285273369, 3_624_785], true),
      ("perfect-top", "spearman", [0.878787878788, 0.89, 0.000813862111732, 3_625_897], false),
      ("perfect-top", "ndcg", [1, 1, nil, 3_628_776], true),
    ]

  @Test func theTableOfThePaperBesideGoldenValues() throws {
    let result = try Tool.run(["toy", "--format", "csv"])
    #expect(result.status == 0 && result.errors.isEmpty)
    let csv = try CSV(Array(result.output.utf8), file: "toy")
    #expect(
      csv.header == ["ranking", "metric", "value", "paper", "agrees", "p", "randomBelow"])
    #expect(try csv.texts(in: "ranking") == Self.golden.map(\.ranking))
    #expect(try csv.texts(in: "metric") == Self.golden.map(\.metric))
    #expect(try csv.texts(in: "agrees") == Self.golden.map { "\($0.agrees)" })
    let columns = try ["value", "paper", "p", "randomBelow"].map { try csv.numbers(in: $0) }
    for (row, golden) in Self.golden.enumerated() {
      for (column, expected) in zip(columns, golden.values) {
        guard let expected else {
          #expect(column[row] == nil)
          continue
        }
        let wanted = expected > 2 ? expected / 3_628_800 : expected
        #expect(abs(try #require(column[row]) / wanted - 1) < 1e-11)
      }
    }
  }

  @Test func allFormatsSayTheSame() throws {
    // At P = 3 the metric of the damaged ranking is a little less; the correlations are the same.
    let report = ToyReport(cutoff: 3)
    let object = try #require(try parsedJSON(report.text(.json)) as? [String: Any])
    #expect(object["ndcgAt"] as? Int == 3)
    let rankings = try #require(object["rankings"] as? [[String: Any]])
    #expect(rankings.map { $0["ranking"] as? String } == ["damaged-top", "perfect-top"])
    #expect(rankings[0]["accuracies"] as? [Double] == [80, 70, 100, 90, 60, 50, 40, 30, 20, 10])
    let metrics = try rankings.flatMap { try #require($0["metrics"] as? [[String: Any]]) }
    #expect(metrics.count == 6 && metrics.map { $0["agrees"] as? Bool }[4] == false)
    #expect(abs(try #require(metrics[2]["value"] as? Double) - 0.499692834079) < 1e-11)
    // 2,817,360 of all orders, made with NumPy.
    #expect(metrics[2]["randomBelow"] as? Double == 2_817_360.0 / 3_628_800)
    #expect(metrics[2]["p"] is NSNull)
    let lines = report.text(.jsonl).split(separator: "\n")
    #expect(
      lines.count == 6
        && lines[5].hasPrefix(#"{"schema":1,"ranking":"perfect-top","metric":"ndcg""#))
    #expect(report.records.allSatisfy { $0.count == report.header.count })
    let table = report.text(.table)
    for text in [
      "80 70 100 90 60 50 40 30 20 10", "nDCG@3", "0.8788  0.89 differs  0.00081", "slip",
    ] {
      #expect(table.contains(text), "\(table)")
    }
  }
}
