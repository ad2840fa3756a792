import TestSupport
import Testing

@testable import Formats

/// `--spreadsheet`: no cell of CSV is a formula.
@Suite struct SpreadsheetTests {
  @Test(arguments: [
    "=1+1", "=cmd|' /C calc'!A0", "+1+1", "-1+1", "-", "+", "@SUM(A1)", "\t=1", "\r=1", "\n=1",
    "-inf", "+nan", "-0x10", "-1e", "--1", "＝1", "＋1", "－1", "＠a", "=", "-1 ", "-1,5",
  ])
  func aFormulaGetsAnApostrophe(field: String) {
    #expect(CSV.guarded(field) == "'" + field)
    #expect(CSV.guarded(CSV.guarded(field)) == CSV.guarded(field))
  }

  @Test(arguments: [
    "", "1", "-1", "+1", "-1.5", "-1e-05", "+.5", "-1E+300", "inf", "nan", "a=b", "'=1", " =1",
    "|nor_conv_3x3~0|", "0x10", "ünï", "1-2",
  ])
  func otherCellsStayAsTheyAre(field: String) {
    #expect(CSV.guarded(field) == field)
  }

  private static let table = #"""
    name,"=cmd|' /C calc'!A0",-score,accuracy
    a,1,-1.5,2
    b,2,-0.5,3
    c,3,+4,5

    """#

  @Test func headersOfOthersAreGuardedInCSVAlone() throws {
    let arguments = ["rank", "-", "--accuracy", "accuracy", "--resamples", "0", "--format"]
    func run(_ more: [String]) throws -> String {
      let result = try Tool.run(arguments + more, input: Self.table)
      #expect(result.status == 0, "\(result.errors)")
      return result.output
    }
    let plain = try run(["csv"])
    #expect(plain.contains("\n=cmd|") && plain.contains("\n-score"))
    let guarded = try run(["csv", "--spreadsheet"])
    #expect(guarded.contains("\n'=cmd|") && guarded.contains("\n'-score"))
    for line in guarded.split(separator: "\n") {
      #expect(!line.hasPrefix("=") && !line.contains(",=") && !line.hasPrefix("-score"))
    }
    // Negative numbers are numbers.
    #expect(
      guarded.replacingOccurrences(of: "'=cmd", with: "=cmd")
        .replacingOccurrences(of: "'-score", with: "-score") == plain)
    for format in ["table", "json", "jsonl"] {
      #expect(try run([format]) == run([format, "--spreadsheet"]))
    }
    let columns = ["csv", "--columns", plain.prefix { $0 != "," }.description]
    #expect(try run(columns + ["--spreadsheet"]).contains("\n'-score"))
  }

  @Test func filesBesideTheReportAreGuardedToo() throws {
    let directory = try TemporaryDirectory()
    var texts: [String] = []
    for more in [[], ["--spreadsheet"]] {
      let file = directory.file("scores\(more.count).csv")
      let result = try Tool.run(
        ["evaluate", "--sample", "4", "--proxies", "vkdnw,rank(vkdnw)-rank(flops)"]
          + ["--resamples", "0", "--scores", file] + small + more)
      #expect(result.status == 0, "\(result.errors)")
      texts.append(try String(contentsOfFile: file, encoding: .utf8))
    }
    // Nothing in it begins as a formula does.
    #expect(texts[0] == texts[1] && texts[0].contains("vkdnw"))
    let list = directory.file("list.txt")
    try "0 --\n=1 1462\n".write(toFile: list, atomically: true, encoding: .utf8)
  }
}
