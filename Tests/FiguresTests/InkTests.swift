import Figures
import Testing

@Suite struct InkTests {
  @Test func contrastIsThatOfWCAG() {
    let (black, white) = (Colour(0), Colour(0xFF_FFFF))
    #expect(abs(black.contrast(with: white) - 21) < 1e-9)
    #expect(white.contrast(with: white) == 1)
    // The grey that is known as the lightest one readable on white.
    #expect((4.5..<4.6).contains(Colour(0x76_7676).contrast(with: white)))
    #expect(Colour(0x0A_0B0C).hexadecimal == "#0a0b0c")
  }

  @Test(arguments: Ink.allCases.filter { $0 != .paper && $0 != .rule })
  func everyInkIsReadableOnPaper(ink: Ink) {
    #expect(ink.light.contrast(with: Ink.paper.light) >= 4.5)
    #expect(ink.dark.contrast(with: Ink.paper.dark) >= 4.5)
    // The values within bars are printed in the colour of the paper, those on boxes in ink.
    #expect(Ink.ink.light.contrast(with: Ink.rule.light) >= 4.5)
    #expect(Ink.ink.dark.contrast(with: Ink.rule.dark) >= 4.5)
  }

  @Test func bothSchemesAndPrintHaveEveryInk() {
    let css = Ink.properties(of: "svg")
    #expect(css.contains("prefers-color-scheme: dark") && css.contains("@media print"))
    for ink in Ink.allCases {
      #expect(css.components(of: "--\(ink.rawValue):\(ink.light.hexadecimal)") == 2)
      #expect(css.components(of: "--\(ink.rawValue):\(ink.dark.hexadecimal)") == 1)
      #expect(Ink.rules.contains(".f-\(ink.rawValue){fill:var(--\(ink.rawValue))}"))
    }
    #expect(Set(Ink.series.map(\.light)).count == 6)
  }
}

extension String {
  fileprivate func components(of part: String) -> Int { ranges(of: part).count }
}
