internal import ArgumentParser
internal import Ranking
internal import Scoring

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
