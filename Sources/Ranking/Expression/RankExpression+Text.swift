extension RankExpression: CustomStringConvertible {
  /// The text with the fewest parentheses, which reads back as the same expression.
  public var description: String { root.text }
}

extension RankExpression.Node {
  fileprivate var text: String {
    switch self {
    case .number(let number): Self.text(of: number)
    case .name(let name): Self.text(of: name)
    case .negation(let operand): "-" + operand.operandText(ofProduct: true)
    case .chain(let first, let steps):
      steps.reduce(first.text(startingProduct: steps.contains(where: \.operation.isProduct))) {
        "\($0) \($1.operation.rawValue) \($1.operand.operandText(ofProduct: $1.operation.isProduct))"
      }
    case .call(let function, let arguments):
      "\(function.rawValue)(\(arguments.map(\.text).joined(separator: ", ")))"
    }
  }

  /// The text as the first operand of a chain, where only a sum in a product needs parentheses.
  private func text(startingProduct isProduct: Bool) -> String {
    if case .chain(_, let steps) = self, isProduct, !steps.contains(where: \.operation.isProduct) {
      return "(\(text))"
    }
    return text
  }

  /// The text as a later operand, where a chain of the same or of lower precedence needs them.
  private func operandText(ofProduct isProduct: Bool) -> String {
    if case .chain(_, let steps) = self, isProduct || !steps.contains(where: \.operation.isProduct)
    {
      return "(\(text))"
    }
    return text
  }

  /// A name, in quotes where it is more than a word of the language.
  private static func text(of name: String) -> String {
    var tokens = RankTokens(name)
    if let token = try? tokens.next(), token.kind == .name, token.text == name { return name }
    return "\"\(name.replacing("\"", with: "\"\""))\""
  }

  /// A whole number without a point, any other with the fewest digits that read back.
  private static func text(of number: Double) -> String {
    number == number.rounded() && number < 1e15 ? "\(Int(number))" : "\(number)"
  }
}
