import Testing

@testable import Spaces

@Suite struct NASBench201StructureTests {
  private typealias Edge = NASBench201Architecture.Edge

  /// The edges on a path from input to output without `none`, from the list of the four paths.
  private func edgesOnOpenPaths(_ architecture: NASBench201Architecture) -> Set<[Int]> {
    let operations = Dictionary(
      uniqueKeysWithValues: zip(
        NASBench201Architecture.edges.map { [$0.source, $0.target] }, architecture.operations))
    let paths = [[[0, 3]], [[0, 1], [1, 3]], [[0, 2], [2, 3]], [[0, 1], [1, 2], [2, 3]]]
    let open = paths.filter { path in
      path.allSatisfy { operations[$0] != NASBench201Operation.none }
    }
    return Set(open.joined())
  }

  @Test func reachabilityAndPathsAgreeEverywhere() {
    for architecture in NASBench201Architecture.all {
      let expected = edgesOnOpenPaths(architecture)
      #expect(Set(architecture.liveEdges.map { [$0.source, $0.target] }) == expected)
      #expect(architecture.isConnected == !expected.isEmpty)
      let open = 6 - architecture.count(of: .none)
      #expect(architecture.isLive == (expected.count == open))
    }
  }

  @Test func pruningKeepsLiveEdgesAndNothingElse() {
    var images: Set<NASBench201Architecture> = []
    for architecture in NASBench201Architecture.all {
      let pruned = architecture.pruned
      let live = architecture.liveEdges
      images.insert(pruned)
      #expect(pruned.liveEdges == live)
      #expect(6 - pruned.count(of: .none) == live.count)
      #expect((pruned == architecture) == architecture.isLive)
      for (number, edge) in NASBench201Architecture.edges.enumerated()
      where live.contains(edge) {
        #expect(pruned[number] == architecture[number])
      }
    }
    #expect(images == Set(NASBench201Architecture.all.filter(\.isLive)))
    #expect(images.count == 9_445)
  }

  @Test func sizesByNumberOfConvolutions() {
    // Published counts of the space and of the usual set of 9,445.
    func sizes(_ architectures: some Sequence<NASBench201Architecture>) -> [Int] {
      architectures.reduce(into: [Int](repeating: 0, count: 7)) { $0[$1.convolutionCount] += 1 }
    }
    let all = NASBench201Architecture.all
    #expect(sizes(all) == [729, 2916, 4860, 4320, 2160, 576, 64])
    #expect(sizes(all.filter(\.isLive)) == [291, 1370, 2704, 2840, 1664, 512, 64])
  }

  @Test func disconnectedArchitectures() throws {
    let disconnected = NASBench201Architecture.all.filter { !$0.isConnected }
    #expect(disconnected.count == 341)
    let empty = try NASBench201Architecture(parsing: "(1, 1, 1, 1, 1, 1)")
    #expect(disconnected.allSatisfy { $0.pruned == empty })
    #expect(disconnected.filter(\.isLive) == [empty])
  }

  @Test func aDeadEdgeIsSeen() throws {
    let architecture = try NASBench201Architecture(
      parsing: "|nor_conv_3x3~0|+|none~0|none~1|+|skip_connect~0|none~1|none~2|")
    #expect(!architecture.isLive)
    #expect(architecture.isConnected)
    #expect(architecture.liveEdges.map { [$0.source, $0.target] } == [[0, 3]])
    #expect(
      architecture.pruned.description
        == "|none~0|+|none~0|none~1|+|skip_connect~0|none~1|none~2|")
  }
}
