public import Ranking

/// A ranking of a collection of networks by the scores of some proxies.
public struct CollectionRanking: Sendable {
  /// What it is called: the text that it was read from.
  public let name: String
  /// The expression over the names of proxies.
  public let expression: RankExpression
  /// The proxies whose scores it needs, in the order of the expression.
  public let proxies: [any Proxy]

  /// The ranking by one proxy.
  public init(_ proxy: any Proxy) {
    name = proxy.name
    expression = RankExpression(column: proxy.name)
    proxies = [proxy]
  }

  /// The ranking of a text: a proxy, a named ranking, or an expression over these.
  ///
  /// A ranking goes before a proxy of the same name.
  ///
  /// - Parameters:
  ///   - text: the text; spaces around it are no matter.
  ///   - proxies: the proxies that there are.
  /// - Throws: a ``CollectionRankingError`` that names text and place.
  public init(
    parsing text: String, proxies: [any Proxy] = AllProxies.list
  ) throws(CollectionRankingError) {
    let definitions = AllRankings.definitions(over: proxies)
    let byName = Dictionary(proxies.map { ($0.name, $0) }) { first, _ in first }
    name = text.trimmingSpaces
    do {
      expression = try RankExpression(parsing: name) {
        byName[$0] != nil || definitions[$0] != nil
      }.replacing(definitions)
    } catch {
      let rankings = definitions.keys.filter { byName[$0] == nil }
      throw .expression(
        name, error,
        known: proxies.map(\.name) + AllRankings.list.map(\.name).filter(rankings.contains))
    }
    self.proxies = expression.names.compactMap { byName[$0] }
    if self.proxies.isEmpty { throw .constant(name) }
  }

  /// The value of each network.
  ///
  /// A proxy of which lower scores are better enters with its sign turned, and undefined scores stand
  /// where `Proxy.undefinedPolicy` says.
  ///
  /// - Parameters:
  ///   - scores: the scores of each of ``proxies`` by its name.
  ///   - count: the number of networks, as many as there are scores of each.
  /// - Returns: one number for each network, higher is better, `nil` where there is none.
  public func values(of scores: [String: [Score]], count: Int) -> [Double?] {
    let columns = proxies.map { proxy in
      let sign = proxy.higherIsBetter ? 1.0 : -1.0
      return (
        proxy.name,
        ScoreColumn(
          scores[proxy.name, default: []].map { $0.value.map { sign * $0 } },
          undefined: proxy.undefinedPolicy)
      )
    }
    return expression.values(
      of: Dictionary(columns) { first, _ in first }, count: count)
  }
}

extension CollectionRanking {
  /// The texts of a list, with the commas between them that no parentheses or double quotes enclose.
  ///
  /// - Parameter list: the list.
  /// - Returns: at least one text, without spaces around it; an empty one where a comma is too many.
  public static func texts(in list: String) -> [String] {
    var texts: [String] = [""]
    var depth = 0
    var isQuoted = false
    for character in list {
      if character == ",", depth == 0, !isQuoted {
        texts.append("")
        continue
      }
      if character == "\"" { isQuoted.toggle() }
      if isQuoted {
        texts[texts.count - 1].append(character)
        continue
      }
      if character == "(" { depth += 1 }
      if character == ")" { depth = max(0, depth - 1) }
      texts[texts.count - 1].append(character)
    }
    return texts.map(\.trimmingSpaces)
  }
}

extension String {
  /// The text without white space at its ends.
  fileprivate var trimmingSpaces: String {
    guard let start = firstIndex(where: { !$0.isWhitespace }),
      let end = lastIndex(where: { !$0.isWhitespace })
    else { return "" }
    return String(self[start...end])
  }
}

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

/// A ranking of collections of networks that has a name.
public struct NamedRanking: Hashable, Sendable {
  /// The name on the command line.
  public let name: String
  /// The expression over proxies and rankings that stand before it in the catalogue.
  public let text: String
  /// What it is, in one sentence.
  public let summary: String
  /// Where it was published.
  public let citation: String

  /// Names an expression.
  public init(_ name: String, _ text: String, summary: String, citation: String) {
    self.name = name
    self.text = text
    self.summary = summary
    self.citation = citation
  }
}
