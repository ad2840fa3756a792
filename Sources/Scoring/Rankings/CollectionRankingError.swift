public import Ranking

/// Why a text ranks no collection of networks.
public enum CollectionRankingError: Error, Hashable, Sendable {
  /// The text is no expression over the names that are known.
  case expression(String, RankExpressionError, known: [String])
  /// The text uses no score, so that all networks would tie.
  case constant(String)
}

extension CollectionRankingError: CustomStringConvertible {
  /// One line that names text, place and token.
  public var description: String {
    switch self {
    case .expression(let text, let error, let known):
      if case .unknownName = error.problem {
        "'\(Self.line(text))', \(error); known are \(known.joined(separator: ", "))"
      } else {
        "'\(Self.line(text))', \(error)"
      }
    case .constant(let text): "'\(Self.line(text))' uses no score, so that all networks tie"
    }
  }

  /// The text on one line, and cut where it is long.
  private static func line(_ text: String) -> String {
    let shown = text.prefix(80).map { $0.isNewline ? " " : String($0) }.joined()
    return text.count > 80 ? shown + "..." : shown
  }
}
