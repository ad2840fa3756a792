import Testing

@testable import Spaces

@Suite struct NASBench201CanonicalFormTests {
  // Published as `UniqueString` beside the accuracies in `nats_bench.csv` of nats-bench-landscape.
  private static let published: [(index: Int, form: String)] = [
    (0, "(0)@avg_pool_3x3+(0)@avg_pool_3x3+(0)@nor_conv_1x1+(0)@nor_conv_1x1"),
    (
      1,
      "((0)@nor_conv_3x3)@avg_pool_3x3+(0)@nor_conv_3x3+((0)@nor_conv_3x3)@nor_conv_3x3+0"
    ),
    (3, "#+#+#+0"),
    (4, "((0)@nor_conv_1x1+0)@nor_conv_1x1+0+0"),
    (6, "(#+#)@nor_conv_3x3+((0)@nor_conv_3x3)@nor_conv_3x3+(0)@avg_pool_3x3"),
    (9, "#+(#+#)@nor_conv_3x3+0"),
    (10, "#+#+#"),
    (12, "#+#+(#+#)@avg_pool_3x3"),
    (13, "#+(#+(0)@avg_pool_3x3)@nor_conv_1x1+(0)@nor_conv_3x3"),
  ]

  @Test(arguments: published) func canonicalFormsAreThoseOfTheBenchmark(index: Int, form: String) {
    #expect(NASBench201Architecture(benchmarkIndex: index).canonicalForm == form)
  }

  private static let reduced: [(text: String, form: String)] = [
    ("|none~0|+|none~0|none~1|+|none~0|none~1|none~2|", "#"),
    ("|none~0|+|none~0|nor_conv_3x3~1|+|none~0|none~1|avg_pool_3x3~2|", "#"),
    ("|none~0|+|none~0|none~1|+|skip_connect~0|none~1|none~2|", "0"),
    ("|none~0|+|none~0|none~1|+|skip_connect~0|none~1|nor_conv_3x3~2|", "0"),
    (
      "|nor_conv_1x1~0|+|none~0|none~1|+|skip_connect~0|skip_connect~1|none~2|",
      "(0)@nor_conv_1x1+0"
    ),
    (
      "|nor_conv_3x3~0|+|avg_pool_3x3~0|skip_connect~1|+|nor_conv_1x1~0|none~1|skip_connect~2|",
      "(0)@avg_pool_3x3+(0)@nor_conv_1x1+(0)@nor_conv_3x3"
    ),
    (
      "|nor_conv_3x3~0|+|skip_connect~0|skip_connect~1|+|none~0|none~1|nor_conv_1x1~2|",
      "((0)@nor_conv_3x3+0)@nor_conv_1x1"
    ),
  ]

  @Test(arguments: reduced) func reducedFormsHaveNoZerosAndNoNestedSums(text: String, form: String)
    throws
  {
    #expect(try NASBench201Architecture(parsing: text).reducedForm == form)
  }

  @Test func reducedFormsDoNotSeeDeadEdges() {
    for architecture in NASBench201Architecture.all where !architecture.isLive {
      #expect(architecture.reducedForm == architecture.pruned.reducedForm)
    }
  }

  @Test func theCanonicalFormDeterminesTheReducedForm() {
    var reduced: [String: String] = [:]
    var canonicalOfLive: Set<String> = []
    for architecture in NASBench201Architecture.all {
      let canonical = architecture.canonicalForm
      let form = architecture.reducedForm
      #expect(reduced[canonical, default: form] == form)
      #expect(architecture.isConnected == (form != "#"))
      reduced[canonical] = form
      if architecture.isLive { canonicalOfLive.insert(canonical) }
    }
    // 6,466 is the number of the benchmark's authors; the others follow from the definitions.
    #expect(reduced.count == 6_466)
    #expect(canonicalOfLive.count == 6_285)
    #expect(Set(reduced.values).count == 4_930)
  }

  @Test func formsDoNotDependOnTheOrderOfEqualPaths() throws {
    // A convolution may reach the output directly, or by a skip behind or before it.
    let texts = [
      "|none~0|+|none~0|none~1|+|nor_conv_3x3~0|none~1|none~2|",
      "|nor_conv_3x3~0|+|none~0|none~1|+|none~0|skip_connect~1|none~2|",
      "|skip_connect~0|+|none~0|none~1|+|none~0|nor_conv_3x3~1|none~2|",
      "|skip_connect~0|+|none~0|nor_conv_3x3~1|+|none~0|none~1|skip_connect~2|",
    ]
    let architectures = try texts.map { try NASBench201Architecture(parsing: $0) }
    #expect(Set(architectures.map(\.reducedForm)) == ["(0)@nor_conv_3x3"])
    #expect(Set(architectures[..<3].map(\.canonicalForm)) == ["#+#+(0)@nor_conv_3x3"])
  }

  @Test func representativesAreTheFirstOfTheirForm() {
    for architecture in NASBench201Architecture.all {
      let representative = architecture.canonicalRepresentative
      #expect(representative.canonicalRepresentative == representative)
      #expect(representative.benchmarkIndex <= architecture.benchmarkIndex)
      if representative != architecture {
        #expect(representative.canonicalForm == architecture.canonicalForm)
      }
    }
  }
}
