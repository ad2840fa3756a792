/// A place in a text file; lines and columns count from 1.
public struct CSVPosition: Hashable, Sendable {
  /// The line; line breaks inside quotes count too.
  public var line: Int
  /// The Unicode scalar within the line.
  public var column: Int
}

/// What is wrong with a file of comma-separated values, and where.
public struct CSVError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The kinds of mistakes.
  public enum Problem: Hashable, Sendable {
    /// The file has no line with names of columns.
    case noHeader
    /// A record has another number of fields than the header.
    case fieldCount(Int, expected: Int)
    /// A quote stands inside a field that does not begin with one.
    case strayQuote
    /// A closing quote is not followed by a comma or the end of the line.
    case textAfterQuote
    /// A quoted field does not end.
    case unclosedQuote
    /// A carriage return stands outside quotes and not before a line feed.
    case bareCarriageReturn
    /// The bytes of a field are not UTF-8.
    case notUTF8
    /// The bytes are UTF-16.
    case utf16
    /// A cell of a numeric column is no number.
    case notANumber(column: String)
    /// No column has the name; the names that there are.
    case noColumn([String])
    /// More than one column has the name; where the first one is.
    case ambiguousColumn(first: CSVPosition)
  }

  /// The name of the file.
  public let file: String
  /// Where the offending token stands, or `nil` where something is missing as a whole.
  public let position: CSVPosition?
  /// The text that was not accepted.
  public let token: String?
  /// What is wrong.
  public let problem: Problem

  /// The number of characters of a token that a message shows.
  static let longestToken = 40

  /// One line that names the file, the place and the token.
  public var description: String {
    var place = Self.escaped(file)
    if let position { place += ":\(position.line):\(position.column)" }
    return "\(place): \(explanation)"
  }

  /// The token and what is wrong with it, for a message that names file and place itself.
  public var explanation: String {
    let token = Self.quoted(token ?? "")
    return switch problem {
    case .noHeader: "there is no header line"
    case .fieldCount(let count, let expected) where count > expected:
      "\(token) is field \(expected + 1) of \(count), but the header has \(expected)"
    case .fieldCount(let count, let expected):
      "the record ends after \(token), field \(count) of \(expected) that the header has"
    case .strayQuote: "a quote stands inside the field \(token), which does not begin with one"
    case .textAfterQuote: "text follows the closing quote of the field \(token)"
    case .unclosedQuote: "the quote that opens the field \(token) is not closed"
    case .bareCarriageReturn: "a carriage return is not followed by a line feed"
    case .notUTF8: "the field \(token) is not UTF-8"
    case .utf16: "the file is UTF-16; save it as UTF-8"
    case .notANumber(let column):
      "\(token) in column \(Self.quoted(column)) is no number"
    case .noColumn(let names): "there is no column \(token), only \(Self.list(names))"
    case .ambiguousColumn(let first):
      "more than one column is named \(token): the first one stands at \(first.line):\(first.column)"
    }
  }

  private static func list(_ names: [String]) -> String {
    let shown = names.prefix(12).map(quoted).joined(separator: ", ")
    return names.count > 12 ? "\(shown) and \(names.count - 12) more" : shown
  }

  private static func quoted(_ text: String) -> String {
    let shown = text.unicodeScalars.prefix(longestToken)
    let end = shown.endIndex < text.unicodeScalars.endIndex ? "..." : ""
    return "\"\(escaped(String(shown)))\(end)\""
  }

  /// The text with quotes, backslashes and whatever could break or garble a line escaped.
  private static func escaped(_ text: String) -> String {
    var line = ""
    for scalar in text.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator:
        line += scalar.escaped(asASCII: true)
      default:
        if scalar == "\"" || scalar == "\\" { line += "\\" }
        line.unicodeScalars.append(scalar)
      }
    }
    return line
  }
}
