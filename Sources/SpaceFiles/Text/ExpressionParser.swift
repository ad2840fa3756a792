/// Reads formulas such as `round(base * 1.5, 8)` and `s2.width >= s1.width`.
struct ExpressionParser {
  private struct Token {
    var text: String
    var place: TextPlace
  }

  /// Formulas are as deep as they are long, and are evaluated part by part.
  private static let limit = 1000
  private var tokens: [Token] = []
  private var position = 0
  private let end: TextPlace
  private var depth = 0

  /// Reads a formula.
  ///
  /// - Parameters:
  ///   - text: the formula, on one line.
  ///   - place: where it begins.
  /// - Returns: the formula.
  /// - Throws: the token that was not expected, and what was.
  static func parse(_ text: String, at place: TextPlace) throws(SpaceFault) -> Expression {
    var parser = ExpressionParser(end: place.moved(by: text.unicodeScalars.count))
    try parser.split(text, at: place)
    let expression = try parser.disjunction()
    if let token = parser.next { throw parser.unexpected(token, "an operator or the end") }
    return expression
  }

  private init(end: TextPlace) { self.end = end }

  private var next: Token? { position < tokens.count ? tokens[position] : nil }

  private func unexpected(_ token: Token?, _ expected: String) -> SpaceFault {
    SpaceFault(
      token?.place ?? end,
      "\(token.map { SpaceFault.quoted($0.text) } ?? "the end of the formula"); expected \(expected)"
    )
  }

  // MARK: Tokens

  private mutating func split(_ text: String, at place: TextPlace) throws(SpaceFault) {
    let scalars = Array(text.unicodeScalars)
    var index = 0
    while index < scalars.count {
      let start = index
      let scalar = scalars[index]
      if scalar.properties.isWhitespace {
        index += 1
        continue
      }
      if Self.isLetter(scalar) {
        while index < scalars.count, Self.continuesName(scalars, index) { index += 1 }
      } else if Self.isDigit(scalar) || scalar == "." {
        while index < scalars.count,
          Self.isDigit(scalars[index]) || scalars[index] == "." || Self.isLetter(scalars[index])
        {
          index += 1
        }
      } else if "<>=!".unicodeScalars.contains(scalar) {
        index += 1
        if index < scalars.count, scalars[index] == "=" { index += 1 }
      } else if "+-*/(),".unicodeScalars.contains(scalar) {
        index += 1
      } else {
        throw SpaceFault(
          place.moved(by: start),
          "\(SpaceFault.quoted(String(scalar))) has no meaning in a formula; expected names, numbers, "
            + "+ - * / ( ) and comparisons")
      }
      var word = String.UnicodeScalarView()
      word.append(contentsOf: scalars[start..<index])
      tokens.append(Token(text: String(word), place: place.moved(by: start)))
      guard tokens.count <= Self.limit else {
        throw SpaceFault(
          place,
          "a formula of more than \(Self.limit) names, numbers and marks; expected a shorter one")
      }
    }
  }

  private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || scalar == "_"
  }

  private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

  /// A hyphen between a name and a letter belongs to the name: a difference has spaces around it.
  private static func continuesName(_ scalars: [Unicode.Scalar], _ index: Int) -> Bool {
    let scalar = scalars[index]
    if isLetter(scalar) || isDigit(scalar) || scalar == "." { return true }
    return scalar == "-" && index + 1 < scalars.count
      && (isLetter(scalars[index + 1]) || isDigit(scalars[index + 1]))
  }

  // MARK: Grammar

  private mutating func take(_ texts: [String]) -> Token? {
    guard let token = next, texts.contains(token.text) else { return nil }
    position += 1
    return token
  }

  private mutating func disjunction() throws(SpaceFault) -> Expression {
    var left = try conjunction()
    while let token = take(["or"]) {
      left = .binary(.or, left, try conjunction(), token.place)
    }
    return left
  }

  private mutating func conjunction() throws(SpaceFault) -> Expression {
    var left = try negation()
    while let token = take(["and"]) {
      left = .binary(.and, left, try negation(), token.place)
    }
    return left
  }

  private mutating func negation() throws(SpaceFault) -> Expression {
    try deepen()
    defer { depth -= 1 }
    if take(["not"]) != nil { return .not(try negation()) }
    return try comparison()
  }

  private mutating func comparison() throws(SpaceFault) -> Expression {
    let left = try sum()
    guard let token = take(["==", "!=", "<", "<=", ">", ">="]),
      let operation = Expression.Operation(rawValue: token.text)
    else { return left }
    return .binary(operation, left, try sum(), token.place)
  }

  private mutating func sum() throws(SpaceFault) -> Expression {
    var left = try product()
    while let token = take(["+", "-"]), let operation = Expression.Operation(rawValue: token.text) {
      left = .binary(operation, left, try product(), token.place)
    }
    return left
  }

  private mutating func product() throws(SpaceFault) -> Expression {
    var left = try factor()
    while let token = take(["*", "/"]), let operation = Expression.Operation(rawValue: token.text) {
      left = .binary(operation, left, try factor(), token.place)
    }
    return left
  }

  private mutating func factor() throws(SpaceFault) -> Expression {
    try deepen()
    defer { depth -= 1 }
    if take(["-"]) != nil { return .negated(try factor()) }
    if take(["("]) != nil {
      let inner = try disjunction()
      guard take([")"]) != nil else { throw unexpected(next, "')'") }
      return inner
    }
    guard let token = next, let first = token.text.unicodeScalars.first,
      Self.isLetter(first) || Self.isDigit(first) || first == ".", !Self.reserved(token.text)
    else { throw unexpected(next, "a name, a number or '('") }
    position += 1
    if take(["("]) != nil { return try call(token) }
    if Self.isLetter(first) {
      if let flag = Bool(token.text) { return .constant(.flag(flag)) }
      return .name(token.text, token.place)
    }
    guard case .number(let number) = ChoiceValue(token.text) else {
      throw unexpected(token, "a number")
    }
    return .constant(.number(number))
  }

  private static func reserved(_ text: String) -> Bool { ["and", "or", "not"].contains(text) }

  private mutating func call(_ token: Token) throws(SpaceFault) -> Expression {
    guard let function = Expression.Function(rawValue: token.text) else {
      throw SpaceFault.unexpected(
        "function", token.text, at: token.place,
        expected: Expression.Function.allCases.map(\.rawValue))
    }
    var arguments = [try disjunction()]
    while take([","]) != nil { arguments.append(try disjunction()) }
    guard take([")"]) != nil else { throw unexpected(next, "',' or ')'") }
    if function == .round, arguments.count > 2 {
      throw SpaceFault(token.place, "round has \(arguments.count) arguments; expected 1 or 2")
    }
    return .call(function, arguments, token.place)
  }

  private mutating func deepen() throws(SpaceFault) {
    depth += 1
    guard depth < 100 else { throw unexpected(next, "a formula that is less deep") }
  }
}
