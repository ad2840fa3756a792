import Testing

@testable import Spaces

@Suite struct NASBench201TextTests {
  private static let allConvolutions3x3 =
    "|nor_conv_3x3~0|+|nor_conv_3x3~0|nor_conv_3x3~1|+|nor_conv_3x3~0|nor_conv_3x3~1|nor_conv_3x3~2|"

  @Test func everyArchitectureSurvivesItsThreeForms() throws {
    for architecture in NASBench201Architecture.all {
      for text in [
        architecture.description, String(architecture.benchmarkIndex), architecture.operationTuple,
      ] {
        let parsed = try NASBench201Architecture(parsing: text)
        try #require(parsed == architecture, "\(text)")
      }
    }
  }

  @Test func theThreeFormsAreDistinctForDistinctArchitectures() {
    let all = NASBench201Architecture.all
    #expect(Set(all.map(\.description)).count == 15_625)
    #expect(Set(all.map(\.operationTuple)).count == 15_625)
    #expect(Set(all.map(\.benchmarkIndex)) == Set(0..<15_625))
  }

  // Pairs of index and architecture string as the benchmark publishes them.
  private static let published: [(index: Int, text: String)] = [
    (
      0,
      """
      |avg_pool_3x3~0|+|nor_conv_1x1~0|skip_connect~1|+\
      |nor_conv_1x1~0|skip_connect~1|skip_connect~2|
      """
    ),
    (1462, allConvolutions3x3),
    (
      4317,
      """
      |nor_conv_1x1~0|+|nor_conv_1x1~0|nor_conv_1x1~1|+\
      |nor_conv_1x1~0|nor_conv_1x1~1|nor_conv_1x1~2|
      """
    ),
    (
      9930,
      """
      |nor_conv_3x3~0|+|nor_conv_3x3~0|nor_conv_3x3~1|+\
      |skip_connect~0|nor_conv_3x3~1|nor_conv_3x3~2|
      """
    ),
    (
      13_714,
      """
      |nor_conv_3x3~0|+|nor_conv_3x3~0|nor_conv_3x3~1|+\
      |skip_connect~0|nor_conv_1x1~1|nor_conv_3x3~2|
      """
    ),
    (
      15_624,
      "|nor_conv_1x1~0|+|none~0|nor_conv_1x1~1|+|none~0|nor_conv_1x1~1|nor_conv_1x1~2|"
    ),
  ]

  @Test(arguments: published) func publishedPairs(index: Int, text: String) throws {
    let architecture = try NASBench201Architecture(parsing: text)
    #expect(architecture.benchmarkIndex == index)
    #expect(NASBench201Architecture(benchmarkIndex: index).description == text)
  }

  @Test func tuplesListEdgesByTheirSource() throws {
    // Edges (0,1), (0,2), (0,3), (1,2), (1,3), (2,3); skip 0, none 1, 3×3 2, 1×1 3, pool 4.
    let architecture = try NASBench201Architecture(parsing: "(0, 1, 2, 3, 4, 0)")
    #expect(
      architecture.description
        == "|skip_connect~0|+|none~0|nor_conv_1x1~1|+|nor_conv_3x3~0|avg_pool_3x3~1|skip_connect~2|"
    )
    #expect(architecture.operationTuple == "(0, 1, 2, 3, 4, 0)")
  }

  @Test(arguments: [
    "2,2,2,2,2,2", "2, 2, 2, 2, 2, 2", "(2,2,2,2,2,2)", " ( 2 ,\t2, 2,2 , 2, 2 ) ", "1462",
    "\n1462\r\n", "01462", "  \(allConvolutions3x3)\t",
  ]) func whiteSpaceAndBracketsDoNotMatter(text: String) throws {
    let architecture = try NASBench201Architecture(parsing: text)
    #expect(architecture.description == Self.allConvolutions3x3)
    #expect(NASBench201Architecture(text) == architecture)
  }

  @Test func rankIsTheNumberOfTheCodes() {
    for (rank, architecture) in NASBench201Architecture.all.enumerated() {
      #expect(architecture.rank == rank)
      #expect(architecture.operations.reduce(0) { $0 * 5 + $1.code } == rank)
      #expect(NASBench201Architecture(operations: architecture.operations) == architecture)
    }
    #expect(NASBench201Architecture(rank: 1) > NASBench201Architecture(rank: 0))
    #expect(NASBench201Architecture(rank: 1).operations.last == .skipConnect)
  }

  @Test func countsAddUpToSixEdges() throws {
    for architecture in NASBench201Architecture.all {
      let counts = NASBench201Operation.allCases.map(architecture.count(of:))
      #expect(counts.reduce(0, +) == 6)
      #expect(
        architecture.convolutionCount == architecture.operations.count(where: \.isConvolution))
    }
    let mixed = try NASBench201Architecture(parsing: "(3, 3, 2, 4, 0, 0)")
    #expect(mixed.count(of: .convolution1x1) == 2)
    #expect(mixed.count(of: .convolution3x3) == 1)
    #expect(mixed.count(of: .averagePool3x3) == 1)
    #expect(mixed.count(of: .skipConnect) == 2)
    #expect(mixed.convolutionCount == 3)
  }

  @Test func edgesComeByTargetThenSource() {
    let edges = NASBench201Architecture.edges.map { [$0.source, $0.target] }
    #expect(edges == [[0, 1], [0, 2], [1, 2], [0, 3], [1, 3], [2, 3]])
  }
}
