extension RankExpression {
  /// How deep parentheses, function calls and signs may be nested.
  public static let maximumDepth = 100

  /// The expression of a text.
  ///
  /// - Parameters:
  ///   - text: a text of the language.
  ///   - isKnown: whether a name is that of a column.
  /// - Throws: a ``RankExpressionError`` with the first place at which the text is at fault.
  public init(
    parsing text: String, where isKnown: @escaping (String) -> Bool = { _ in true }
  ) throws(RankExpressionError) {
    var parser = try RankExpressionParser(text, isKnown)
    root = try parser.whole()
  }
}

/// A parser by recursive descent: one method for each rule of the grammar.
private struct RankExpressionParser {
  typealias Node = RankExpression.Node

  private var tokens: RankTokens
  /// The token that is looked at.
  private var token: RankToken
  private var depth = 0
  private let isKnown: (String) -> Bool

  init(_ text: String, _ isKnown: @escaping (String) -> Bool) throws(RankExpressionError) {
    self.isKnown = isKnown
    tokens = RankTokens(text)
    token = try tokens.next()
  }

  mutating func whole() throws(RankExpressionError) -> Node {
    if token.kind == .end { throw failure(.empty) }
    let node = try expression()
    guard token.kind == .end else { throw expected("an operator") }
    return node
  }

  private mutating func expression() throws(RankExpressionError) -> Node {
    let first = try term()
    var steps: [RankExpression.Step] = []
    while let operation = operation(isProduct: false) {
      try advance()
      steps.append(RankExpression.Step(operation: operation, operand: try term()))
    }
    return Node(first, steps)
  }

  private mutating func term() throws(RankExpressionError) -> Node {
    let first = try factor()
    var steps: [RankExpression.Step] = []
    while let operation = operation(isProduct: true) {
      try advance()
      steps.append(RankExpression.Step(operation: operation, operand: try factor()))
    }
    return Node(first, steps)
  }

  private mutating func factor() throws(RankExpressionError) -> Node {
    guard depth < RankExpression.maximumDepth else { throw failure(.tooDeep) }
    depth += 1
    defer { depth -= 1 }
    let start = token
    switch start.kind {
    case .number(let number):
      try advance()
      return .number(number)
    case .name:
      try advance()
      return token.isMark("(") ? try call(start) : try name(start)
    case .quotedName:
      try advance()
      return try name(start)
    case .mark where start.text == "-":
      try advance()
      return .negation(try factor())
    case .mark where start.text == "(":
      try advance()
      let node = try expression()
      try closeParenthesis("')'")
      return node
    case .mark, .end: throw expected("a number, a name or '('")
    }
  }

  private func name(_ name: RankToken) throws(RankExpressionError) -> Node {
    if isKnown(name.text) { return .name(name.text) }
    let hyphen = name.text.indices.first { index in
      name.kind == .name && name.text[index] == "-" && isKnown(String(name.text[..<index]))
        && isKnown(String(name.text[name.text.index(after: index)...]))
    }
    let difference = hyphen.map {
      "\(name.text[..<$0]) - \(name.text[name.text.index(after: $0)...])"
    }
    throw RankExpressionError(
      column: name.column, problem: .unknownName(name.text, difference: difference))
  }

  /// A call, with the parenthesis that opens its arguments as the token looked at.
  private mutating func call(_ name: RankToken) throws(RankExpressionError) -> Node {
    guard let function = RankExpression.Function(rawValue: name.text) else {
      throw RankExpressionError(column: name.column, problem: .unknownFunction(name.text))
    }
    try advance()
    var arguments: [Node] = []
    if !token.isMark(")") {
      arguments.append(try expression())
      while token.isMark(",") {
        try advance()
        arguments.append(try expression())
      }
    }
    let mayGoOn = arguments.count < function.arguments.upperBound
    try closeParenthesis(mayGoOn ? "',' or ')'" : "')'")
    guard function.arguments.contains(arguments.count) else {
      throw RankExpressionError(
        column: name.column,
        problem: .wrongArgumentCount(function: name.text, found: arguments.count))
    }
    return .call(function, arguments)
  }

  private mutating func closeParenthesis(_ mark: String) throws(RankExpressionError) {
    guard token.isMark(")") else { throw expected(mark) }
    try advance()
  }

  private func operation(isProduct: Bool) -> RankExpression.Operation? {
    guard token.kind == .mark, let operation = RankExpression.Operation(rawValue: token.text),
      operation.isProduct == isProduct
    else { return nil }
    return operation
  }

  private mutating func advance() throws(RankExpressionError) { token = try tokens.next() }

  private func expected(_ mark: String) -> RankExpressionError {
    failure(.expected(mark, before: token.shown))
  }

  private func failure(_ problem: RankExpressionError.Problem) -> RankExpressionError {
    RankExpressionError(column: token.column, problem: problem)
  }
}
