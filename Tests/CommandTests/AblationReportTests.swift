import Foundation
import Ranking
import Reports
import ResultStore
import Scoring
import Spaces
import Studies
import TestSupport
import Testing

/// Tables of ablations: differences, conclusions, and their place in the report.
@Suite struct AblationReportTests {
  private let architectures = NASBench201Population.live.sample(count: 60, seed: 2)
  private let bootstrap = Bootstrap(resamples: 200, seed: 0)

  /// Scores of a study: accuracies under noise of a size of its own for each variant.
  private func scores(
    of study: AblationStudy, noise: (VKDNWVariant) -> Double
  ) -> [String: [Score]] {
    let accuracies = AccuracyTable.nasBench201.accuracies(of: architectures, on: .imageNet16)
    return study.proxies.reduce(into: [:]) { scores, proxy in
      var state: UInt64 = 5
      let size = (proxy as? VKDNWVariant).map(noise) ?? 0
      scores[proxy.key] = accuracies.map { accuracy in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let draw = Double(state >> 11) / 0x1p53
        // The same layers for all, so that the score alone decides.
        return proxy is Layers ? .value(8) : .value(accuracy + size * (draw - 0.5))
      }
    }
  }

  private func table(
    _ ablation: Ablation, noise: (VKDNWVariant) -> Double
  ) throws -> AblationTable {
    let study = try AblationStudy(
      [ablation], base: ScoringSettings(recipe: .released), batch: nil)
    return AblationTable(
      ablation, of: study, scores: scores(of: study, noise: noise),
      architectures: architectures, dataset: .imageNet16, cutoff: 20, bootstrap: bootstrap)
  }

  @Test func whatFollowsIsWhatTheIntervalsSay() throws {
    let table = try table(.dimension) { variant in
      [8: 200.0, 16: 60, 32: 20, 64: 20, 128: 20, 256: 0][variant.fisher.dimension] ?? 0
    }
    #expect(table.rows.map(\.label) == ["8", "16", "32", "64", "128", "256"])
    #expect(
      table.conclusion
        == "better in tau than '128': '256'; worse: '8' '16'; no difference beyond the choice of "
        + "the networks: '32' '64'.")
    for row in table.rows {
      #expect((row.difference == nil) == (row.label == "128"))
      #expect(row.published != nil)
      guard let difference = row.difference?.kendall, let interval = difference.interval else {
        continue
      }
      let reference = try #require(table.rows.first { $0.label == "128" })
      let ours = try #require(row.metrics.correlations.kendall?.value)
      let theirs = try #require(reference.metrics.correlations.kendall?.value)
      #expect(abs(difference.value - (ours - theirs)) < 1e-12)
      #expect(interval.contains(difference.value))
    }
  }

  @Test func settingsWithoutScoresAreLeftOut() throws {
    let study = try AblationStudy(
      [.factor], base: ScoringSettings(recipe: .released), batch: nil)
    var scores = scores(of: study) { _ in 10 }
    let missing = try #require(
      study.proxies.first { ($0 as? VKDNWVariant)?.fisher.factor == .logits })
    scores[missing.key] = nil
    let table = AblationTable(
      .factor, of: study, scores: scores, architectures: architectures, dataset: .imageNet16,
      cutoff: 20, bootstrap: nil)
    #expect(table.rows.map(\.label) == ["exact", "released"] && table.isInformative)
    // Equal scores: no interval, and no conclusion beyond it.
    #expect(
      table.conclusion == "no difference beyond the choice of the networks: 'released'.")
  }

  @Test func sectionsHoldTheRowsOfTheirTables() throws {
    let tables = try [Ablation.dimension, .batchNorm, .orthogonality].map {
      (table: try table($0) { _ in 5 }, store: "some.sqlite")
    }
    let sections = AblationSections.sections(of: tables)
    #expect(sections.map(\.name) == ["table-4", "table-7", "ablations-left-out"])
    let dimension = try #require(sections.first { $0.name == "table-7" })
    let rows = try #require(dimension.tables.first).rows
    #expect(rows.map(\.name).first == "8 (against 128)" && rows[4].name == "128")
    #expect(rows.allSatisfy { $0.values.count == 4 && $0.networks == 60 })
    #expect(rows[0].values[0].published == 0.59 && rows[0].values[0].verdict != nil)
    // nDCG of few networks has no verdict, and a difference none either.
    #expect(rows[0].values[2].verdict == nil && rows[0].values[3].verdict == nil)
    #expect(!rows[4].values[3].isApplicable && rows[0].values[3].isApplicable)
    let command = try #require(dimension.commands.first)
    #expect(
      command.line.hasPrefix("tfnas ablate dimension ") && command.line.hasSuffix("some.sqlite"))
    #expect(sections.allSatisfy { $0.conclusion?.isEmpty == false })
  }

  @Test func learnedRowsHaveMeansAndDeviations() throws {
    let row = LearnedRow(
      published: "GRAF", dataset: .cifar10, features: "graf-paper-older", setting: "",
      networks: 8421, draws: [[0.8, 0.9, 0.7], [0.82, 0.9, nil]], command: "tfnas train-ranking")
    let section = try #require(LearnedSections.sections(of: [row]).first)
    let values = try #require(section.tables.first?.rows.first).values
    #expect(values[0].published == 0.82 && values[0].verdict == "inside")
    let tau = try #require(values[0].ours)
    #expect(abs(tau.value - 0.81) < 1e-12)
    #expect(abs((tau.high ?? 0) - (0.81 + 0.02 * 2.0.squareRoot())) < 1e-12)
    #expect(values[1].verdict == "above" || values[1].verdict == "below")
    #expect(values[2].ours == nil && values[2].verdict == nil)
  }

  /// What was published and not run is told in a line.
  @Test func openRowsOfThePaperAreALine() throws {
    let row = LearnedRow(
      published: "GRAF", dataset: .cifar10, features: "graf-paper-older", setting: "",
      networks: 8421, draws: [[0.8, 0.9, 0.7]], command: "tfnas train-ranking")
    let section = try #require(LearnedSections.sections(of: [row]).first)
    let rows = try #require(section.tables.first).rows
    #expect(rows.map(\.name) == ["graf-paper-older"])
    #expect(
      section.text.last
        == "In the paper, but not run: VKDNW_m (tau 0.647), (VKDNW+ZCS)_m (tau 0.840), "
        + "(VKDNW+ZCS+GRAF)_m (tau 0.859).")
  }

  /// A setting that has only begun takes no networks away, and one with more is no matter.
  @Test func unfinishedSettingsAreLeftOut() throws {
    let study = try AblationStudy(
      [.factor], base: ScoringSettings(recipe: .released), batch: nil)
    let scores = scores(of: study) { _ in 2 }
    let evaluator = Evaluator(
      space: NASBench201Space(skeleton: NASBench201Skeleton(classes: 120, resolution: 16)),
      proxies: study.proxies, settings: study.scoring, seed: 0, threads: 1,
      images: SyntheticImages())
    func table(_ counts: [FisherFactor: Int]) throws -> AblationTable? {
      let series = study.proxies.map { proxy in
        let count = (proxy as? VKDNWVariant).flatMap { counts[$0.fisher.factor] } ?? 60
        let records = architectures.prefix(count).enumerated().map { number, architecture in
          (
            architecture,
            Evaluation(
              space: NASBench201Space.name, architecture: architecture.description,
              proxy: proxy.name, settings: "", seed: 0, version: packageVersion,
              score: scores[proxy.key]?[number] ?? .undefined("none"), seconds: 1)
          )
        }
        return ScoreSeries(
          store: "a.sqlite", proxy: proxy.name, settings: evaluator.allSettings(of: proxy),
          seed: 0, records: Dictionary(uniqueKeysWithValues: records))
      }
      return try AblationTable.tables(of: series, cutoff: 20, bootstrap: nil)
        .first { $0.table.ablation == .factor }?.table
    }
    let begun = try #require(try table([.logits: 5]))
    #expect(begun.rows.map(\.label) == ["exact", "released"])
    #expect(begun.rows.allSatisfy { $0.metrics.networks == 60 })
    let fewer = try #require(try table([.exact: 20, .logits: 30]))
    #expect(fewer.rows.map(\.label) == ["exact", "released", "logits"])
    #expect(fewer.rows.allSatisfy { $0.metrics.networks == 20 })
    #expect(try table([.exact: 0, .logits: 0]) == nil)
  }

  /// A store with the scores of an ablation makes a section of the report.
  @Test func theReportShowsWhatAStoreHolds() throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("scores.sqlite")
    let study = try AblationStudy(
      [.factor, .batch], base: ScoringSettings(recipe: .released), batch: nil,
      batches: [8, 16])
    let evaluator = Evaluator(
      space: NASBench201Space(skeleton: NASBench201Skeleton(classes: 120, resolution: 16)),
      proxies: study.proxies, settings: study.scoring, seed: 0, threads: 1,
      images: SyntheticImages())
    let scores = scores(of: study) { $0.fisher.factor == .logits ? 200 : 2 }
    let store = try ResultStore(path: path)
    for (number, architecture) in architectures.enumerated() {
      try store.append(
        study.proxies.map { proxy in
          Evaluation(
            space: NASBench201Space.name, architecture: architecture.description,
            proxy: proxy.name, settings: evaluator.settingsText(of: proxy), seed: 0,
            version: packageVersion, score: scores[proxy.key]?[number] ?? .undefined("none"),
            seconds: 1)
        })
    }
    try store.close()
    let result = try Tool.run([
      "report", "--store", path, "--out", directory.file("out"), "--draws", "0", "--resamples",
      "50",
    ])
    try #require(result.status == 0, "\(result.errors)")
    let html = try String(
      contentsOfFile: directory.file("out") + "/index.html", encoding: .utf8)
    #expect(html.contains("What the paper does not vary"))
    #expect(html.contains("worse in tau than 'exact': 'logits'"))
    #expect(html.contains("logits (against exact)"))
    // The largest batch that was computed, besides the 64 that the factors have in common.
    #expect(html.contains("8 (against 64)") && html.contains("16 (against 64)"))
    #expect(html.contains("tfnas ablate dimension"))
  }
}
