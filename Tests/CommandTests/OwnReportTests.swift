import Foundation
import Ranking
import Reports
import TestSupport
import Testing
import TrainingFreeNAS

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// The report of somebody's own run, and the scores of one as a file.
@Suite struct OwnReportTests {
  private let directory: TemporaryDirectory
  private let store: String

  init() throws {
    directory = try TemporaryDirectory()
    store = directory.file("own.sqlite")
  }

  private func report(_ more: [String] = []) throws -> (html: String, errors: String) {
    let out = directory.file("report")
    let result = try Tool.run(
      ["report", "--store", store, "--out", out, "--resamples", "20"] + more)
    try #require(result.status == 0, "\(result.errors)")
    let html = try String(contentsOfFile: out + "/index.html", encoding: .utf8)
    #expect(XMLParser(data: Data(html.dropFirst("<!DOCTYPE html>".count).utf8)).parse())
    return (html, result.errors)
  }

  @Test func aSearchOfChains() throws {
    let search = try Tool.run(
      ["search", "--space", "mobilenet-v2", "--resolution", "16", "--classes", "3", "--batch", "2"]
        + ["--evaluations", "6", "--store", store, "--format", "json"])
    try #require(search.status == 0, "\(search.errors)")
    let (html, errors) = try report()
    let best = try #require(try search.object()["best"] as? [[String: Any]])
    for network in best.prefix(3) {
      #expect(html.contains(try #require(network["architecture"] as? String)))
    }
    for word in [
      "Networks of mobilenet-v2", "The best", "Front: no network is better", "Fisher spectra",
      "rank / ", "<dt>resolution</dt><dd>16</dd>", "scored again with fresh weights",
    ] {
      #expect(html.contains(word), "\(word)")
    }
    // Nothing of the paper is about these networks.
    #expect(!html.contains("not run") && !html.contains("Table I"))
    #expect(errors.contains("made 1 part in "))
  }

  /// Few networks say that they are few.
  @Test func tooFewNetworksDecideNothing() throws {
    let options = ["--sample", "8", "--resamples", "50", "--store", store] + small
    let evaluated = try Tool.run(["evaluate", "--against", "paper"] + options)
    #expect(evaluated.output.contains(" wide"))
    let note = try #require(evaluated.errorLines.first { $0.contains("cannot be judged") })
    #expect(note.contains("networks would tell (--sample "))
    let (html, _) = try report()
    #expect(html.contains("cannot be judged: an interval is "))
    #expect(!html.contains("All "))
    #expect(html.contains("In the paper, but not run: "))
    // No table has a row that was not run.
    #expect(!html.contains("<span class=\"none\">not run</span>"))
    // No forest was asked for.
    #expect(!html.contains("Random forests"))
  }

  @Test func intervalsThatTellNothing() throws {
    func verdict(_ low: Double, _ high: Double, _ published: Double) -> String? {
      ReportSection.Value(
        published: published,
        ours: Estimate(value: (low + high) / 2, interval: low...high)
      ).verdict
    }
    #expect(verdict(0.4, 0.6, 0.5) == "inside" && verdict(0.4, 0.65, 0.5) == "inside")
    #expect(verdict(0.1, 0.9, 0.5) == "wide" && verdict(0.1, 0.9, 0.95) == "below")
    #expect(verdict(-0.4, 0.3, -0.5) == "above")
  }

  @Test func everyScoreOfARun() throws {
    let file = directory.file("scores.csv")
    let result = try Tool.run(
      ["evaluate", "--sample", "9", "--proxies", "vkdnw-single,rank(vkdnw)*rank(flops)"]
        + ["--scores", file, "--format", "json", "--resamples", "5"] + small)
    try #require(result.status == 0, "\(result.errors)")
    let table = try CSV(Array(try Data(contentsOf: URL(fileURLWithPath: file))), file: "scores.csv")
    #expect(
      table.header == [
        "architecture", "index", "accuracy", "layers", "vkdnw", "flops", "parameters",
        "vkdnw-single", "rank(vkdnw)*rank(flops)",
      ])
    #expect(table.count == 9)
    // The command ranks its own file as it ranked the networks.
    let ranked = try Tool.run([
      "rank", file, "--accuracy", "accuracy", "--score", "vkdnw-single,rank(vkdnw)*rank(flops)",
      "--resamples", "5", "--format", "json",
    ])
    let evaluated = try #require(try result.object()["rows"] as? [[String: Any]])
    let rows = try #require(try ranked.object()["rows"] as? [[String: Any]])
    for (one, other) in zip(evaluated.prefix(2), rows) {
      for metric in ["kendall", "spearman", "ndcg"] {
        let pair = [one, other].map { ($0[metric] as? [String: Double])?["value"] ?? .nan }
        #expect(abs(pair[0] - pair[1]) < 1e-12, "\(metric)")
      }
    }
  }
}
