import Foundation
import TestSupport
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// `tfnas study` as a process.
@Suite struct StudyTests {
  private let directory: TemporaryDirectory
  private let file: String

  init() throws {
    directory = try TemporaryDirectory()
    file = directory.file("study.yaml")
  }

  private func study(_ text: String, _ more: [String] = []) throws -> Tool.Result {
    try Data(text.utf8).write(to: URL(fileURLWithPath: file))
    return try Tool.run(["study", file, "--format", "json"] + more)
  }

  private static let two = """
    rankings: [vkdnw, "rank(vkdnw)*rank(flops)"]
    settings: {sample: 12, batch: 2, resamples: 0}
    tasks:
      - {space: nas-bench-201, task: cifar10, width: 4, cells: 1, resolution: 8}
      - {space: nas-bench-macro, task: cifar10, resolution: 8, title: chains}
    """

  @Test func rowsAreThoseOfEvaluateAndAStudyGoesOn() throws {
    let store = directory.file("s.sqlite")
    let first = try study(Self.two, ["--store", store])
    #expect(first.status == 0, "\(first.errors)")
    let tasks = try #require(try first.object()["tasks"] as? [[String: Any]])
    #expect(tasks.map { $0["task"] as? String } == ["nas-bench-201 cifar10", "chains"])
    let rows = try #require(tasks[1]["rows"] as? [[String: Any]])
    let alone = try Tool.run([
      "evaluate", "--proxies", "vkdnw,rank(vkdnw)*rank(flops)", "--sample", "12", "--batch", "2",
      "--resamples", "0", "--space", "nas-bench-macro", "--task", "cifar10", "--resolution", "8",
      "--format", "csv",
    ])
    #expect(alone.status == 0, "\(alone.errors)")
    for row in rows {
      let name = try #require(row["ranking"] as? String)
      let value = try #require((row["spearman"] as? [String: Any])?["value"] as? Double)
      #expect(alone.output.contains("\(value)"), "\(name)")
    }
    let means = try #require(try first.object()["rankings"] as? [[String: Any]])
    #expect(means.count == rows.count && means.allSatisfy { $0["mean"] is Double })
    let again = try study(Self.two, ["--store", store])
    #expect(again.output == first.output)
    #expect(!again.errors.contains("scored"), "\(again.errors)")
  }

  /// The page holds what the table says, and is well-formed.
  @Test func thePageHasEveryTaskAndRanking() throws {
    let page = directory.file("page.html")
    let result = try study(
      Self.two.replacingOccurrences(of: "title: chains", with: "title: <b>&chains"),
      ["--page", page])
    #expect(result.status == 0, "\(result.errors)")
    let html = try String(contentsOfFile: page, encoding: .utf8)
    let document = try XMLDocument(
      xmlString: html.replacingOccurrences(of: "<!DOCTYPE html>", with: ""))
    func text(_ path: String) throws -> [String] {
      try document.nodes(forXPath: path).compactMap(\.stringValue)
    }
    #expect(try text("//h2") == ["Summary", "nas-bench-201 cifar10", "<b>&chains"])
    let rankings = try #require(try result.object()["rankings"] as? [[String: Any]])
    let names = Set(rankings.compactMap { $0["ranking"] as? String })
    #expect(try Set(text("//section[@id='summary']//tbody/tr/th")) == names)
    #expect(try Set(text("//section[@id='task-2']//tbody/tr/th")) == names)
    let means = rankings.compactMap { $0["mean"] as? Double }
    for mean in means {
      #expect(html.contains("<td data-label=\"mean\">\(String(format: "%.3f", mean))</td>"))
    }
    let again = try study(Self.two, ["--page", page])
    #expect(again.status == 73 && again.output.isEmpty, "\(again.errors)")
  }

  /// The coefficients of a product are those of its row.
  @Test func theShortestProductNearTheBestIsChosen() throws {
    let result = try study(
      """
      rankings: [jacov, "rank(flops)*rank(near)"]
      settings: {sample: 12, batch: 2, resamples: 0, images: noise}
      choose: {members: [flops, near, swap], at-most: 2, margin: 0}
      tasks:
        - {space: nas-bench-201, task: cifar10, width: 4, cells: 1, resolution: 8}
        - {space: nas-bench-macro, task: cifar10, resolution: 8}
      """)
    #expect(result.status == 0, "\(result.errors)")
    let object = try result.object()
    let choice = try #require(object["choice"] as? [String: Any])
    let best = try #require(choice["bestByLength"] as? [[String: Any]])
    #expect(best.count == 2)
    let chosen = try #require(choice["chosen"] as? [String: Any])
    let means = try best.map { try #require($0["mean"] as? Double) }
    #expect(chosen["mean"] as? Double == means.max())
    #expect((choice["leftOut"] as? [[String: Any]])?.count == 2)
    // What is there for the choice alone has no row.
    let rows = try #require(object["rankings"] as? [[String: Any]])
    #expect(rows.allSatisfy { $0["ranking"] as? String != "swap" })
    let one = try study(
      """
      rankings: [flops, near, "rank(flops)*rank(near)"]
      settings: {sample: 12, batch: 2, resamples: 0}
      choose: {members: [flops, near], at-most: 2, margin: 1}
      tasks:
        - {space: nas-bench-macro, task: cifar10, resolution: 8}
      """)
    #expect(one.status == 0, "\(one.errors)")
    let alone = try #require(try one.object()["choice"] as? [String: Any])
    #expect((alone["leftOut"] as? [Any])?.isEmpty == true)
    let pair = try #require((alone["bestByLength"] as? [[String: Any]])?.last)
    let row = try #require(
      (try one.object()["rankings"] as? [[String: Any]])?.first {
        $0["ranking"] as? String == "rank(flops)*rank(near)"
      })
    #expect(pair["mean"] as? Double == row["mean"] as? Double)
    let single = try #require(alone["chosen"] as? [String: Any])
    #expect((single["ranking"] as? String)?.contains("*") == false)
  }

  private static let points = """
    rankings: [vkdnw-single, layers]
    settings: {sample: 12, width: 4, cells: 1, resamples: 50, classes: 4}
    points:
      - {resolution: 8, batch: 4}
      - {resolution: 8, batch: 2, title: few}
      - {resolution: 4, batch: 2}
    tasks:
      - {dataset: cifar10, title: ten}
      - {dataset: cifar100}
    """

  /// Every point has the metrics of its evaluation, differences of the first, and its place beside time.
  @Test func pointsStandBesideTheirTime() throws {
    let store = directory.file("p.sqlite")
    let drawing = directory.file("front.svg")
    let result = try study(
      Self.points, ["--store", store, "--figure", drawing, "--coefficient", "kendall"])
    #expect(result.status == 0, "\(result.errors)")
    let rankings = try #require(try result.object()["rankings"] as? [[String: Any]])
    #expect(rankings.map { $0["ranking"] as? String } == ["vkdnw-single", "layers"])
    let points = try #require(rankings[0]["points"] as? [[String: Any]])
    #expect(
      points.map { $0["point"] as? String }
        == ["resolution 8, batch 4", "few", "resolution 4, batch 2"])
    var found: [(seconds: Double, mean: Double, front: Bool)] = []
    var firsts: [Double] = []
    for (number, point) in points.enumerated() {
      let tasks = try #require(point["tasks"] as? [[String: Any]])
      #expect(tasks.map { $0["task"] as? String } == ["ten", "nas-bench-201 cifar100"])
      let values = try tasks.map {
        try #require(($0["kendall"] as? [String: Any])?["value"] as? Double)
      }
      if number == 0 { firsts = values }
      for (task, value) in zip(tasks, values).enumerated() {
        let difference = (value.0["kendallDifference"] as? [String: Any])?["value"] as? Double
        #expect(number == 0 ? difference == nil : difference == value.1 - firsts[task])
      }
      found.append(
        (
          try #require(point["seconds"] as? Double), values.reduce(0, +) / 2,
          try #require(point["front"] as? Bool)
        ))
    }
    for point in found {
      let isBeaten = found.contains {
        $0.seconds <= point.seconds && $0.mean >= point.mean
          && ($0.seconds < point.seconds || $0.mean > point.mean)
      }
      #expect(point.front == !isBeaten && point.seconds > 0)
    }
    let alone = try Tool.run([
      "evaluate", "--proxies", "vkdnw-single", "--sample", "12", "--width", "4", "--cells", "1",
      "--resamples", "50", "--classes", "4", "--resolution", "8", "--batch", "2", "--dataset",
      "cifar100", "--format", "csv",
    ])
    let csv = try study(Self.points, ["--store", store, "--format", "csv"])
    let row = try #require(
      alone.output.split(separator: "\n").first { $0.hasPrefix("vkdnw-single,") })
    #expect(csv.output.contains("nas-bench-201 cifar100,\(row)"), "\(csv.output) \(row)")
    let svg = try String(contentsOfFile: drawing, encoding: .utf8)
    #expect(try XMLDocument(xmlString: svg).rootElement()?.name == "svg")
    let again = try study(Self.points, ["--store", store, "--coefficient", "kendall"])
    #expect(again.output == result.output)
    let table = try study(Self.points, ["--store", store, "--format", "table", "--wide"])
    #expect(table.output.contains("few") && table.output.contains("s/network"))
  }

  /// Networks without a value are left out of rows and differences where that is asked for; columns that a study does not
  /// have are refused before it begins.
  @Test func aPointRanksTheNetworksThatItsRowRanks() throws {
    let text = """
      rankings: [dextr]
      settings: {sample: 60, width: 4, cells: 1, resamples: 0, classes: 4, resolution: 8, population: all, undefined: omit, images: noise}
      points:
        - {inits: 1}
        - {inits: 2}
      tasks:
        - {dataset: cifar10}
      """
    let result = try study(text)
    #expect(result.status == 0, "\(result.errors)")
    let ranking = try #require((try result.object()["rankings"] as? [[String: Any]])?.first)
    let rows = try #require(ranking["points"] as? [[String: Any]]).compactMap {
      ($0["tasks"] as? [[String: Any]])?.first
    }
    let counts = rows.compactMap { $0["networks"] as? Int }
    #expect(counts.count == 2 && counts[0] == counts[1] && counts[0] < 60, "\(counts)")
    let values = rows.compactMap { ($0["kendall"] as? [String: Any])?["value"] as? Double }
    let difference = (rows[1]["kendallDifference"] as? [String: Any])?["value"] as? Double
    #expect(difference == values[1] - values[0])
    for text in [text, Self.two] {
      let refused = try study(text, ["--format", "csv", "--columns", "point,none"])
      #expect(refused.status == 64 && refused.output.isEmpty)
      #expect(!refused.errors.contains("task 1"), "\(refused.errors)")
    }
  }

  @Test(arguments: [
    ("--page", "--page belongs to a study without points", true),
    ("--figure", "--figure belongs to a study with points", false),
  ])
  func aSideFileBelongsToItsKind(option: String, line: String, hasPoints: Bool) throws {
    let path = directory.file("side")
    let result = try study(hasPoints ? Self.points : Self.two, [option, path])
    #expect(result.status == 64 && result.output.isEmpty, "\(result.errors)")
    #expect(result.errors.contains(line), "\(result.errors)")
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test(arguments: [
    ("[{batch: 2}]", "at least two points"),
    ("[{batch: 2}, {batch: 2}]", "each with other settings"),
    ("[{batch: 2}, {sample: 4}]", "study.yaml:2:23: 'sample' is no setting of a point"),
    ("[{batch: 2}, {batch: no}]", "study.yaml:2:22: "),
    ("[{batch: 2}, {store: a}]", "one for the whole study"),
    ("2", "points"),
    ("[{batch: 2}, {batch: 4}]\nchoose: {members: [flops, near]}", "two studies"),
  ])
  func brokenPointsEndWithALine(points: String, part: String) throws {
    let result = try study(
      "rankings: [vkdnw]\npoints: \(points)\ntasks:\n  - {space: nas-bench-201, sample: 4}")
    #expect(result.status == 65 && result.output.isEmpty, "\(result.errors)")
    #expect(result.errorLines.count == 1 && result.errors.contains(part), "\(result.errors)")
  }

  @Test func aTaskThatFailsIsNamedAndTheOthersAreMeasured() throws {
    let result = try study(
      """
      rankings: [layers]
      tasks:
        - {space: nas-bench-macro, task: cifar10, sample: 12, resamples: 0}
        - {space: mobilenet-v2, accuracies: \(directory.file("none.csv"))}
      """)
    #expect(result.status == 65)
    let tasks = try #require(try result.object()["tasks"] as? [[String: Any]])
    #expect(tasks[0]["failure"] is NSNull && !(tasks[1]["failure"] is NSNull))
    #expect(result.errorLines.last?.contains("1 task of 2 failed") == true, "\(result.errors)")
  }

  @Test(arguments: [
    ("tasks: []", "has no 'rankings'"), ("rankings: [vkdnw]\ntasks: []", "at least one"),
    ("rankings: [vkdnw]\ntasks:\n  - {space: none}", "study.yaml:3:5: "),
    ("rankings: [nothing]\ntasks:\n  - {space: nas-bench-201}", "nothing"),
    (
      "rankings: [vkdnw]\nsettings: {store: x}\ntasks:\n  - {space: nas-bench-201}",
      "study.yaml:2:12"
    ),
    ("rankings: [vkdnw", "study.yaml:"), ("", "empty"),
    (
      "rankings: [vkdnw]\nchoose: {members: [flops]}\ntasks:\n  - {space: nas-bench-201}",
      "study.yaml:2:9"
    ),
    (
      "rankings: [vkdnw]\nchoose: {members: [flops, near], margin: x}\ntasks:\n  - {space: nas-bench-201}",
      "margin is"
    ),
  ])
  func aBrokenFileEndsWithALine(text: String, part: String) throws {
    let result = try study(text)
    #expect(result.status == 65 && result.output.isEmpty, "\(result.errors)")
    #expect(result.errorLines.count == 1 && result.errors.contains(part), "\(result.errors)")
  }
}
