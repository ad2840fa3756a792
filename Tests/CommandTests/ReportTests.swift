import Formats
import Foundation
import Ranking
import Reports
import Scoring
import Spaces
import Studies
import TestSupport
import Testing

/// The pure part of the command: from records to text.
@Suite struct ReportTests {
  @Test func numbersReadBackAndTextsAreEscaped() throws {
    let numbers = [
      0.1, 1.0 / 3, .leastNonzeroMagnitude, 1.7976931348623157e308, -0.0, 1e16, 123_456_789.125,
    ]
    let text = "quote \" slash \\ line \n tab \t return \r bell \u{7} emoji \u{1F600} \u{2028}"
    let value: JSONValue = [
      "numbers": .array(numbers.map(JSONValue.number)), "text": .text(text), "none": .null,
      "yes": .boolean(true), "count": .integer(.min), "seed": .unsigned(.max), "empty": .array([]),
      "object": .object([]), "nested": .array([["a": .array([.integer(1), .integer(2)])]]),
    ]
    for document in [value.compact, value.pretty] {
      let object = try #require(
        try parsedJSON(document) as? [String: Any])
      #expect(object["numbers"] as? [Double] == numbers)
      #expect(object["text"] as? String == text)
      #expect(object["none"] is NSNull)
      #expect(object["count"] as? Int == .min)
      #expect(object["seed"] as? UInt64 == .max)
    }
    #expect(!value.compact.contains("\n"))
    #expect(value.pretty.contains("\"a\": [1, 2]"))
  }

  private let architectures = NASBench201Population.live.sample(count: 60, seed: 2)

  /// Layers from the cell alone: five cells in three stages, and seven layers outside of cells.
  private func layers(_ architectures: [NASBench201Architecture]) -> [Score] {
    architectures.map { .value(Double(15 * $0.convolutionCount + 8)) }
  }

  /// Whatever the first layer count is, the published rows follow from the counts alone.
  @Test(arguments: [
    (BenchmarkDataset.cifar10, 0.626, 0.767), (.cifar100, 0.646, 0.787),
    (.imageNet16, 0.623, 0.764),
  ])
  func layersGiveThePublishedRow(dataset: BenchmarkDataset, kendall: Double, spearman: Double)
    throws
  {
    let live = NASBench201Population.live.architectures
    let table = EvaluationTable(
      [ScoredRanking(Layers(), layers(live))], of: RatedNetworks(live, of: .live, on: dataset),
      bootstrap: nil)
    #expect(abs(try #require(table.rows[0].correlations.kendall?.value) - kendall) <= 0.0005)
    #expect(abs(try #require(table.rows[0].correlations.spearman?.value) - spearman) <= 0.0005)
  }

  @Test func theSingleRankingIsLexicographic() throws {
    let layers = [3.0, 1, 2, 2, 3, 1].map(Score.value)
    let entropies = [
      Score.value(-9), .value(99), .value(0.5), .value(0.25), .undefined("x"), .value(1),
    ]
    let ranking = ScoredRanking(
      try CollectionRanking(parsing: "vkdnw-single"),
      scores: ["layers": layers, "vkdnw": entropies], count: 6)
    // The undefined entropy counts as the lowest, -9, and ties with the first network.
    #expect(ranking.values == [5, 2, 4, 3, 5, 1])
    #expect(ranking.undefined == ["x": 1])
    #expect(ranking.name == "vkdnw-single")
  }

  @Test func theFirstReasonOfANetworkCounts() throws {
    let scores = [
      "flops": [Score.undefined("b"), .undefined("b"), .value(1), .value(0)],
      "layers": [Score.undefined("a"), .value(2), .value(1), .value(3)],
    ]
    let sum = ScoredRanking(
      try CollectionRanking(parsing: "rank(layers) / flops"), scores: scores, count: 4)
    // Layers rank 1.5, 3, 1.5, 4; without FLOPs, or divided by none, a network ties with the worst.
    #expect(sum.values == [1.5, 1.5, 1.5, 1.5])
    #expect(sum.undefined == ["a": 1, "b": 1, "the expression has no finite value": 1])
  }

  @Test func undefinedScoresTieWithTheWorst() {
    let scores = [Score.value(2), .undefined("a"), .value(1), .undefined("b"), .undefined("a")]
    let up = ScoredRanking(VKDNW(), scores)
    #expect(up.values == [2, 1, 1, 1, 1])
    #expect(up.undefined == ["a": 2, "b": 1])
    let down = ScoredRanking(Loss(), scores)
    #expect(down.values == [-2, -2, -1, -2, -2])
    let none = ScoredRanking(VKDNW(), [.undefined("a"), .undefined("a")])
    #expect(Set(none.values).count == 1)
  }

  @Test func theBestAreThoseOfTheFirstRanking() throws {
    let accuracies = AccuracyTable.nasBench201.accuracies(of: architectures, on: .cifar100)
    let oracle = ScoredRanking(VKDNW(), accuracies.map(Score.value))
    let blind = ScoredRanking(FLOPs(), accuracies.map { _ in .value(0) })
    let table = EvaluationTable(
      [oracle, blind], of: RatedNetworks(architectures, of: .live, on: .cifar100),
      bootstrap: Bootstrap(resamples: 20, seed: 0))
    #expect(table.best.map(\.accuracy) == Array(accuracies.sorted(by: >).prefix(5)))
    #expect(table.best.map(\.position) == table.best.map(\.position).sorted())
    #expect(table.rows[0].correlations.kendall?.value == 1)
    #expect(table.rows[1].correlations.kendall == nil)
    let report = EvaluationReport(table, seed: 0, settings: [:])
    let object = try #require(
      try parsedJSON(report.text(.json)) as? [String: Any])
    let rows = try #require(object["rows"] as? [[String: Any]])
    #expect((rows[1]["kendall"] as? [String: Any])?["value"] is NSNull)
    #expect(report.text(.table).contains("undefined"))
    // Networks that tie stand in the order of their index.
    let ties = EvaluationTable(
      [blind], of: RatedNetworks(architectures, of: .live, on: .cifar100), bootstrap: nil)
    let indices = ties.best.compactMap(\.index)
    #expect(indices == Array(architectures.map(\.benchmarkIndex).sorted().prefix(5)))
  }

  @Test func theOrderOfTheNetworksIsNoMatter() {
    let scores = architectures.map { Score.value(Double($0.rank % 7)) }
    let forwards = EvaluationTable(
      [ScoredRanking(VKDNW(), scores)], of: RatedNetworks(architectures, of: .live, on: .cifar10),
      bootstrap: nil)
    let backwards = EvaluationTable(
      [ScoredRanking(VKDNW(), scores.reversed())],
      of: RatedNetworks(architectures.reversed(), of: .live, on: .cifar10), bootstrap: nil)
    #expect(forwards.best == backwards.best)
    #expect(forwards.rows[0].correlations.kendall == backwards.rows[0].correlations.kendall)
  }

  @Test func whereOursStandBesideThePaper() throws {
    // The layers of the whole population, and the accuracies and noise under names of the paper.
    let live = NASBench201Population.live.architectures
    let accuracies = AccuracyTable.nasBench201.accuracies(of: live, on: .cifar10)
    let table = EvaluationTable(
      [
        ScoredRanking(Named("zico"), accuracies.map(Score.value)),
        ScoredRanking(Layers(), layers(live)),
        ScoredRanking(Named("az-nas"), live.map { .value(Double($0.rank % 7)) }),
        ScoredRanking(Named("gradsign"), live.map { .value(Double($0.rank % 7)) }),
        ScoredRanking(Named("mine"), live.map { _ in .value(0) }),
      ], of: RatedNetworks(live, of: .live, on: .cifar10),
      bootstrap: Bootstrap(resamples: 30, seed: 0))
    let report = EvaluationReport(table, seed: 0, settings: [:], besidePaper: ["layers"])
    let object = try #require(try parsedJSON(report.text(.json)) as? [String: Any])
    let rows = try #require(object["rows"] as? [[String: Any]])
    #expect(rows.count == 5 + 19 - 4)
    func standing(_ row: Int, _ metric: String) -> String? {
      let paper = rows[row]["paper"] as? [String: Any]
      return (paper?[metric] as? [String: Any])?["ours"] as? String
    }
    for (row, expected) in [(0, "inside"), (1, "above"), (2, "below")] {
      for metric in ["kendall", "spearman", "ndcg"] { #expect(standing(row, metric) == expected) }
    }
    // The paper prints one metric of GradSign, and no row of ours.
    #expect(standing(3, "spearman") == "below" && standing(3, "kendall") == nil)
    #expect(rows[4]["proxy"] as? String == "mine" && rows[4]["paper"] is NSNull)
    // Without the paper the order is that of the table.
    let plain = EvaluationReport(table, seed: 0, settings: [:])
    #expect(plain.lines.count == 5 && plain.records.allSatisfy { $0.count == plain.header.count })
    #expect(report.records.allSatisfy { $0.count == report.header.count })
    #expect(plain.text(.csv).split(separator: "\n")[1].hasPrefix("zico,"))
  }

  @Test func aValueThatDiffersIsMarked() throws {
    var published = try #require(PublishedCase.all.first { $0.label == "F" })
    let result = try conformance(
      published.configuration, threads: 1, names: published.names)
    #expect(ConformanceComparison([(published, result)]).agrees)
    let count = published.names.count
    published.values["vkdnw.exact"] = 0.25
    published.values["no.such.proxy"] = 1
    let comparison = ConformanceComparison([(published, result)])
    #expect(!comparison.agrees)
    #expect(comparison.rows.filter { !$0.agrees }.map(\.name) == ["no.such.proxy", "vkdnw.exact"])
    #expect(comparison.text(.table).contains("differs"))
    #expect(comparison.text(.table).contains("\(count - 1) of \(count + 1) values agree"))
    #expect(comparison.text(.csv).split(separator: "\n").count == count + 2)
  }

  @Test func aValueWhereThereMustBeNoneIsMarked() throws {
    var published = try #require(PublishedCase.all.first { $0.label == "F" })
    #expect(published.undefined.contains("jacov") && published.values["snip"] == 0)
    published.undefined = ["jacov", "snip"]
    published.values = [:]
    let result = try conformance(
      published.configuration, threads: 1, names: published.names)
    let comparison = ConformanceComparison([(published, result)])
    #expect(comparison.rows.map(\.name) == ["jacov", "snip"])
    #expect(comparison.rows.map(\.agrees) == [true, false])
    let rows = comparison.text(.csv).split(separator: "\n").dropFirst()
    #expect(rows.elementsEqual(["F,jacov,,,,0.0,true", "F,snip,0.0,,,0.0,false"]))
  }
}

extension ScoredRanking {
  /// The ranking by one proxy.
  fileprivate init(_ proxy: any Proxy, _ scores: [Score]) {
    self.init(CollectionRanking(proxy), scores: [proxy.name: scores], count: scores.count)
  }
}

/// A proxy of any name.
private struct Named: Proxy {
  let name: String

  init(_ name: String) { self.name = name }

  var summary: String { "a name" }
  var higherIsBetter: Bool { true }
  var needs: ProxyNeeds { [] }
  var cost: String { "none" }
  func passes(batch: Int, classes: Int) -> Double { 0 }
  var citation: String { "none" }
  func settings(_ settings: ScoringSettings) -> [String: SettingValue] { [:] }
  func score(of candidate: Candidate) -> Score { .value(0) }
}

/// A proxy whose lower scores are better.
private struct Loss: Proxy {
  var name: String { "loss" }
  var summary: String { "the loss" }
  var higherIsBetter: Bool { false }
  var needs: ProxyNeeds { [] }
  var cost: String { "none" }
  func passes(batch: Int, classes: Int) -> Double { 0 }
  var citation: String { "none" }
  func settings(_ settings: ScoringSettings) -> [String: SettingValue] { [:] }
  func score(of candidate: Candidate) -> Score { .value(0) }
}
