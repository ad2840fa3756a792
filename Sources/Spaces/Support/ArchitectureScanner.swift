/// Reads the text of an architecture from left to right and stops at the first error.
///
/// It works on bytes, because all that is meaningful is ASCII; a place is turned into a count of
/// characters only where an error needs it. White space around the text is ignored.
struct ArchitectureScanner {
  private let bytes: [UInt8]
  /// The first byte not yet read.
  private(set) var place: Int
  /// The end of the text without the white space that follows it.
  private let end: Int

  init(_ text: String) {
    bytes = Array(text.utf8)
    end = (bytes.lastIndex { !Self.isWhiteSpace($0) } ?? -1) + 1
    place = bytes.firstIndex { !Self.isWhiteSpace($0) } ?? 0
  }

  // MARK: Where the scanner is

  /// Whether everything was read.
  var isAtEnd: Bool { place >= end }

  /// The next byte.
  var next: UInt8? { isAtEnd ? nil : bytes[place] }

  /// Whether a mark stands anywhere in the rest.
  func contains(_ mark: Character) -> Bool {
    place < end && bytes[place..<end].contains { $0 == mark.asciiValue }
  }

  /// Whether the rest begins with a text.
  func isBefore(_ text: String) -> Bool {
    place < end && bytes[place..<end].starts(with: text.utf8)
  }

  // MARK: Steps

  /// Passes white space.
  mutating func skipSpaces() {
    while let byte = next, Self.isWhiteSpace(byte) { place += 1 }
  }

  /// Passes a text where it comes next.
  mutating func skip(_ text: String) -> Bool {
    guard isBefore(text) else { return false }
    place += text.utf8.count
    return true
  }

  /// Passes a text that has to come next.
  mutating func expect(_ text: String) throws(ArchitectureError) {
    guard skip(text) else { throw error("expected '\(text)'") }
  }

  /// Passes a comma and the white space around it.
  mutating func expectComma() throws(ArchitectureError) {
    skipSpaces()
    try expect(",")
    skipSpaces()
  }

  /// Reads one digit below a bound.
  mutating func digit(below bound: Int, _ what: String) throws(ArchitectureError) -> Int {
    guard let byte = next, byte >= 0x30, byte < 0x30 + UInt8(bound) else {
      throw error("expected \(what), a digit from 0 to \(bound - 1),")
    }
    place += 1
    return Int(byte) - 0x30
  }

  /// Reads a whole number in a range.
  mutating func number(in range: ClosedRange<Int>, _ what: String)
    throws(ArchitectureError) -> Int
  {
    let stop = bytes[place..<max(place, end)].firstIndex { !(0x30...0x39).contains($0) } ?? end
    let text = String(decoding: bytes[place..<max(place, stop)], as: UTF8.self)
    guard let number = Int(text), range.contains(number) else {
      throw error("expected \(what), a number from \(range.lowerBound) to \(range.upperBound),")
    }
    place = stop
    return number
  }

  /// Reads what lies before the next mark, which may be nothing.
  mutating func word() -> String {
    let word = token
    place += word.utf8.count
    return word
  }

  /// Refuses what follows the architecture.
  func finish() throws(ArchitectureError) {
    guard isAtEnd else { throw error("expected the end of the architecture") }
  }

  // MARK: Errors

  /// An error here.
  func error(_ problem: String) -> ArchitectureError {
    error(problem, at: place)
  }

  /// An error at a place that was passed.
  func error(_ problem: String, at place: Int) -> ArchitectureError {
    var before = self
    before.place = place
    let token = before.token
    let shown =
      token.isEmpty && place < end
      ? String(decoding: bytes[place..<place + 1], as: UTF8.self) : token
    return ArchitectureError(
      token: shown, position: String(decoding: bytes[..<place], as: UTF8.self).count + 1,
      problem: problem)
  }

  /// What lies before the next mark or white space.
  private var token: String {
    guard place < end else { return "" }
    let stop = bytes[place..<end].firstIndex { Self.marks.contains($0) || Self.isWhiteSpace($0) }
    return String(decoding: bytes[place..<(stop ?? end)], as: UTF8.self)
  }

  private static let marks = Set("()[],'\"=:|~".utf8)

  /// Whether a byte is a space or one of the ASCII controls from tab to carriage return.
  private static func isWhiteSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || (0x09...0x0D).contains(byte)
  }
}

extension ArchitectureScanner {
  /// Reads numbers in round brackets, `(1, 0, 2)`, as NASLib writes tuples.
  mutating func tuple(count: ClosedRange<Int>, of range: ClosedRange<Int>, _ what: String)
    throws(ArchitectureError) -> [Int]
  {
    try expect("(")
    skipSpaces()
    var numbers: [Int] = []
    while next != UInt8(ascii: ")") {
      if !numbers.isEmpty {
        try expectComma()
        // Python writes a comma behind the only number of a tuple.
        if next == UInt8(ascii: ")"), numbers.count == 1 { break }
      }
      guard numbers.count < count.upperBound else {
        throw error("expected no more than \(count.upperBound) numbers")
      }
      numbers.append(try number(in: range, what))
      skipSpaces()
    }
    guard numbers.count >= count.lowerBound else {
      throw error("expected \(count.lowerBound) numbers and not \(numbers.count)")
    }
    try expect(")")
    return numbers
  }
}

extension ArchitectureScanner {
  /// Reads one digit in a range.
  mutating func number(ofOneDigitIn range: ClosedRange<Int>, _ what: String)
    throws(ArchitectureError) -> Int
  {
    guard let byte = next, range.contains(Int(byte) - 0x30) else {
      throw error("expected \(what), a digit from \(range.lowerBound) to \(range.upperBound),")
    }
    return try digit(below: range.upperBound + 1, what)
  }
}
