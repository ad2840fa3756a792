import Ranking
import Testing

@Suite("Texts of expressions")
struct RankExpressionParserTests {
  @Test(
    "The first fault is named with its place",
    arguments: [
      ("", "column 1: an expression expected, the text is empty"),
      ("  \t", "column 4: an expression expected, the text is empty"),
      ("rank(a) * (b rank", "column 14: ')' expected before 'rank'"),
      ("(a", "column 3: ')' expected at the end"),
      ("rank(a", "column 7: ')' expected at the end"),
      ("min(a b)", "column 7: ',' or ')' expected before 'b'"),
      ("a b", "column 3: an operator expected before 'b'"),
      ("2a", "column 2: an operator expected before 'a'"),
      ("a)", "column 2: an operator expected before ')'"),
      ("a, b", "column 2: an operator expected before ','"),
      ("a +", "column 4: a number, a name or '(' expected at the end"),
      ("a * / b", "column 5: a number, a name or '(' expected before '/'"),
      ("+a", "column 1: a number, a name or '(' expected before '+'"),
      ("()", "column 2: a number, a name or '(' expected before ')'"),
      ("min(a, )", "column 8: a number, a name or '(' expected before ')'"),
      ("a $ b", "column 3: unexpected character '$'"),
      ("a + .5", "column 5: unexpected character '.'"),
      ("_a", "column 1: unexpected character '_'"),
      ("a \u{7} b", #"column 3: unexpected character '\u{07}'"#),
      ("b + 1e999", "column 5: the number '1e999' is out of range"),
      ("a * c", "column 5: unknown name 'c'"),
      ("rank(a-b)", "column 6: unknown name 'a-b'; a difference is written 'a - b'"),
      ("a-c", "column 1: unknown name 'a-c'"),
      (
        "a + ranks(b)",
        "column 5: unknown function 'ranks'; known are rank, dense, log, abs, min, max"
      ),
      ("a(b)", "column 1: unknown function 'a'; known are rank, dense, log, abs, min, max"),
      ("1 + rank(a, b)", "column 5: 'rank' takes 1 argument, not 2"),
      ("rank()", "column 1: 'rank' takes 1 argument, not 0"),
      ("log(a, b)", "column 1: 'log' takes 1 argument, not 2"),
      ("abs()", "column 1: 'abs' takes 1 argument, not 0"),
      ("dense()", "column 1: 'dense' takes at least 1 argument, not 0"),
      ("min(a)", "column 1: 'min' takes at least 2 arguments, not 1"),
      ("max()", "column 1: 'max' takes at least 2 arguments, not 0"),
    ])
  func faults(text: String, message: String) {
    let error = #expect(throws: RankExpressionError.self) {
      try RankExpression(parsing: text) { ["a", "b"].contains($0) }
    }
    #expect(error?.description == message)
  }

  @Test("A long token is cut and stays on one line")
  func longTokens() {
    let error = #expect(throws: RankExpressionError.self) {
      try RankExpression(parsing: String(repeating: "x", count: 50)) { _ in false }
    }
    let shown = String(repeating: "x", count: 40)
    #expect(error?.description == "column 1: unknown name '\(shown)...'")
  }

  @Test(
    "Nesting has a bound, length has none",
    arguments: [("(", "a", ")"), ("-", "a", ""), ("abs(", "a", ")"), ("-(", "a", ")")])
  func depth(open: String, middle: String, close: String) throws {
    func text(_ count: Int) -> String {
      String(repeating: open, count: count) + middle + String(repeating: close, count: count)
    }
    let unit = open == "-(" ? 2 : 1
    let deepest = RankExpression.maximumDepth / unit - 1
    _ = try RankExpression(parsing: text(deepest))
    for count in [RankExpression.maximumDepth / unit, 1_000_000] {
      let error = #expect(throws: RankExpressionError.self) {
        try RankExpression(parsing: text(count))
      }
      #expect(error?.problem == .tooDeep)
      #expect(error?.description.hasSuffix(": nested more than 100 deep") == true)
    }
  }

  @Test("A hundred thousand operands are no deeper than two")
  func length() throws {
    let text = "a" + String(repeating: " + a * 2", count: 100_000)
    let expression = try RankExpression(parsing: text)
    #expect(expression.values(of: ["a": ScoreColumn([1])], count: 1) == [200_001])
    #expect(expression.description == text)
  }

  @Test(
    "The text of an expression has the fewest parentheses",
    arguments: [
      ("((a))", "a"), ("(a+b)+c", "a + b + c"), ("a+(b+c)", "a + (b + c)"),
      ("(a*b)/c", "a * b / c"),
      ("a/(b*c)", "a / (b * c)"), ("(a+b)*c", "(a + b) * c"), ("a+(b*c)", "a + b * c"),
      ("-(a+b)", "-(a + b)"), ("-(a*b)", "-(a * b)"), ("(-a)*b", "-a * b"), ("- -a", "--a"),
      ("a-(-b)", "a - -b"), ("rank( a )", "rank(a)"),
      ("min(a,(b),c -1)", "min(a, b, c - 1)"), ("2.50", "2.5"), ("1e3", "1000"),
      ("1e300", "1e+300"), ("1e-7", "1e-07"), ("3.0", "3"),
    ])
  func printed(text: String, canonical: String) throws {
    #expect(try RankExpression(parsing: text).description == canonical)
  }

  @Test("Printing and reading gives the same expression back")
  func roundTrip() throws {
    var generator = SeededGenerator(seed: 71)
    for _ in 0..<2000 {
      let text = Self.text(depth: 4, using: &generator)
      let expression = try RankExpression(parsing: text)
      let again = try RankExpression(parsing: expression.description)
      #expect(again == expression, "\(text) as \(expression)")
      #expect(again.description == expression.description)
      #expect(expression.description.count <= text.count)
    }
  }

  /// A random text with all the parentheses that it may have.
  private static func text(depth: Int, using generator: inout SeededGenerator) -> String {
    func operand() -> String { text(depth: depth - 1, using: &generator) }
    guard depth > 0 else {
      return ["a", "b-1", "c.d", "7.0", "0.25e00"].randomElement(using: &generator) ?? "a"
    }
    return switch Int.random(in: 0..<8, using: &generator) {
    case 0: "(-(\(operand())))"
    case 1: "rank(\(operand()))"
    case 2: "dense(\(operand()),  (\(operand())))"
    case 3: "((\(operand())) / (\(operand())))"
    case 4: "((\(operand()))  *  (\(operand())))"
    case 5: "((\(operand())) - (\(operand())))"
    case 6: "((\(operand()))  +  (\(operand())))"
    default: operand()
    }
  }

  @Test("Any text is an expression or an error with a place in it")
  func fuzz() {
    var generator = SeededGenerator(seed: 72)
    let words = [
      "a", "b", "rank", "dense", "log", "min", "(", ")", ",", "+", "-", "*", "/", " ", "1", "2.5",
      "1e", ".", "\u{1F600}", "e\u{301}", "\u{0}", "\r\n", "-", "(", ")", "a-b",
    ]
    var parsed = 0
    for _ in 0..<20_000 {
      let count = Int.random(in: 0..<14, using: &generator)
      let text = (0..<count).map { _ in words.randomElement(using: &generator) ?? "" }.joined()
      do {
        let expression = try RankExpression(parsing: text)
        parsed += 1
        let again = try? RankExpression(parsing: expression.description)
        #expect(again == expression, "\(text)")
        let columns = Dictionary(
          uniqueKeysWithValues: expression.names.map { ($0, ScoreColumn([1, nil, 3])) })
        #expect(expression.values(of: columns, count: 3).count == 3)
      } catch {
        #expect((1...text.count + 1).contains(error.column), "\(text): \(error)")
        #expect(!error.description.contains { $0.isNewline }, "\(text)")
      }
    }
    #expect(parsed > 100, "the words do make expressions now and then")
  }
}
