import Ranking
import Testing

@testable import Scoring
@testable import Spaces
@testable import Studies

/// Names of features, and their numbers.
@Suite struct FeatureListTests {
  @Test func namesInTheOrderOfTheText() throws {
    let list = try FeatureList(parsing: "flops, graf-paper ,vkdnw")
    #expect(list.sources.map(\.name) == ["flops", "graf-paper", "vkdnw"])
    #expect(list.names == ["flops"] + GRAFFeatures.paper.names + ["vkdnw"])
    #expect(list.proxies.map(\.name) == ["flops", "vkdnw"])
    for features in GRAFFeatures.allCases {
      #expect(try FeatureList(parsing: features.rawValue).names == features.names)
    }
  }

  @Test(arguments: [
    ("graf,grafs", "unknown feature set 'grafs'; known are graf, graf-paper, graf-older"),
    ("", "unknown feature set ''"), ("graf,", "unknown feature set ''"),
    ("gr\naf", "unknown feature set 'gr\\u{a}af'"), ("flops,flops", "'flops' is there twice"),
    ("graf,graf-older", "'graf-older' has the feature 'op_count_0', which 'graf' has too"),
  ])
  func textsThatAreNoFeatures(text: String, fragment: String) {
    let error = #expect(throws: FeatureListError.self) { try FeatureList(parsing: text) }
    #expect(error?.description.contains(fragment) == true, "\(String(describing: error))")
  }

  private let architectures = NASBench201Population.live.sample(count: 3, seed: 1)

  @Test func rowsJoinGraphFeaturesAndScores() throws {
    let list = try FeatureList(parsing: "vkdnw,graf,layers")
    let scores: [String: [Score]] = [
      "vkdnw": [.value(0.5), .undefined("none"), .value(0.25)],
      "layers": [.value(8), .value(23), .value(38)],
    ]
    let fallbacks = try list.fallbacks(of: scores)
    #expect(fallbacks == ["vkdnw": 0.25, "layers": 8])
    let table = try list.table(of: architectures, scores: scores, fallbacks: fallbacks)
    #expect(table.rowCount == 3 && table.featureCount == 193)
    #expect(table.column(0) == [0.5, 0.25, 0.25])
    #expect(table.column(192) == [8, 23, 38])
    for (row, architecture) in architectures.enumerated() {
      #expect((1...191).map { table[row, $0] } == GRAFFeatures.all.values(of: architecture))
    }
  }

  @Test func bundlesAreTheirSources() throws {
    #expect(
      try FeatureList(parsing: "vkdnw-m").names
        == (1...9).map { "vkdnw-decile-\($0)" } + ["layers", "flops"])
    // The sizes of evaluation section 7: 11, 25 and 185 features.
    #expect(try FeatureList(parsing: "vkdnw-m,zcs").names.count == 25)
    let all = try FeatureList(parsing: "vkdnw-m,zcs,graf-paper-older")
    #expect(all.names.count == 185 && all.text == "vkdnw-m,zcs,graf-paper-older")
    #expect(
      try FeatureList(parsing: "zcs-without-ntk,ntk").names == FeatureList(parsing: "zcs").names)
    for bundle in FeatureBundle.allCases {
      #expect(try FeatureList(parsing: bundle.rawValue).names == bundle.sources)
    }
    #expect(throws: FeatureListError.repeated("layers", first: "layers", second: "layers")) {
      try FeatureList(parsing: "vkdnw-m,layers")
    }
  }

  @Test func logarithmsOfScores() throws {
    let list = try FeatureList(parsing: "log(vkdnw),vkdnw,vkdnw-log-deciles")
    #expect(list.names.count == 11 && list.names[0] == "log(vkdnw)")
    #expect(list.names[10] == "log(vkdnw-decile-9)")
    #expect(list.proxies.map(\.name) == ["vkdnw"] + (1...9).map { "vkdnw-decile-\($0)" })
    var scores: [String: [Score]] = ["vkdnw": [.value(1), .value(0), .undefined("none")]]
    for decile in VKDNWDecile.all { scores[decile.name] = [.value(2), .value(2), .value(2)] }
    let fallbacks = try list.fallbacks(of: scores)
    let table = try list.table(of: architectures, scores: scores, fallbacks: fallbacks)
    // An eigenvalue of zero is a number all the same, and the undefined one is the worst.
    let least = table[1, 0]
    #expect(abs(least + 69.07755) < 1e-4 && table.column(0) == [0, least, least])
    #expect(table.column(1) == [1, 0, 0])
    #expect(throws: FeatureListError.self) { try FeatureList(parsing: "log(graf)") }
    #expect(throws: FeatureListError.self) { try FeatureList(parsing: "log(vkdnw") }
  }

  @Test func whatHasNoScoreHasNoFeatures() throws {
    let list = try FeatureList(parsing: "flops,vkdnw")
    let scores: [String: [Score]] = [
      "flops": [.value(1), .value(2), .value(3)],
      "vkdnw": [.undefined("first"), .undefined("second"), .undefined("third")],
    ]
    #expect(throws: FeatureListError.undefined("vkdnw", reason: "first")) {
      try list.fallbacks(of: scores)
    }
    #expect(throws: FeatureMatrixError.notFinite(row: 0, feature: 1)) {
      try list.table(of: architectures, scores: scores, fallbacks: [:])
    }
    let infinite = [
      "flops": scores["flops", default: []], "vkdnw": [.value(1), .value(.infinity)],
    ]
    #expect(throws: FeatureMatrixError.notFinite(row: 1, feature: 1)) {
      try list.table(of: Array(architectures.prefix(2)), scores: infinite, fallbacks: [:])
    }
  }
}
