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
