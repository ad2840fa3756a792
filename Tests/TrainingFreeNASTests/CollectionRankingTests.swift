import Ranking
import Testing

@testable import Formats
@testable import Scoring

@Suite struct CollectionRankingTests {
  /// The baselines and whatever else named rankings use, without the work.
  private static let proxies: [any Proxy] =
    AllProxies.list.filter { ["vkdnw", "vkdnw-single", "layers"].contains($0.name) } + [
      Stub("jacov", needs: [.weights, .images]), Stub("expressivity", undefinedPolicy: .belowAll),
      Stub("progressivity", undefinedPolicy: .belowAll),
      Stub("trainability", undefinedPolicy: .belowAll), Stub("linear-regions"),
      Stub("ntk", needs: [.weights, .images, .labels], higherIsBetter: false), Stub("flops"),
      Stub("parameters"), Stub("meco-opt"),
    ]

  private func ranking(_ text: String) throws -> CollectionRanking {
    try CollectionRanking(parsing: text, proxies: Self.proxies)
  }

  @Test func everyDefinitionIsReadAndUsesProxiesAlone() throws {
    let definitions = AllRankings.definitions(over: Self.proxies)
    #expect(Set(definitions.keys) == Set(AllRankings.list.map(\.name)))
    let names = Set(Self.proxies.map(\.name))
    for named in AllRankings.list {
      let ranking = try ranking(named.name)
      #expect(ranking.name == named.name)
      #expect(names.isSuperset(of: ranking.expression.names))
      #expect(ranking.proxies.map(\.name) == ranking.expression.names)
    }
    #expect(
      try ranking("vkdnw-agg").expression.description
        == "rank(dense(layers, vkdnw)) * rank(jacov) * rank(expressivity) * rank(trainability) "
        + "* rank(flops)")
  }

  /// So that no definition can use itself, directly or through others.
  @Test func definitionsUseWhatStandsBeforeThem() throws {
    var before: Set<String> = []
    let all = Set(AllRankings.list.map(\.name))
    #expect(all.count == AllRankings.list.count)
    for named in AllRankings.list {
      let names = Set(try RankExpression(parsing: named.text).names)
      #expect(names.intersection(all).isSubset(of: before), "\(named.name)")
      before.insert(named.name)
    }
  }

  /// A name that the language could not read could not be used in an expression.
  @Test func everyNameIsOneOfTheLanguage() throws {
    for name in AllProxies.list.map(\.name) + AllRankings.list.map(\.name) {
      #expect(try RankExpression(parsing: name) == RankExpression(column: name))
    }
  }

  @Test func rankingsOfProxiesThatAreMissingAreUnknown() throws {
    let definitions = AllRankings.definitions(over: [VKDNW(), Layers()])
    #expect(Array(definitions.keys) == ["vkdnw-single"])
    let error = #expect(throws: CollectionRankingError.self) {
      try CollectionRanking(parsing: "vkdnw-agg", proxies: [VKDNW(), Layers()])
    }
    #expect(
      error?.description == "'vkdnw-agg', column 1: unknown name 'vkdnw-agg'; "
        + "known are vkdnw, layers, vkdnw-single")
  }

  @Test(arguments: [
    (" rank(jacov", "'rank(jacov', column 11: ')' expected at the end"),
    ("", "'', column 1: an expression expected, the text is empty"),
    ("1 + 2", "'1 + 2' uses no score, so that all networks tie"),
    (
      "rank(jacob)",
      "'rank(jacob)', column 6: unknown name 'jacob'; known are vkdnw, vkdnw-single, "
    ),
    ("a\nb", "'a b', column 1: unknown name 'a'; known are "),
  ])
  func whatRanksNothing(text: String, message: String) {
    let error = #expect(throws: CollectionRankingError.self) { try ranking(text) }
    #expect(error?.description.hasPrefix(message) == true, "\(String(describing: error))")
  }

  @Test func aRankingGoesBeforeTheProxyOfItsName() throws {
    let single = try ranking("vkdnw-single")
    #expect(single.proxies.map(\.name) == ["layers", "vkdnw"])
    #expect(CollectionRanking(VKDNWSingle()).proxies.map(\.name) == ["vkdnw-single"])
  }

  @Test func directionsAndUndefinedScores() throws {
    let scores: [String: [Score]] = [
      "ntk": [.value(10), .value(1000), .undefined("x"), .value(3)],
      "linear-regions": [.value(64), .value(64), .value(1), .value(64)],
      "expressivity": [.value(5), .undefined("y"), .value(4), .value(6)],
    ]
    func values(_ text: String) throws -> [Double?] {
      try ranking(text).values(of: scores, count: 4)
    }
    // Small condition numbers are good, and the undefined one ties with the largest.
    #expect(try values("ntk") == [-10, -1000, nil, -3])
    #expect(try values("rank(ntk)") == [3, 1.5, 1.5, 4])
    #expect(try values("te-nas") == [6, 4.5, 2.5, 7])
    #expect(try values("rank(expressivity)") == [3, 1, 2, 4])
    #expect(try values("rank(expressivity)*rank(ntk)") == [9, 1.5, 3, 16])
  }

  @Test func commasInParenthesesDoNotSeparate() {
    func texts(_ list: String) -> [String] { CollectionRanking.texts(in: list) }
    #expect(texts("a, b-c ,d") == ["a", "b-c", "d"])
    #expect(texts("dense(a, min(b, c)),d") == ["dense(a, min(b, c))", "d"])
    #expect(texts("a),b") == ["a)", "b"])
    #expect(texts("rank(a, b") == ["rank(a, b"])
    #expect(texts("a,") == ["a", ""])
    #expect(texts("") == [""])
  }

  @Test func baselines() throws {
    func names(_ texts: [String]) throws -> [String] {
      try AllRankings.baselines(beside: texts.map(ranking), proxies: Self.proxies).map(\.name)
    }
    #expect(try names(["vkdnw"]) == ["layers", "flops", "parameters"])
    let more = ["layers", "flops", "parameters", "jacov-parameters"]
    #expect(try names(["vkdnw", "jacov"]) == more)
    #expect(try names(["vkdnw-agg"]) == more)
  }
}

/// A proxy whose scores are made up.
private struct Stub: Proxy {
  let name: String
  let needs: ProxyNeeds
  let higherIsBetter: Bool
  let undefinedPolicy: UndefinedPolicy

  init(
    _ name: String, needs: ProxyNeeds = [], higherIsBetter: Bool = true,
    undefinedPolicy: UndefinedPolicy = .tiedWithLowest
  ) {
    self.name = name
    self.needs = needs
    self.higherIsBetter = higherIsBetter
    self.undefinedPolicy = undefinedPolicy
  }

  var summary: String { "a stub" }
  var cost: String { "none" }
  func passes(batch: Int, classes: Int) -> Double { 0 }
  var citation: String { "none" }
  func settings(_ settings: ScoringSettings) -> [String: SettingValue] { [:] }
  func score(of candidate: Candidate) -> Score { .undefined("a stub has no score") }
}
