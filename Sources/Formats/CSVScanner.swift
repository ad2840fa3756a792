/// Splits the bytes of a file into the records of RFC 4180.
struct CSVScanner {
  /// A field with its place.
  struct Field {
    var text: String
    var position: CSVPosition
  }

  private let bytes: [UInt8]
  private let file: String
  private let delimiter: UInt8
  private var next: Int
  private(set) var position = CSVPosition(line: 1, column: 1)

  private static let quote = UInt8(ascii: "\"")
  private static let lineFeed = UInt8(ascii: "\n")
  private static let carriageReturn = UInt8(ascii: "\r")

  init(_ bytes: [UInt8], file: String, delimiter: CSVDelimiter = .comma) {
    self.bytes = bytes
    self.file = file
    self.delimiter = delimiter.byte
    next = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
  }

  /// The fields of the next line that is not blank, or `nil` at the end.
  mutating func nextRecord() throws(CSVError) -> [Field]? {
    while try skipLineEnd() {}
    guard next < bytes.count else { return nil }
    var record: [Field] = []
    while true {
      record.append(try nextField())
      guard next < bytes.count else { return record }
      if bytes[next] == delimiter {
        advance()
      } else if try skipLineEnd() {
        return record
      }
    }
  }

  /// Reads a field up to the comma, the end of the line or the end of the bytes that follows it.
  private mutating func nextField() throws(CSVError) -> Field {
    if next < bytes.count, bytes[next] == Self.quote { return try quotedField() }
    let start = next
    let place = position
    while next < bytes.count, !endsField(bytes[next]) {
      if bytes[next] == Self.quote {
        throw error(.strayQuote, token: text(from: start), at: position)
      }
      advance()
    }
    return Field(text: try validated(bytes[start..<next], at: place), position: place)
  }

  private mutating func quotedField() throws(CSVError) -> Field {
    let start = next
    let place = position
    var content: [UInt8] = []
    advance()
    while next < bytes.count {
      let byte = bytes[next]
      advance()
      guard byte == Self.quote else {
        content.append(byte)
        continue
      }
      if next < bytes.count, bytes[next] == Self.quote {
        content.append(byte)
        advance()
      } else if next < bytes.count, !endsField(bytes[next]) {
        throw error(.textAfterQuote, token: text(from: start), at: position)
      } else {
        return Field(text: try validated(content[...], at: place), position: place)
      }
    }
    throw error(.unclosedQuote, token: text(from: start), at: place)
  }

  /// Goes past the end of a line if there is one here.
  private mutating func skipLineEnd() throws(CSVError) -> Bool {
    guard next < bytes.count else { return false }
    if bytes[next] == Self.carriageReturn {
      guard next + 1 < bytes.count, bytes[next + 1] == Self.lineFeed else {
        throw error(.bareCarriageReturn, token: nil, at: position)
      }
      advance()
    }
    guard bytes[next] == Self.lineFeed else { return false }
    advance()
    return true
  }

  /// Goes to the next byte; bytes that continue a Unicode scalar do not count as columns.
  private mutating func advance() {
    if bytes[next] == Self.lineFeed {
      position = CSVPosition(line: position.line + 1, column: 1)
    } else if bytes[next] & 0xc0 != 0x80 {
      position.column += 1
    }
    next += 1
  }

  private func endsField(_ byte: UInt8) -> Bool {
    byte == delimiter || byte == Self.lineFeed || byte == Self.carriageReturn
  }

  private func validated(
    _ content: ArraySlice<UInt8>, at place: CSVPosition
  ) throws(CSVError) -> String {
    guard let text = String(validating: content, as: UTF8.self) else {
      throw error(.notUTF8, token: String(decoding: content, as: UTF8.self), at: place)
    }
    return text
  }

  /// The rest of a line from an offset on, no longer than a message needs.
  private func text(from start: Int) -> String {
    let line = bytes[start...].prefix(CSVError.longestToken * 4).prefix {
      $0 != Self.lineFeed && $0 != Self.carriageReturn
    }
    return String(decoding: line, as: UTF8.self)
  }

  private func error(
    _ problem: CSVError.Problem, token: String?, at place: CSVPosition
  ) -> CSVError {
    CSVError(file: file, position: place, token: token, problem: problem)
  }
}

/// The character between the fields of a table.
public struct CSVDelimiter: Hashable, Sendable {
  /// The character in ASCII.
  let byte: UInt8

  private init(ascii scalar: Unicode.Scalar) { byte = UInt8(ascii: scalar) }

  /// A comma, as RFC 4180 has it.
  public static let comma = CSVDelimiter(ascii: ",")
  /// A semicolon, as spreadsheets write it where the comma is the decimal mark.
  public static let semicolon = CSVDelimiter(ascii: ";")
  /// A tab.
  public static let tab = CSVDelimiter(ascii: "\t")

  /// The character of a text: one that prints, or a tab as itself, `tab` or `\t`.
  ///
  /// It is `nil` where the text is something else, or a letter, digit or mark that a field needs.
  ///
  /// - Parameter text: the text.
  public init?(_ text: String) {
    switch text {
    case "tab", "\\t", "\t": self = .tab
    case "comma": self = .comma
    case "semicolon": self = .semicolon
    default:
      guard text.unicodeScalars.count == 1, let scalar = text.unicodeScalars.first,
        scalar.isASCII, !"\"+-.\r\n".unicodeScalars.contains(scalar), scalar.value >= 0x20,
        scalar.value < 0x7F, !scalar.properties.isAlphabetic,
        scalar.properties.numericType == nil
      else { return nil }
      self.init(ascii: scalar)
    }
  }

  /// The delimiter of a table, told by its header.
  ///
  /// The one among comma, semicolon and tab with which a column has the name that is looked for, or else
  /// the one that stands in the header most often; where neither tells, it is the comma.
  ///
  /// - Parameters:
  ///   - bytes: the content of the file.
  ///   - column: the name of a column that the table should have.
  public init(recognizing bytes: [UInt8], column: String) {
    let headers = [Self.comma, .semicolon, .tab].map { delimiter in
      var scanner = CSVScanner(bytes, file: "", delimiter: delimiter)
      // What is wrong with the header, reading the table will say.
      return (delimiter, ((try? scanner.nextRecord()) ?? nil)?.map(\.text) ?? [])
    }
    let matching = headers.filter { $0.1.contains(column) }
    var best = (matching.isEmpty ? headers : matching)[...]
    var found = best.removeFirst()
    // The first of equal ones.
    for header in best where header.1.count > found.1.count { found = header }
    self = found.0
  }
}
