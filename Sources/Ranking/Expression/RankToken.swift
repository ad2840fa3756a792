/// A word of an expression.
struct RankToken {
  /// What a token is.
  enum Kind: Hashable {
    case number(Double)
    case name
    /// A name in double quotes, which may hold any character.
    case quotedName
    /// One of `+ - * / ( ) ,`.
    case mark
    case end
  }

  let kind: Kind
  /// The characters; empty at the end.
  let text: String
  /// Where it starts, counted in characters from 1.
  let column: Int

  /// What an error calls it.
  var shown: String? { kind == .end ? nil : text }

  /// Whether it is this mark.
  func isMark(_ mark: String) -> Bool { kind == .mark && text == mark }
}

/// The tokens of a text, one after the other.
struct RankTokens {
  private let characters: [Character]
  private var position = 0

  init(_ text: String) { characters = Array(text) }

  /// The next token, again and again the end once it is reached.
  mutating func next() throws(RankExpressionError) -> RankToken {
    while position < characters.count, characters[position].isWhitespace { position += 1 }
    let start = position
    guard start < characters.count else { return token(.end, from: start) }
    let character = characters[start]
    position += 1
    if character.isLetter {
      while continuesName { position += 1 }
      return token(.name, from: start)
    }
    if character.isDecimalDigit { return try number(from: start) }
    if character == "\"" { return try quotedName(from: start) }
    guard "+-*/(),".contains(character) else {
      throw RankExpressionError(
        column: start + 1, problem: .unexpectedCharacter(String(character)))
    }
    return token(.mark, from: start)
  }

  private func token(_ kind: RankToken.Kind, from start: Int) -> RankToken {
    RankToken(kind: kind, text: String(characters[start..<position]), column: start + 1)
  }

  /// A name in quotes; a quote inside it is doubled.
  private mutating func quotedName(from start: Int) throws(RankExpressionError) -> RankToken {
    var name = ""
    while position < characters.count {
      let character = characters[position]
      position += 1
      if character != "\"" {
        name.append(character)
      } else if position < characters.count, characters[position] == "\"" {
        name.append(character)
        position += 1
      } else {
        return RankToken(kind: .quotedName, text: name, column: start + 1)
      }
    }
    throw RankExpressionError(column: start + 1, problem: .unclosedQuote)
  }

  /// Whether the character at the position belongs to the name before it.
  private var continuesName: Bool {
    guard position < characters.count else { return false }
    if characters[position].isNameCharacter { return true }
    // A hyphen needs company on both sides; what comes before is the name so far.
    return characters[position] == "-" && characters[position - 1] != "-"
      && position + 1 < characters.count && characters[position + 1].isNameCharacter
  }

  private mutating func number(from start: Int) throws(RankExpressionError) -> RankToken {
    skipDigits()
    if position + 1 < characters.count, characters[position] == ".",
      characters[position + 1].isDecimalDigit
    {
      position += 1
      skipDigits()
    }
    skipExponent()
    let text = String(characters[start..<position])
    guard let value = Double(text), value.isFinite else {
      throw RankExpressionError(column: start + 1, problem: .numberOutOfRange(text))
    }
    return token(.number(value), from: start)
  }

  private mutating func skipDigits() {
    while position < characters.count, characters[position].isDecimalDigit { position += 1 }
  }

  /// Skips `e`, an optional sign and digits, if all of them are there.
  private mutating func skipExponent() {
    guard position < characters.count, "eE".contains(characters[position]) else { return }
    var digits = position + 1
    if digits < characters.count, "+-".contains(characters[digits]) { digits += 1 }
    guard digits < characters.count, characters[digits].isDecimalDigit else { return }
    position = digits
    skipDigits()
  }
}

extension Character {
  fileprivate var isDecimalDigit: Bool { ("0"..."9").contains(self) && isASCII }
  fileprivate var isNameCharacter: Bool {
    isLetter || isDecimalDigit || self == "_" || self == "."
  }
}
