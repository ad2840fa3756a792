/// Why a text is no expression over scores, and where.
public struct RankExpressionError: Error, Hashable, Sendable {
  /// What is wrong.
  public enum Problem: Hashable, Sendable {
    /// The text is empty or only white space.
    case empty
    /// Something else should stand before the token, which is `nil` at the end of the text.
    case expected(String, before: String?)
    /// The character belongs to no token of the language.
    case unexpectedCharacter(String)
    /// The quote that opens a name is not closed.
    case unclosedQuote
    /// The number is larger than the largest double.
    case numberOutOfRange(String)
    /// There is no column of this name; the difference is what was perhaps meant.
    case unknownName(String, difference: String?)
    /// There is no function of this name.
    case unknownFunction(String)
    /// The function takes another number of arguments.
    case wrongArgumentCount(function: String, found: Int)
    /// Parentheses and signs are nested more than ``RankExpression/maximumDepth`` deep.
    case tooDeep
  }

  /// The character at which the text is at fault, counted from 1.
  public let column: Int
  /// What is wrong there.
  public let problem: Problem
}

extension RankExpressionError: CustomStringConvertible {
  /// One line that names place and token, such as `column 12: ')' expected before 'rank'`.
  public var description: String { "column \(column): \(message)" }

  private var message: String {
    switch problem {
    case .empty: "an expression expected, the text is empty"
    case .expected(let mark, before: nil): "\(mark) expected at the end"
    case .expected(let mark, before: let token?): "\(mark) expected before \(Self.quoted(token))"
    case .unexpectedCharacter(let character): "unexpected character \(Self.quoted(character))"
    case .unclosedQuote: "a quote opens a name here and is not closed"
    case .numberOutOfRange(let number): "the number \(Self.quoted(number)) is out of range"
    case .unknownName(let name, difference: nil): "unknown name \(Self.quoted(name))"
    case .unknownName(let name, difference: let difference?):
      "unknown name \(Self.quoted(name)); a difference is written \(Self.quoted(difference))"
    case .unknownFunction(let name):
      "unknown function \(Self.quoted(name)); known are "
        + RankExpression.Function.allCases.map(\.rawValue).joined(separator: ", ")
    case .wrongArgumentCount(let function, let found):
      "\(Self.quoted(function)) takes \(Self.count(function)), not \(found)"
    case .tooDeep: "nested more than \(RankExpression.maximumDepth) deep"
    }
  }

  private static func count(_ function: String) -> String {
    let arguments = RankExpression.Function(rawValue: function)?.arguments ?? 1...1
    let least = "\(arguments.lowerBound) argument" + (arguments.lowerBound == 1 ? "" : "s")
    return arguments.upperBound == arguments.lowerBound ? least : "at least \(least)"
  }

  /// A token in quotation marks, on one line whatever it holds, and cut where it is long.
  private static func quoted(_ token: String) -> String {
    let shown = token.unicodeScalars.prefix(40).map { scalar in
      scalar.properties.isWhitespace || scalar.properties.generalCategory == .control
        || scalar.properties.generalCategory == .format
        ? (scalar == " " ? " " : scalar.escaped(asASCII: true)) : String(scalar)
    }
    return "'" + shown.joined() + (token.unicodeScalars.count > 40 ? "..." : "") + "'"
  }
}
