import TestSupport
import Testing

@testable import Formats

@Suite("Comma-separated values")
struct CSVTests {
  @Test("Quotes, doubled quotes, commas, line breaks and white space are read as RFC 4180 says")
  func fields() throws {
    let table = try parse("name,\"a \"\"b\"\"\",c\n\"x,\ny\",\"\", z \r\n,\"\"\"\",\"r\r\n\"\n")
    #expect(table.header == ["name", "a \"b\"", "c"])
    #expect(records(table) == [["x,\ny", "", " z "], ["", "\"", "r\r\n"]])
    #expect(table.position(of: 0) == (try parse("a\nb")).position(of: 0))
    #expect(table.position(of: 1).line == 4)
  }

  @Test("Either line end, a missing last one, blank lines and a byte-order mark make no difference")
  func lineEnds() throws {
    let expected = [["1", "2"], ["3", "4"]]
    for text in [
      "a,b\n1,2\n3,4\n", "a,b\n1,2\n3,4", "a,b\r\n1,2\r\n3,4\r\n", "a,b\r\n1,2\r\n3,4",
      "\u{feff}a,b\n1,2\n3,4", "\n\r\na,b\n\n1,2\r\n\n3,4\n\n\n", "\"a\",\"b\"\n\"1\",2\n3,\"4\"",
    ] {
      let table = try parse(text)
      #expect(table.header == ["a", "b"], "\(text.debugDescription)")
      #expect(records(table) == expected, "\(text.debugDescription)")
    }
  }

  @Test("A header alone is a table without records")
  func headerOnly() throws {
    for text in ["a,b", "a,b\n", "\u{feff}a,b\r\n\r\n"] {
      let table = try parse(text)
      #expect(table.count == 0)
      #expect(try table.numbers(in: "b") == [])
    }
  }

  @Test("Numbers are decimal, blanks around them are no matter and an empty cell is none")
  func numbers() throws {
    let table = try parse("arch,kt\na,1.5\nb,\nc, -2e3\t\nd,\"  \"\ne,+.25\nf,1e-400\n")
    #expect(try table.numbers(in: "kt") == [1.5, nil, -2000, nil, 0.25, 0])
    #expect(try table.texts(in: "arch") == ["a", "b", "c", "d", "e", "f"])
  }

  @Test(
    "What is neither a decimal number nor missing is an error with its place",
    arguments: [
      "0x10", "1,5", "1_000", "--1", "1 2", "e", ".", "12abc", "\u{663}", "1\u{301}",
      "np.float64(1)",
      "infinite", "-NA", "nano", "naan", "n/a/",
    ])
  func notNumbers(token: String) throws {
    let table = try parse("arch,kt\na,1\n\(CSV.line(["\"é\"", token]))\n")
    let error = #expect(throws: CSVError.self) { try table.numbers(in: "kt") }
    #expect(error?.token == token)
    #expect(error?.position?.line == 3)
    #expect(error?.position?.column == 9)
    #expect(error?.problem == .notANumber(column: "kt"))
  }

  @Test(
    "A number is missing where its cell says so in one of the usual spellings",
    arguments: [
      "", " ", "nan", "NaN", "-nan", "NA", "na", "N/A", "#N/A", "<NA>", "None", "none", "null",
      " NULL ",
    ])
  func missing(token: String) throws {
    let table = try parse("arch,kt\na,1\n\(CSV.line(["b", token]))\n")
    #expect(try table.numbers(in: "kt") == [1, nil])
  }

  @Test("Infinities are numbers, and so is what is beyond the largest one")
  func infinities() throws {
    let table = try parse("kt\ninf\n+Inf\nInfinity\n-inf\n-Infinity\n1e999\n-1e999\n")
    #expect(
      try table.numbers(in: "kt")
        == [.infinity, .infinity, .infinity, -.infinity, -.infinity, .infinity, -.infinity])
  }

  @Test("Other delimiters are recognised by the header, and a decimal comma beside them")
  func delimiters() throws {
    func numbers(_ text: String, _ column: String) throws -> [Double?] {
      let bytes = Array(text.utf8)
      let delimiter = CSVDelimiter(recognizing: bytes, column: column)
      return try CSV(bytes, file: "scores.csv", delimiter: delimiter).numbers(in: column)
    }
    #expect(try numbers("a;acc\n1;91,5\n2;-1,234\n3;1e3\n", "acc") == [91.5, -1.234, 1000])
    #expect(try numbers("a\tacc\n1\t91,5\n2\t1,234\n", "acc") == [91.5, 1.234])
    #expect(try numbers("a,acc\n\"1;2\",3\n", "acc") == [3])
    #expect(try numbers("\"a;b\",\"c;d\",acc\n1,2,3\n", "acc") == [3])
    #expect(try numbers("\u{feff}\"acc\";b,c\n\"1,5\";2\n", "acc") == [1.5])
    // In a table with tabs these may be thousands, and nobody is to guess.
    for text in ["a\tacc\n1\t1,234\n", "a\tacc\n1\t1,234,567\n", "a;acc\n1;1.234,5\n"] {
      #expect(throws: CSVError.self) { try numbers(text, "acc") }
    }
    #expect(throws: CSVError.self) { try numbers("a,acc\n1,\"1,5\"\n", "acc") }
    for (text, delimiter) in [(";", CSVDelimiter.semicolon), ("tab", .tab), ("\\t", .tab)] {
      #expect(CSVDelimiter(text) == delimiter)
    }
    #expect(
      try CSV(Array("a|b\n1|2".utf8), file: "", delimiter: #require(CSVDelimiter("|"))).count == 1)
    for text in ["", "ab", "\"", "\n", "1", "e", "-", ".", "é"] {
      #expect(CSVDelimiter(text) == nil)
    }
  }

  @Test("UTF-16 is named")
  func utf16() {
    for mark: [UInt8] in [[0xFF, 0xFE], [0xFE, 0xFF]] {
      let error = #expect(throws: CSVError.self) { try CSV(mark + [0x61, 0], file: "scores.csv") }
      #expect(error?.description == "scores.csv: the file is UTF-16; save it as UTF-8")
    }
  }

  @Test(
    "Every message is one line with the file, the place and the token",
    arguments: [
      ("", "scores.csv:1:1: there is no header line"),
      ("\n\n", "scores.csv:3:1: there is no header line"),
      (
        "a,b\n1,2\n3,4,five,6\n",
        "scores.csv:3:5: \"five\" is field 3 of 4, but the header has 2"
      ),
      (
        "a,b,c\n1,two",
        "scores.csv:2:3: the record ends after \"two\", field 2 of 3 that the header has"
      ),
      (
        "a,b\n1,2\" x\n",
        "scores.csv:2:4: a quote stands inside the field \"2\\\" x\", which does not begin with one"
      ),
      (
        "a,b\n1,\"2\"x\n",
        "scores.csv:2:6: text follows the closing quote of the field \"\\\"2\\\"x\""
      ),
      (
        "a,b\n\"x\ny\",\"zé\n\n",
        "scores.csv:3:4: the quote that opens the field \"\\\"zé\" is not closed"
      ),
      ("a,b\r1,2", "scores.csv:1:4: a carriage return is not followed by a line feed"),
      ("a,b\n1,2\r", "scores.csv:2:4: a carriage return is not followed by a line feed"),
    ])
  func messages(text: String, message: String) {
    let error = #expect(throws: CSVError.self) { try parse(text) }
    #expect(error?.description == message)
  }

  @Test("Bytes that are not UTF-8 are an error with the place of their field")
  func encoding() {
    let bytes = Array("a,b\né,".utf8) + [0x78, 0xff, 0x79]
    let error = #expect(throws: CSVError.self) { try CSV(bytes, file: "scores.csv") }
    #expect(error?.description == "scores.csv:2:3: the field \"x\u{fffd}y\" is not UTF-8")
    let quoted = #expect(throws: CSVError.self) {
      try CSV(Array("a\n\"".utf8) + [0xc3, 0x22], file: "scores.csv")
    }
    #expect(quoted?.problem == .notUTF8)
  }

  @Test("A column that is missing or ambiguous is an error that names it")
  func columns() throws {
    let table = try parse("a,b,a\n1,2,3\n")
    let missing = #expect(throws: CSVError.self) { try table.texts(in: "A") }
    #expect(
      missing?.description == "scores.csv: there is no column \"A\", only \"a\", \"b\", \"a\"")
    let ambiguous = #expect(throws: CSVError.self) { try table.numbers(in: "a") }
    #expect(
      ambiguous?.description
        == "scores.csv:1:5: more than one column is named \"a\": the first one stands at 1:1")
    #expect(try table.numbers(in: "b") == [2])
    let wide = try parse((1...20).map { "c\($0)" }.joined(separator: ","))
    let many = #expect(throws: CSVError.self) { try wide.texts(in: "d") }
    #expect(many?.description.hasSuffix("\"c12\" and 8 more") == true)
  }

  @Test("A long or unprintable token is shortened and escaped")
  func tokens() throws {
    let long = try parse("a\n" + String(repeating: "x", count: 100_000))
    let error = #expect(throws: CSVError.self) { try long.numbers(in: "a") }
    let shown = String(repeating: "x", count: 40)
    #expect(
      error?.description == "scores.csv:2:1: \"\(shown)...\" in column \"a\" is no number"
    )
    let table = try CSV(Array("a\n\"\u{1b}[2J\r\n\u{2028}\\\"".utf8), file: "two\nlines.csv")
    let escaped = #expect(throws: CSVError.self) { try table.numbers(in: "a") }
    let control = "\\u{1B}[2J\\r\\n\\u{2028}\\\\"
    let message = "two\\nlines.csv:2:1: \"\(control)\" in column \"a\" is no number"
    #expect(escaped?.description == message)
  }

  @Test("Whatever is written is read back", arguments: 0..<40)
  func roundTrip(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    let width = Int.random(in: 1...4, using: &generator)
    let written = (0...Int.random(in: 0...8, using: &generator)).map { _ in
      (0..<width).map { _ in generator.field() }
    }
    for (end, isLast) in [("\n", true), ("\r\n", true), ("\n", false)] {
      let lines = written.map(CSV.line)
      let table = try parse(lines.joined(separator: end) + (isLast ? end : ""))
      // Scalars, since texts that differ in them may be equal as texts.
      #expect(scalars([table.header] + records(table)) == scalars(written), "seed \(seed)")
    }
  }

  @Test("Fields without special characters are written as they are")
  func plainLines() {
    #expect(CSV.line(["a", "b c", " d"]) == "a,b c, d")
    #expect(CSV.line(["", ""]) == ",")
    #expect(CSV.line([""]) == "\"\"")
    #expect(CSV.line(["1,5", "say \"no\"", "x\r\ny"]) == "\"1,5\",\"say \"\"no\"\"\",\"x\r\ny\"")
  }

  @Test("Random bytes give a table or an error of one line", arguments: 0..<20)
  func randomBytes(seed: Int) {
    var generator = SeededGenerator(seed: UInt64(seed))
    let likely = Array(",\"\n\r a1é".utf8)
    for round in 0..<100 {
      let bytes = (0..<Int.random(in: 0...40, using: &generator)).map { _ -> UInt8 in
        Int.random(in: 0..<8, using: &generator) == 0
          ? UInt8.random(in: 0...255, using: &generator)
          : likely.randomElement(using: &generator) ?? 0
      }
      check(bytes, "seed \(seed), round \(round)")
    }
  }

  @Test("Mutations of a good file give a table or an error of one line", arguments: 0..<20)
  func mutations(seed: Int) {
    var generator = SeededGenerator(seed: UInt64(seed) + 1000)
    let good = Array("\u{feff}arch,\"kt\",n\r\n\"|a~0|,é\",0.5,1\n\"x\"\"y\n\",-1e3,\n".utf8)
    for round in 0..<100 {
      var bytes = good
      for _ in 0...Int.random(in: 0..<4, using: &generator) {
        let place = Int.random(in: 0..<max(bytes.count, 1), using: &generator)
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: place)
        case 1: bytes.removeSubrange(min(place, bytes.count)...)
        case 2 where !bytes.isEmpty: bytes.remove(at: place)
        case 3 where !bytes.isEmpty:
          bytes[place] = good.randomElement(using: &generator) ?? 0
        default: bytes += bytes.prefix(place)
        }
      }
      check(bytes, "seed \(seed), round \(round)")
    }
  }

  @Test("Long fields and many records take time in proportion to their bytes")
  func large() throws {
    // Quadratic behaviour would take minutes here.
    let quoted = String(repeating: "\"\"\n", count: 100_000)
    let table = try parse("a,b\n\"\(quoted)\",1\n" + String(repeating: "x,2\n", count: 20_000))
    #expect(table.count == 20_001)
    #expect(table[0].first?.utf8.count == 200_000)
    #expect(table.position(of: 1).line == 100_003)
    let unclosed = "a\n" + String(repeating: "\"\n", count: 100_001)
    #expect(throws: CSVError.self) { try parse(unclosed) }
  }

  private func parse(_ text: String) throws(CSVError) -> CSV {
    try CSV(Array(text.utf8), file: "scores.csv")
  }

  private func records(_ table: CSV) -> [[String]] {
    (0..<table.count).map { Array(table[$0]) }
  }

  private func scalars(_ records: [[String]]) -> [[[Unicode.Scalar]]] {
    records.map { $0.map { Array($0.unicodeScalars) } }
  }

  /// Parses, and reads every column as numbers; what is accepted must come back when written.
  private func check(_ bytes: [UInt8], _ comment: Comment) {
    do throws(CSVError) {
      let table = try CSV(bytes, file: "fuzz.csv")
      let written = ([table.header] + records(table)).map(CSV.line).joined(separator: "\n")
      let again = try CSV(Array(written.utf8), file: "fuzz.csv")
      #expect(
        scalars([again.header] + records(again)) == scalars([table.header] + records(table)),
        comment)
      for name in table.header {
        let numbers = try table.numbers(in: name)
        #expect(numbers.count == table.count && !numbers.contains { $0?.isNaN == true }, comment)
      }
    } catch {
      let message = error.description
      #expect(message.hasPrefix("fuzz.csv:"), comment)
      #expect(
        !message.unicodeScalars.contains { $0.properties.generalCategory == .control }, comment)
      #expect(message.unicodeScalars.count < 2000, comment)
    }
  }
}

extension SeededGenerator {
  /// A text of the scalars that matter to the format, often empty.
  fileprivate mutating func field() -> String {
    let scalars: [Unicode.Scalar] = [
      ",", "\"", "\n", "\r", " ", "\t", "a", "1", "\u{feff}", "\u{301}", "é", "\u{1f600}", "\0",
    ]
    var text = String.UnicodeScalarView()
    for _ in 0..<Int.random(in: 0...5, using: &self) {
      text.append(scalars.randomElement(using: &self) ?? "a")
    }
    return String(text)
  }
}
