internal import ArgumentParser
internal import Formats
internal import Ranking
internal import Scoring

/// Proxies as an option value: names with commas between them.
struct ProxyList: CustomStringConvertible {
  let proxies: [any Proxy]

  /// A list in which each proxy stands once, at its first place.
  init(_ proxies: [any Proxy]) {
    var seen: Set<String> = []
    self.proxies = proxies.filter { seen.insert($0.name).inserted }
  }

  /// The names with commas, as the option takes them.
  var description: String { proxies.map(\.name).joined(separator: ",") }

  /// The proxies of a text.
  ///
  /// - Throws: a usage error that lists the names that there are, or says that a ranking has no
  ///   score of a single network.
  static func parse(_ text: String) throws -> ProxyList {
    ProxyList(
      try CollectionRanking.texts(in: text).map { name in
        if let proxy = AllProxies.named(name) { return proxy }
        if AllRankings.named(name) != nil || looksLikeExpression(name) {
          throw ValidationError(
            "'\(name)' ranks a collection and is no score of one network; tfnas score --by and "
              + "tfnas evaluate --proxies take it")
        }
        let known = AllProxies.list.map(\.name)
        throw ValidationError(
          "unknown proxy '\(name)'; known are \(known.joined(separator: ", "))"
            + Suggestion.text(for: name, among: known))
      })
  }

  private static func looksLikeExpression(_ text: String) -> Bool {
    text.contains { "()+*/".contains($0) } || text.contains(" -")
  }
}

/// Names that a shell completes in a list with commas.
enum NameCompletion {
  /// Proxies.
  static let proxies = list(of: AllProxies.list.map(\.name))
  /// Proxies and the rankings made of them.
  static let rankings = list(of: AllRankings.list.map(\.name) + AllProxies.list.map(\.name))

  private static func list(of names: [String]) -> CompletionKind {
    .custom { _, _, prefix in
      let head = prefix.lastIndex(of: ",").map { prefix[...$0] } ?? ""
      return Set(names).sorted().map { head + $0 }
    }
  }
}

/// Rankings as an option value: proxies, named rankings and expressions with commas between them.
struct RankingList: CustomStringConvertible {
  let rankings: [CollectionRanking]

  /// A list in which each ranking stands once, at its first place.
  init(_ rankings: [CollectionRanking]) {
    var seen: Set<String> = []
    self.rankings = rankings.filter { seen.insert($0.name).inserted }
  }

  /// The texts with commas, as the option takes them.
  var description: String { rankings.map(\.name).joined(separator: ",") }

  /// The proxies that all rankings together need, each once.
  var proxies: [any Proxy] { ProxyList(rankings.flatMap(\.proxies)).proxies }

  /// The rankings of a text.
  ///
  /// - Throws: a usage error that names the place, or lists the names that there are.
  static func parse(_ text: String) throws -> RankingList {
    RankingList(try CollectionRanking.texts(in: text).map(ranking))
  }

  /// One ranking.
  ///
  /// - Throws: a usage error that names the place, or lists the names that there are.
  static func ranking(_ text: String) throws -> CollectionRanking {
    do { return try CollectionRanking(parsing: text) } catch {
      var hint = ""
      if case .expression(_, let problem, let known) = error,
        case .unknownName(let name, difference: nil) = problem.problem
      {
        hint = Suggestion.text(for: name, among: known)
      }
      throw ValidationError("\(error)\(hint)")
    }
  }
}
