import Foundation
import Testing
import TrainingFreeNAS

@testable import Reports

/// Tables of any content in lines of any width.
@Suite struct TableTests {
  private func table(rows: Int = 3) -> TextTable {
    var table = TextTable([
      .init("name", .left).with(.shortened(least: 8)),
      .init("a long title", .right, short: "t"), .init("number", .right),
      .init("what it says", .left).with(.wrapped(least: 10)),
      .init("least of all", .left).omitted(1),
    ])
    for row in 0..<rows {
      table.add([
        "name-of-row-number-\(row)", "\(row)", "\(row * 1000)",
        "several words that go on and on for row \(row)", "more",
      ])
    }
    return table
  }

  @Test(arguments: 10...120)
  func linesFit(width: Int) {
    let text = table().text(TableLayout(width: width))
    // Below this the parts that keep their width have no room beside the name.
    guard width >= 22 else { return }
    for line in text.split(separator: "\n") { #expect(line.count <= width, "\(line)") }
    #expect(!text.contains(" \n"))
  }

  @Test func whatHasRoomIsWhole() {
    let text = table().text(.wide)
    #expect(text == table().text(TableLayout(width: 1000)))
    #expect(text.contains("name-of-row-number-2") && text.contains("a long title"))
    #expect(text.split(separator: "\n").count == 4)
  }

  @Test func narrowerStepByStep() {
    let whole = table().text(.wide).split(separator: "\n").map(\.count).max() ?? 0
    let short = table().text(TableLayout(width: whole - 3))
    #expect(!short.contains("a long title") && short.contains("least of all"))
    let omitted = table().text(TableLayout(width: 46))
    #expect(omitted.hasSuffix("Not shown: least of all; see --wide and\n--columns.\n"))
    #expect(omitted.contains("several") && omitted.contains("number"))
  }

  /// Where nothing else helps, a table becomes several with the same rows.
  @Test func severalTables() {
    var table = TextTable((["key"] + (1...9).map { "column \($0)" }).map { ($0, .left) })
    table.add((0...9).map { "cell \($0)" })
    let parts = table.text(TableLayout(width: 30)).components(separatedBy: "\n\n")
    #expect(parts.count > 3)
    for part in parts {
      #expect(part.hasPrefix("key") && part.contains("cell 0"))
      #expect(part.split(separator: "\n").allSatisfy { $0.count <= 30 })
    }
    for number in 1...9 {
      #expect(parts.count { $0.contains("column \(number)") } == 1)
    }
  }

  @Test func boldTitlesTakeNoRoom() {
    let bold = table().text(TableLayout(width: 60, isBold: true))
    let plain = bold.replacing("\u{1B}[1m", with: "").replacing("\u{1B}[0m", with: "")
    #expect(plain == table().text(TableLayout(width: 60)))
    #expect(bold.hasPrefix("\u{1B}[1mname"))
  }

  @Test(arguments: [
    ("short", 10, "short"), ("0123456789", 10, "0123456789"), ("0123456789a", 10, "0123...89a"),
    ("0123456789", 4, "0..."), ("0123456789", 3, "..."), ("0123456789", 0, ""),
  ])
  func middlesAreShortened(text: String, width: Int, expected: String) {
    let shortened = FittedText.shortened(text, to: width)
    #expect(shortened == expected && shortened.count <= max(width, 0))
  }

  @Test(arguments: 1...40)
  func wrappedTextIsWhole(width: Int) {
    for text in [
      "a few words, and averyveryverylongone at the end",
      "|nor_conv_3x3~0|+|nor_conv_1x1~0|avg_pool_3x3~1|+|none~0|none~1|none~2|", "", "x",
    ] {
      let lines = FittedText.wrapped(text, to: width)
      #expect(lines.allSatisfy { $0.count <= width })
      let joined = lines.joined().replacing(" ", with: "")
      #expect(joined == text.replacing(" ", with: ""))
    }
  }

  @Test func intervalsAreWrittenShorter() {
    let column = MetricsRow.estimate("t")
    #expect(column.shortCell?("0.639 [0.583, 0.690]") == "0.639 [.583,.690]")
    #expect(column.shortCell?("-0.435 [-0.464, -0.404]") == "-0.435 [-.464,-.404]")
    #expect(column.shortCell?("1.000 [0.998, 1.000]") == "1.000 [.998,1.000]")
    #expect(column.shortCell?("undefined") == "undefined")
  }
}
