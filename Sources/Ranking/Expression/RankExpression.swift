/// How scores of a collection of networks are combined into one ranking.
///
/// A small language over named columns of scores, with the text
///
///     expression = term  { ("+" | "-") term }
///     term       = factor { ("*" | "/") factor }
///     factor     = "-" factor | number | name | function "(" expression { "," expression } ")"
///                | "(" expression ")"
///     function   = "rank" | "dense" | "log" | "abs" | "min" | "max"
///
/// A name starts with a letter and goes on with letters, digits, `_` and `.`; a `-` belongs to it
/// only between two of these characters. So `vkdnw-agg` is a name, and `a - b`, `a -b` and `a- b`
/// are differences. Any other name stands in double quotes, in which a quote is doubled: `"loss (raw)"`.
/// A function is a name before `(`, so that a column may be called `rank` too.
///
/// `rank(x)` gives average ranks within the collection, 1 for the worst, and `dense(x, y, ...)` the
/// dense rank of tuples in lexicographic order. The rank of a dense rank is that dense rank itself,
/// as in the product of ranks of Tybl and Neumann, CVPR 2025. Operators of equal precedence group from
/// the left. ``values(of:count:)`` says how undefined scores take part.
public struct RankExpression: Hashable, Sendable {
  /// What the text says.
  let root: Node

  /// The score in a column as it is.
  ///
  /// - Parameter name: the name of the column, which need not be a name of the language.
  public init(column name: String) { root = .name(name) }

  init(root: Node) { self.root = root }

  /// The name that the expression consists of, `nil` where it is more than one.
  public var soleName: String? { if case .name(let name) = root { name } else { nil } }

  /// The columns that it needs, each once, in the order of the text.
  public var names: [String] {
    var seen: Set<String> = []
    return root.names.filter { seen.insert($0).inserted }
  }

  /// The expression with definitions in place of the names that have one.
  ///
  /// Names within a definition are not looked up again.
  ///
  /// - Parameter definitions: an expression for each name that stands for one.
  /// - Returns: the expression over the names that are left.
  public func replacing(_ definitions: [String: RankExpression]) -> RankExpression {
    RankExpression(root: root.replacing(definitions))
  }

  /// A function of the language.
  enum Function: String, CaseIterable, Sendable {
    case rank, dense, log, abs, min, max

    /// How many arguments it takes.
    var arguments: ClosedRange<Int> {
      switch self {
      case .rank, .log, .abs: 1...1
      case .dense: 1...Int.max
      case .min, .max: 2...Int.max
      }
    }
  }

  /// A binary operation.
  enum Operation: String, Sendable {
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"

    /// Whether it binds as tightly as a product.
    var isProduct: Bool { self == .multiply || self == .divide }
  }

  /// One step of a chain of operations.
  struct Step: Hashable, Sendable {
    let operation: Operation
    let operand: Node
  }

  /// A part of an expression.
  ///
  /// Operations of equal precedence are one chain, so that a tree is no deeper than its text is
  /// nested, however long it is.
  indirect enum Node: Hashable, Sendable {
    case number(Double)
    case name(String)
    case negation(Node)
    /// Operations of equal precedence from left to right, at least one.
    case chain(Node, [Step])
    case call(Function, [Node])

    /// A chain in which a first operand of the same precedence is spelled out.
    init(_ first: Node, _ steps: [Step]) {
      guard let operation = steps.first?.operation else {
        self = first
        return
      }
      if case .chain(let start, let before) = first,
        before.first?.operation.isProduct == operation.isProduct
      {
        self = .chain(start, before + steps)
      } else {
        self = .chain(first, steps)
      }
    }

    /// Whether the values are dense ranks, which ``Function/rank`` leaves as they are.
    var isDenseRank: Bool {
      switch self {
      case .call(.dense, _): true
      case .call(.rank, let arguments): arguments.allSatisfy(\.isDenseRank)
      default: false
      }
    }

    fileprivate var names: [String] {
      switch self {
      case .number: []
      case .name(let name): [name]
      case .negation(let operand): operand.names
      case .chain(let first, let steps): first.names + steps.flatMap(\.operand.names)
      case .call(_, let arguments): arguments.flatMap(\.names)
      }
    }

    fileprivate func replacing(_ definitions: [String: RankExpression]) -> Node {
      switch self {
      case .number: self
      case .name(let name): definitions[name]?.root ?? self
      case .negation(let operand): .negation(operand.replacing(definitions))
      case .chain(let first, let steps):
        Node(
          first.replacing(definitions),
          steps.map {
            Step(operation: $0.operation, operand: $0.operand.replacing(definitions))
          })
      case .call(let function, let arguments):
        .call(function, arguments.map { $0.replacing(definitions) })
      }
    }
  }
}

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
