import Figures
import Formats
import Foundation
import Networks
import Ranking
import Reports
import Scoring
import Search
import Spaces
import Studies
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// The report as a page: what it must hold and what it must not.
@Suite struct ReportPageTests {
  private func estimate(_ value: Double) -> Estimate? {
    var numbers: [Double] = []
    var truths: [Double] = []
    // Ranks with as many exchanges as give about the wanted tau.
    for number in 0..<600 {
      numbers.append(Double(number))
      truths.append(number % 3 == 0 ? Double(600 - number) : Double(number) + value)
    }
    return rankCorrelations(
      numbers, truths, at: 10, bootstrap: Bootstrap(resamples: 50, seed: 1)
    ).kendall
  }

  private func page() throws -> ReportPage {
    let ours = try #require(estimate(0))
    let values: [ReportSection.Value] = [
      .init(published: ours.value, ours: ours), .init(published: -1, ours: ours),
      .init(published: 1.5, ours: ours), .init(published: 0.2, ours: ours, isComparable: false),
      .init(published: 0.25, ours: nil),
    ]
    let names = ["first", "second", "third", "fourth", "fifth"]
    return ReportPage(
      title: "A <title> & more", introduction: ["5 < 6 \"quoted\""],
      sections: [
        ReportSection(
          name: "one", title: "One & only", text: ["text"],
          tables: [
            .init(
              title: "t", subject: "ranking", metrics: names,
              rows: [
                .init(name: "a<b", published: "A", networks: 1234, values: values)
              ])
          ], figures: [.toy], conclusion: "so it is",
          settings: [("batch", "64")], commands: [.init("do:", "tfnas x --y 'a & b'")])
      ] + [
        NotRunSection.section(beside: [], ablations: [], isLearned: false, store: "s.sqlite"),
        FigureSections.toy,
      ])
  }

  @Test func verdictsFollowTheIntervals() throws {
    let ours = try #require(estimate(0))
    func verdict(_ published: Double?, _ ours: Estimate?, _ isComparable: Bool = true) -> String? {
      ReportSection.Value(published: published, ours: ours, isComparable: isComparable).verdict
    }
    let (low, high) = (try #require(ours.low), try #require(ours.high))
    #expect(verdict(low, ours) == "inside" && verdict(high, ours) == "inside")
    #expect(verdict(low - 1e-9, ours) == "above" && verdict(high + 1e-9, ours) == "below")
    #expect(verdict(nil, ours) == nil && verdict(0, nil) == nil && verdict(low, ours, false) == nil)
  }

  @Test func itIsWellFormedAndNeedsNothingElse() throws {
    let html = try page().html
    // XML knows no `<!DOCTYPE html>` without a document type, and none of HTML's names is needed.
    let parser = XMLParser(data: Data(html.dropFirst("<!DOCTYPE html>".count).utf8))
    #expect(parser.parse(), "\(parser.parserError.map { "\($0)" } ?? "") at \(parser.lineNumber)")
    for word in [
      "http:", "https:", "//", "@import", "url(", "<script", "<link", "<img", "src=", "javascript",
    ] {
      #expect(!html.contains(word), "\(word)")
    }
    for word in [
      "inside", "above", "below", "were not run", "so it is", "A &lt;title&gt; &amp; more",
    ] {
      #expect(html.contains(word), "\(word)")
    }
    #expect(html.contains(", ours <span class=\"verdict inside\">inside</span>"))
    #expect(html.contains(", ours <span class=\"verdict above\">above</span>"))
    #expect(html.contains(", ours <span class=\"verdict below\">below</span>"))
    #expect(
      html.contains("tfnas x --y &apos;a &amp; b&apos;") || html.contains("tfnas x --y 'a &amp; b'")
    )
    #expect(html.contains("1,234"))
    let again = try page().html
    #expect(again == html)
    // Every glyph is one that any font has.
    #expect(html.unicodeScalars.allSatisfy { $0.isASCII })
  }

  @Test func anchorsAreThere() throws {
    let html = try page().html
    let targets = html.matches(of: #/href="#([^"]+)"/#).map { String($0.1) }
    #expect(targets.count > 2)
    for target in targets { #expect(html.contains("id=\"\(target)\""), "\(target)") }
    let names = html.matches(of: #/<section id="([^"]+)"/#).map { String($0.1) }
    #expect(Set(names).count == names.count)
  }

  @Test(arguments: ReportStyle.pairs.indices)
  func everyTextIsReadable(number: Int) {
    let pair = ReportStyle.pairs[number]
    #expect(pair.text.light.contrast(with: pair.ground.light) >= 4.5)
    #expect(pair.text.dark.contrast(with: pair.ground.dark) >= 4.5)
  }

  @Test func theToyExampleHasThePublishedNumbers() {
    let figure = Figure.toy
    #expect(
      figure.panels.map(\.title) == [
        "Damaged top: tau 0.82, rho 0.90, nDCG 0.50", "Perfect top: tau 0.73, rho 0.88, nDCG 1.00",
      ])
    #expect(figure.caption.contains("0.73, 0.89, 1.00"))
  }

  // MARK: Groups

  private let networks = NASBench201Population.live.sample(count: 40, seed: 0)

  private func series(
    _ proxy: String, _ more: [String: SettingValue] = [:], count: Int = 40, seed: UInt64 = 0,
    store: String = "a.sqlite", classes: Int = 10
  ) -> ScoreSeries {
    let settings: [String: SettingValue] = [
      "classes": .integer(classes), "resolution": .integer(32), "width": .integer(16),
      "cells": .integer(5),
    ].merging(more) { $1 }
    return ScoreSeries(
      store: store, proxy: proxy, settings: settings, seed: seed,
      records: Dictionary(
        uniqueKeysWithValues: networks.prefix(count).enumerated().map { number, network in
          (
            network,
            Evaluation(
              space: NASBench201Space.name, architecture: network.description, proxy: proxy,
              settings: SettingValue.canonical(settings), seed: seed, version: "0",
              score: .value(Double((number * 7 + proxy.count) % 13)), seconds: 0.5)
          )
        }))
  }

  private var stored: [ScoreSeries] {
    let batch: [String: SettingValue] = ["batch": .integer(64), "inits": .integer(1)]
    let textures = batch.merging(["images": .text("synthetic-textures")]) { $1 }
    return [
      series("expressivity", batch), series("progressivity", batch), series("naswot", batch),
      series("jacov", textures), series("jacov", batch.merging(["images": .text("noise")]) { $1 }),
      series("snip", textures, count: 20), series("meco"), series("flops"),
      series("naswot", ["batch": .integer(16), "inits": .integer(1)], store: "b.sqlite"),
      series("naswot", batch, seed: 3), series("naswot", batch, classes: 77),
      series("jacov", textures, count: 10, store: "b.sqlite"),
    ]
  }

  @Test func seriesJoinWhereTheirSettingsAgree() throws {
    let groups = ScoreGroup.groups(of: stored)
    #expect(groups.map(\.dataset) == [.cifar10, .cifar10, .cifar10, .cifar10])
    #expect(
      groups[0].own == [
        "expressivity", "progressivity", "naswot", "jacov", "snip", "meco", "flops",
      ])
    #expect(groups[0].settings["images"] == .text("synthetic-textures"))
    // Of one series in two stores, that with more networks.
    #expect(groups[0].series["jacov"]?.store == "a.sqlite")
    #expect(
      groups.dropFirst().map { $0.own.sorted() }.sorted { $0[0] < $1[0] } == [
        ["jacov"], ["naswot"], ["naswot"],
      ])
    // Each series is at home once.
    #expect(groups.map(\.own.count).reduce(0, +) == 10)
    // The order of the stores is no matter.
    let reversed = ScoreGroup.groups(of: stored.reversed())
    #expect(reversed.map(\.own) == groups.map(\.own))
    #expect(reversed.map(\.settings) == groups.map(\.settings))
  }

  @Test func rankingsAreMeasuredOnTheNetworksThatHaveAllScores() throws {
    let groups = ScoreGroup.groups(of: stored)
    let evaluation = try #require(
      GroupEvaluation(groups[0], population: .live, cutoff: 10, bootstrap: nil))
    let counts = Dictionary(
      uniqueKeysWithValues: evaluation.entries.map { ($0.row.name, $0.row.networks) })
    #expect(counts["snip"] == 20 && counts["jacov"] == 40 && counts["flops"] == 40)
    #expect(counts["jacov-parameters"] == 40 && counts["layers"] == 40)
    #expect(counts["vkdnw"] == nil && counts["az-nas"] == nil)
    #expect(evaluation.collection.architectures == networks)
    #expect(GroupEvaluation(groups[0], population: .all, cutoff: 10, bootstrap: nil) == nil)
    // A size that no store holds is read off the network.
    let parameters = try #require(evaluation.collection.scores["parameters"])
    let network = try NASBench201Space().network(for: networks[0])
    #expect(parameters[0].value == ParameterCount().value(of: SpaceCosts(network)))
    let other = try #require(
      GroupEvaluation(groups[1], population: .live, cutoff: 10, bootstrap: nil, onlyOwn: true))
    #expect(other.entries.map(\.isOwn) == other.entries.map { _ in true })
  }

  @Test func sectionsShowEveryRowOfThePaperAndTheCommands() throws {
    let groups = ScoreGroup.groups(of: stored)
    let evaluations = groups.compactMap {
      GroupEvaluation(
        $0, population: .live, cutoff: 1000, bootstrap: Bootstrap(resamples: 20, seed: 0))
    }
    // Only what was computed has a table; whatever else the paper has is told in a line.
    let sections = RankingSections.sections(of: evaluations)
    #expect(sections.map(\.name) == ["table-1-cifar10"])
    let first = try #require(sections.first)
    let rows = try #require(first.tables.first).rows
    #expect(rows.allSatisfy { $0.networks != nil })
    let others = try #require(first.text.first { $0.hasPrefix("In the paper, but not run: ") })
    #expect(others.contains("GRAF (tau 0.820)"))
    #expect(
      Set(rows.compactMap(\.published)).count + others.split(separator: "), ").count
        + (others.contains("GradSign, ") ? 1 : 0) == 19)
    let jacov = try #require(rows.first { $0.name == "jacov" })
    #expect(jacov.published == "Jacov" && jacov.values[0].published == 0.616)
    #expect(jacov.values[0].verdict != nil && jacov.values[2].verdict == nil)
    #expect(first.tables.count == 2)
    #expect(first.tables[1].rows.contains { $0.name == "jacov, images noise" })
    #expect(first.tables[1].rows.contains { $0.name == "naswot, batch 16" })
    let lines = first.commands.map(\.line)
    #expect(
      lines.contains {
        $0.hasPrefix(
          "tfnas evaluate --dataset cifar10 --population live --sample 40 --batch 64 "
            + "--images synthetic --against paper --store a.sqlite --proxies ")
      }, "\(lines)")
    #expect(lines.contains { $0.contains("--sample 20") && $0.hasSuffix("--proxies snip") })
    // What was not run has a command all the same.
    let open = NotRunSection.section(
      beside: evaluations, ablations: ["table-3"], isLearned: true, store: "a.sqlite")
    #expect(open.commands.count == 5 + 5 && open.tables.isEmpty)
    #expect(open.commands.first?.line.contains("--dataset cifar100") == true)
    let html = ReportPage(title: "t", introduction: [], sections: sections + [open]).html
    #expect(XMLParser(data: Data(html.dropFirst("<!DOCTYPE html>".count).utf8)).parse())
  }

  @Test func ablationsOfVKDNWAreCountedAndNotShown() throws {
    func vkdnw(_ fisher: FisherSettings, batch: Int = 64, count: Int = 30) -> ScoreSeries {
      series(
        "vkdnw",
        fisher.settings.merging(["batch": .integer(batch), "inits": .integer(1)]) { $1 },
        count: count)
    }
    var narrow = Recipe.released.fisher
    narrow.dimension = 16
    let groups = ScoreGroup.groups(
      of: [
        vkdnw(narrow, count: 40), vkdnw(Recipe.released.fisher),
        vkdnw(Recipe.default.fisher, batch: 16),
        series("naswot", ["batch": .integer(64), "inits": .integer(1)]),
      ])
    let evaluations = groups.enumerated().compactMap { number, group in
      GroupEvaluation(
        group, population: .live, cutoff: 1000, bootstrap: nil, onlyOwn: number > 0)
    }
    #expect(evaluations.count == 3)
    let section = try #require(RankingSections.sections(of: evaluations).first)
    let main = section.tables[0].rows.filter { $0.networks != nil }.map(\.name)
    #expect(Set(main) == ["flops", "layers", "parameters", "naswot", "vkdnw", "vkdnw-single"])
    let others = section.tables[1].rows.map(\.name)
    #expect(
      others.count == 2 && others.allSatisfy { $0.contains("batch 16, batchNorm calibrated") })
    #expect(section.text.contains { $0.contains("1 more setting of vkdnw") })
    let lines = section.commands.map(\.line)
    #expect(lines.contains { $0.contains("--sample 30 --recipe released --against") }, "\(lines)")
    #expect(!lines.contains { $0.contains("--dimension") }, "\(lines)")
  }

  @Test func figuresOfACollectionFitTheirPaper() throws {
    let groups = ScoreGroup.groups(of: stored)
    let evaluation = try #require(
      GroupEvaluation(groups[0], population: .live, cutoff: 1000, bootstrap: nil))
    let section = FigureSections.section(of: evaluation)
    #expect(
      section.figures.map(\.name) == [
        "figure-1-cifar10", "figure-3-cifar10", "figure-4-cifar10", "scatter-cifar10",
        "compute-cifar10",
      ])
    for scene in section.figures.flatMap({ $0.panels + [$0.scene] }) {
      #expect(XMLParser(data: Data(scene.svg.utf8)).parse())
      for label in scene.labels { #expect(scene.bounds.contains(label.bounds), "\(label)") }
    }
    let gains = try #require(section.figures.first)
    #expect(gains.panels.count == 2 && gains.panels[0].title == "Here: 40 networks, CIFAR-10")
    // FLOPs, layers, Jacov and NASWOT; the other panel has all fourteen of the paper.
    #expect(gains.panels[1].labels.contains { $0.text == "VKDNW_agg" })
    #expect(Figure.gainRankings.count == 14)
  }

  @Test func publishedBarsStandBesideOursOnTheWholePopulation() throws {
    let live = NASBench201Population.live.architectures
    let layers = live.map { Score.value(Double($0.convolutionCount)) }
    let collection = ScoredCollection(
      live, of: .live, on: .imageNet16, scores: ["layers": layers])
    let values = collection.values(of: CollectionRanking(Layers())).values
    let row = MetricsRow(
      name: "layers",
      correlations: rankCorrelations(values, collection.accuracies, at: 1000, bootstrap: nil),
      networks: live.count)
    let figure = Figure.gains([row], of: collection, cutoff: 1000)
    #expect(figure.panels.count == 1)
    let labels = figure.panels[0].labels.map(\.text)
    // 0.5106 by ties averaged, against 0.497 in the paper.
    #expect(labels.contains("0.511") && labels.contains("in the paper"), "\(labels)")
    #expect(Figure.gains([row], of: collection, cutoff: 50).panels.count == 2)
    #expect(Figure.boxes(of: collection, by: .layers) == nil)
    #expect(Figure.compute([(CollectionRanking(Layers()), row)], of: collection) == nil)
  }
}
