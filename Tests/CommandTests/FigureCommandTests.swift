import Foundation
import Ranking
import TestSupport
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// Figures and the report, from stores that the command itself has filled.
@Suite struct FigureCommandTests {
  private let directory: TemporaryDirectory
  private let store: String
  private static let options = small + ["--dataset", "imagenet16-120", "--sample", "12"]

  init() throws {
    directory = try TemporaryDirectory()
    store = directory.file("scores.sqlite")
    let result = try Tool.run(
      ["evaluate"] + Self.options
        + ["--store", store, "--resamples", "0", "--proxies"]
        + ["vkdnw-single,progressivity,expressivity,trainability,naswot"])
    try #require(result.status == 0, "\(result.errors)")
  }

  private func expectSVG(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(XMLParser(data: Data(text.utf8)).parse(), sourceLocation: sourceLocation)
    #expect(text.contains("<svg xmlns="), sourceLocation: sourceLocation)
    #expect(!text.contains("nan") && !text.contains("inf\""), sourceLocation: sourceLocation)
  }

  @Test(arguments: [
    ["1", "--proxies", "naswot,vkdnw-single"], ["2"], ["3"], ["4"],
    ["scatter", "--proxies", "naswot,rank(vkdnw)*rank(flops)"],
    ["compute", "--proxies", "naswot,vkdnw"],
    ["scatter"],
  ])
  func drawsFromTheStore(arguments: [String]) throws {
    let file = directory.file("figure.svg")
    let options = Self.options + ["--store", store, "--resamples", "20"]
    let result = try Tool.run(["figure"] + arguments + options + ["--out", file])
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.isEmpty)
    let text = try String(contentsOfFile: file, encoding: .utf8)
    expectSVG(text)
    let again = try Tool.run(["figure"] + arguments + options)
    #expect(again.output == text, "the same bytes on standard output")
  }

  @Test func spectraNeedNoStore() throws {
    let result = try Tool.run(["figure", "spectrum", "1462", "2506"] + small)
    #expect(result.status == 0, "\(result.errors)")
    expectSVG(result.output)
    #expect(result.output.contains("index 1462, entropy "))
  }

  @Test func whatIsMissingIsNamedWithItsCommand() throws {
    let result = try Tool.run(
      ["figure", "scatter", "--proxies", "swap"] + Self.options + ["--store", store])
    #expect(result.status == 66)
    #expect(result.errorLines.count == 1)
    #expect(
      result.errors.contains(
        "12 of 12 networks have no score of 'swap' with these settings; compute them with: "
          + "tfnas evaluate --proxies swap --width 4"), "\(result.errors)")
    #expect(try Tool.run(["figure", "3"] + Self.options).status == 64)
  }

  @Test(arguments: [
    (["5"], 64, "'5'"), (["spectrum"], 64, "spectrum needs architectures"),
    (["3", "1462"], 64, "'1462': architectures belong to spectrum and network"),
    (["2", "--png", "x.png"], 64, "--png needs --out"),
    (["2", "--out", "/no/such/directory/f.svg"], 73, "there is no such directory"),
    (["3", "--sample", "0"], 64, "--sample"),
    (["spectrum", "99999"], 65, "index '99999'"),
  ])
  func mistakes(arguments: [String], status: Int32, fragment: String) throws {
    let result = try Tool.run(["figure"] + arguments)
    #expect(result.status == status, "\(result.errors)")
    #expect(result.errors.contains(fragment), "\(result.errors)")
    #expect(result.errorLines.count == 1)
  }

  /// The converter is looked for on `PATH`, so an empty one and false ones can be tried.
  @Test func picturesNeedAConverter() throws {
    let svg = directory.file("f.svg")
    let png = directory.file("f.png")
    let none = try Tool.shell(
      "PATH=/no/such '\(Tool.executable.path)' figure 2 --out '\(svg)' --png '\(png)' 2>&1")
    #expect(none.status == 69)
    #expect(none.output.contains("none of rsvg-convert, inkscape, magick, convert is installed"))
    #expect(FileManager.default.fileExists(atPath: svg))
    let tools = directory.file("bin")
    try FileManager.default.createDirectory(atPath: tools, withIntermediateDirectories: true)
    let script = tools + "/convert"
    try Data("#!/bin/sh\nexit 0\n".utf8).write(to: URL(fileURLWithPath: script))
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: script)
    let idle = try Tool.shell(
      "PATH='\(tools)' '\(Tool.executable.path)' figure 2 --out '\(svg)' --png '\(png)' --force 2>&1"
    )
    #expect(idle.status == 69)
    #expect(idle.output.contains("convert failed"))
    let body = "#!/bin/sh\nfor last; do :; done\nprintf '\\211PNG' > \"${last#png:}\"\n"
    try Data(body.utf8).write(to: URL(fileURLWithPath: script))
    let made = try Tool.shell(
      "PATH='\(tools)' '\(Tool.executable.path)' figure 2 --out '\(svg)' --png '\(png)' --force 2>&1"
    )
    #expect(made.status == 0, "\(made.output)")
    #expect(FileManager.default.fileExists(atPath: png))
  }

  @Test func theReportShowsTheStore() throws {
    let out = directory.file("report")
    let result = try Tool.run([
      "report", "--store", store, "--out", out, "--resamples", "20",
    ])
    #expect(result.status == 0, "\(result.errors)")
    let html = try String(contentsOfFile: out + "/index.html", encoding: .utf8)
    #expect(XMLParser(data: Data(html.dropFirst("<!DOCTYPE html>".count).utf8)).parse())
    for word in [
      "Networks on ImageNet16-120", "The best 10", "Front: no network is better",
      "Table I: rankings on ImageNet16-120", "Table II", "Table VI on CIFAR-100", "Table IX",
      "Figure 1:", "Figure 3:", "Figure 4:", "Fisher spectra", "not run",
      "--sample 12 --batch 2 --width 4 --cells 1 --against paper",
    ] {
      #expect(html.contains(word), "\(word)")
    }
    // The numbers of the report are those of evaluate.
    let evaluation = try Tool.run(
      ["evaluate"] + Self.options
        + ["--store", store, "--resamples", "20", "--proxies", "vkdnw-single", "--format", "json"]
    ).object()
    let rows = try #require(evaluation["rows"] as? [[String: Any]])
    let kendall = try #require(rows[0]["kendall"] as? [String: Double])
    let text = ["value", "low", "high"].compactMap { kendall[$0] }.map {
      String(format: "%.3f", $0)
    }
    #expect(html.contains("\(text[0]) [\(text[1]), \(text[2])]"), "\(text)")
  }

  @Test func aReportNeedsScores() throws {
    let out = directory.file("none")
    let missing = try Tool.run(["report", "--store", "/no/such.sqlite", "--out", out])
    #expect(missing.status == 66 && missing.errors.contains("/no/such.sqlite"), "\(missing.errors)")
    #expect(try Tool.run(["report", "--out", out]).status == 64)
    let odd = directory.file("odd.sqlite")
    let filled = try Tool.run(["figure", "2", "--out", "/dev/null/x"])
    #expect(filled.status == 73)
    try Data("no store".utf8).write(to: URL(fileURLWithPath: odd))
    let foreign = try Tool.run(["report", "--store", odd, "--out", out])
    #expect(foreign.status == 65 && foreign.errors.contains(odd), "\(foreign.errors)")
  }
}
