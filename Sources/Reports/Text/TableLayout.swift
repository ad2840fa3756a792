/// How much room a table has, and how its titles look.
public struct TableLayout: Hashable, Sendable {
  /// Characters of a line, or `nil` for as many as it takes.
  public var width: Int?
  /// Whether titles are bold, by the escape sequences of terminals.
  public var isBold: Bool

  /// Creates a layout.
  public init(width: Int? = nil, isBold: Bool = false) {
    self.width = width
    self.isBold = isBold
  }

  /// As wide as it takes, without escape sequences.
  public static let wide = TableLayout()
}

extension TableLayout {
  /// A paragraph whose lines fit, with an end of line.
  func paragraph(_ text: String) -> String {
    guard let width else { return text + "\n" }
    return FittedText.wrapped(text, to: width).map { $0 + "\n" }.joined()
  }
}
