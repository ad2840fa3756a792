import Ranking
import Testing

@testable import Scoring
@testable import Search
@testable import Spaces
@testable import Tensors

@Suite struct MobileNetV2MutationTests {
  private static func stream(_ index: Int) -> RandomStream {
    RandomStream(seed: 11, text: "mutation tests", purpose: "mutation", index: index)
  }

  // MARK: Tables

  @Test func tables() throws {
    let golden = try MobileNetV2Golden.loaded.get().mutation
    try #require(golden.channel_choices.count == 32 && golden.sublayer_choices.count == 7)
    for (text, expected) in golden.channel_choices {
      let channels = try #require(Int(text))
      #expect(MobileNetV2Mutation.channelChoices(channels) == expected, "\(channels)")
    }
    for (text, expected) in golden.sublayer_choices {
      let subLayers = try #require(Int(text))
      #expect(MobileNetV2Mutation.subLayerChoices(subLayers) == expected, "\(subLayers)")
    }
    try #require(golden.round_to_8.count == 17)
    for (text, expected) in golden.round_to_8 {
      let channels = try #require(Double(text))
      #expect(MobileNetV2Block.roundedToEight(channels) == expected, "\(channels)")
    }
    #expect(MobileNetV2Mutation.TypeWeights.released.byName == golden.block_type_weights)
    #expect(golden.block_type_weights.values.reduce(0, +) == 89)
    #expect(MobileNetV2Mutation.TypeWeights.uniform.byName.values.allSatisfy { $0 == 1 })
  }

  @Test func listsOfCandidates() throws {
    let golden = try MobileNetV2Golden.loaded.get()
    try #require(golden.mutation.candidate_lists.count == 12)
    for list in golden.mutation.candidate_lists {
      let architecture = try #require(
        [
          "initial-structure": MobileNetV2Architecture.releasedStart, "ZiCo 450M": .zico450,
        ][list.structure])
      #expect(architecture.blocks[list.block_index].description == list.block)
      let candidates = MobileNetV2Mutation().candidates(
        replacing: list.block_index, of: architecture)
      #expect(candidates.count == list.weighted_total, "\(list.block)")
      #expect(candidates.distinctCount == list.distinct_candidates, "\(list.block)")
      let uniform = MobileNetV2Mutation(typeWeights: .uniform).candidates(
        replacing: list.block_index, of: architecture)
      #expect(uniform.count == list.distinct_candidates, "\(list.block)")
    }
  }

  /// The list against one that is written out and sorted as texts.
  @Test(arguments: [0, 1, 3, 5]) func listsAreSortedByText(index: Int) {
    let architecture = MobileNetV2Architecture.zico450
    let block = architecture.blocks[index]
    var texts: [String] = []
    switch block.kind {
    case .convolution where index == 5: texts = [block.description]
    case .convolution:
      for width in MobileNetV2Mutation.channelChoices(block.outChannels) {
        texts.append("SuperConvK3BNRELU(3,\(width),2,1)")
      }
    case .invertedResidual(_, let bottleneck):
      for (name, weight) in MobileNetV2Mutation.TypeWeights.released.byName {
        for width in MobileNetV2Mutation.channelChoices(block.outChannels) {
          for narrow in MobileNetV2Mutation.channelChoices(bottleneck) {
            for subLayers in MobileNetV2Mutation.subLayerChoices(block.subLayers) {
              let text =
                "\(name)(\(block.inChannels),\(width),\(block.stride),\(narrow),\(subLayers))"
              texts += [String](repeating: text, count: weight)
            }
          }
        }
      }
    case .basicResidual, .bottleneckResidual:
      Issue.record("ZiCo's network has convolutions and inverted residuals")
    }
    // Swift compares texts of ASCII by their bytes.
    texts.sort()
    let candidates = MobileNetV2Mutation().candidates(replacing: index, of: architecture)
    #expect(candidates.map(\.description) == texts)
    #expect(Set(texts).count == candidates.distinctCount)
  }

  @Test func candidatesKeepWithinTheSpace() throws {
    let wide = try MobileNetV2Architecture(
      parsing: "SuperConvK3BNRELU(3,8192,2,1)SuperResIDWE1K3(8192,8000,2,8192,998)"
        + "SuperConvK1BNRELU(8000,8,1,1)")
    let candidates = MobileNetV2Mutation().candidates(replacing: 1, of: wide)
    #expect(candidates.allSatisfy { $0.outChannels <= 8192 && $0.subLayers <= 998 })
    #expect(Set(candidates.map(\.subLayers)) == [996, 997, 998])
    for index in 0..<200 {
      let child = MobileNetV2Mutation().child(of: wide, draws: 2, stream: Self.stream(index))
      #expect(MobileNetV2Architecture(child.description) == child)
    }
  }

  // MARK: Children

  @Test(arguments: MobileNetV2Mutation.TypeWeights.allCases, [0, 1, 2, 5])
  func childrenAreArchitectures(weights: MobileNetV2Mutation.TypeWeights, draws: Int) throws {
    let mutation = MobileNetV2Mutation(typeWeights: weights)
    for (number, parent) in try MobileNetV2Golden.architectures().enumerated() {
      for index in 0..<10 {
        let stream = Self.stream(100 * number + index)
        let child = mutation.child(of: parent, draws: draws, stream: stream)
        // Equal keys give equal children.
        #expect(child == mutation.child(of: parent, draws: draws, stream: stream))
        // Reading it again checks that the channels connect.
        #expect(MobileNetV2Architecture(child.description) == child)
        #expect(child.blocks.first?.kernel == 3 && child.blocks.first?.stride == 2)
        #expect(child.blocks.last?.className == "SuperConvK1BNRELU")
        #expect(child.blocks.last?.outChannels == 2048)
        #expect(child.blocks.allSatisfy { $0.subLayers < 6 })
        // Splits add blocks of stride 1; strides of the others stay.
        #expect(
          child.blocks.map(\.stride).filter { $0 > 1 }
            == parent.blocks.map(\.stride).filter { $0 > 1 })
        if draws == 0, parent.blocks.allSatisfy({ $0.subLayers < 6 }) { #expect(child == parent) }
        if draws == 1, child.blocks.count == parent.blocks.count {
          let changed = zip(child.blocks, parent.blocks).count {
            $0.description.split(separator: ",").dropFirst()
              != $1.description.split(separator: ",").dropFirst() || $0.className != $1.className
          }
          #expect(changed <= 1, "\(parent) to \(child)")
        }
      }
    }
  }

  /// The kernels of other residuals change, and what they are stays.
  @Test func otherResidualsKeepTheirKind() throws {
    let parent = try MobileNetV2Architecture(
      parsing: "SuperConvK3BNRELU(3,8,2,1)SuperResK3K3(8,16,2,8,1)SuperResK1K5K1(16,24,1,8,2)"
        + "SuperConvK1BNRELU(24,64,1,1)")
    func candidates(_ index: Int) -> [MobileNetV2Block] {
      Array(MobileNetV2Mutation().candidates(replacing: index, of: parent))
    }
    let (basic, bottleneck) = (candidates(1), candidates(2))
    #expect(Set(basic.map(\.className)) == ["SuperResK3K3", "SuperResK5K5", "SuperResK7K7"])
    #expect(
      Set(bottleneck.map(\.className)) == ["SuperResK1K3K1", "SuperResK1K5K1", "SuperResK1K7K1"])
    for list in [basic, bottleneck] {
      #expect(list.map(\.description) == list.map(\.description).sorted())
      #expect(Set(list).count == list.count)
    }
    for index in 0..<100 {
      let child = MobileNetV2Mutation().child(of: parent, draws: 2, stream: Self.stream(index))
      #expect(MobileNetV2Architecture(child.description) == child)
      #expect(
        child.blocks.map { $0.className.filter { !$0.isNumber } }
          == parent.blocks.map { $0.className.filter { !$0.isNumber } })
    }
  }

  @Test func splits() throws {
    let parent = try MobileNetV2Architecture(
      parsing: "SuperResIDWE4K5(3,16,2,24,7)SuperResIDWE1K3(16,8,2,8,12)SuperConvK1BNRELU(8,9,1,8)")
    let child = MobileNetV2Mutation().child(of: parent, draws: 0, stream: Self.stream(0))
    #expect(
      child.description == "SuperResIDWE4K5(3,16,2,24,3)SuperResIDWE4K5(16,16,1,24,4)"
        + "SuperResIDWE1K3(16,8,2,8,3)SuperResIDWE1K3(8,8,1,8,3)SuperResIDWE1K3(8,8,1,8,6)"
        + "SuperConvK1BNRELU(8,9,1,8)")
    #expect(child.layers == parent.layers)
  }

  /// Indices that a test chooses.
  private struct Script: IndexGenerator {
    var indices: [Int]
    var bounds: [Int] = []
    mutating func index(below bound: Int) -> Int {
      bounds.append(bound)
      return indices.removeFirst()
    }
  }

  @Test func aBlockThatIsDrawnAgainTakesNoCandidate() {
    let parent = MobileNetV2Architecture.zico450
    let mutation = MobileNetV2Mutation()
    var script = Script(indices: [0, 4, 0, 5, 0])
    let child = mutation.child(of: parent, draws: 3, using: &script)
    // Stem, its list, the stem again, the last block, its list of one.
    #expect(script.bounds == [6, 5, 6, 6, 1])
    // Sorted as texts the widths are 16, 24, 32, 40, 8; the next block reads the new one.
    #expect(child.blocks[0].outChannels == 8 && child.blocks[1].inChannels == 8)
    #expect(Array(child.blocks[2...]) == Array(parent.blocks[2...]))
  }

  /// Frequencies of types against their weights: 4,450 draws, so that 50 is the expectation of one
  /// unit of weight; five standard deviations.
  @Test(arguments: MobileNetV2Mutation.TypeWeights.allCases)
  func typesAreAsLikelyAsTheyWeigh(weights: MobileNetV2Mutation.TypeWeights) {
    let candidates = MobileNetV2Mutation(typeWeights: weights)
      .candidates(replacing: 3, of: .zico450)
    var indices = StreamIndices(Self.stream(7))
    let draws = 4450
    var found: [String: Int] = [:]
    for _ in 0..<draws {
      found[candidates[indices.index(below: candidates.count)].className, default: 0] += 1
    }
    let total = weights.byName.values.reduce(0, +)
    #expect(found.count == 12)
    for (name, weight) in weights.byName {
      let share = Double(weight) / Double(total)
      let expected = Double(draws) * share
      let deviation = (expected * (1 - share)).squareRoot()
      #expect(abs(Double(found[name] ?? 0) - expected) < 5 * deviation, "\(name)")
    }
  }

  /// About 58 % of the children of one step are rejected at 450M and 14 layers, and about 1 % of those
  /// of the small start: 1,000 children, four standard deviations and the rounding of the figures.
  @Test func sharesOfRejectedChildren() throws {
    let constraints = SearchConstraints(layers: 1...14, flops: 450_000_000)
    for (start, expected) in [(MobileNetV2Architecture.zico450, 0.58), (.releasedStart, 0.01)] {
      let count = 1000
      let domain = MobileNetV2Domain(
        space: MobileNetV2Space(classes: 1000), start: start, counting: .released)
      let rejected = try (0..<count).count {
        var indices = StreamIndices(Self.stream($0))
        return try constraints.excess(of: domain.costs(of: domain.founder(using: &indices))) != nil
      }
      let share = Double(rejected) / Double(count)
      let deviation = (expected * (1 - expected) / Double(count)).squareRoot()
      #expect(abs(share - expected) < 4 * deviation + 0.005, "\(start): \(share)")
    }
  }

  // MARK: The logged search

  @Test func everyAttemptOfTheLoggedSearch() throws {
    let golden = try MobileNetV2Golden.loaded.get().search_replay
    try #require(golden.steps.count == 107 && golden.steps.count { $0.accepted } == 50)
    let layers = try #require(golden.accepted_layer_counts.first)
    let last = try #require(golden.accepted_layer_counts.last)
    #expect(golden.accepted_layer_counts == Array(layers...last))
    let space = MobileNetV2Space(classes: golden.classes, resolution: golden.resolution)
    let domain = MobileNetV2Domain(
      space: space, start: try MobileNetV2Architecture(parsing: golden.initial_structure),
      counting: .released)
    // Parents of a population that is not full do not depend on scores, so none are needed.
    var search = SequentialSearch(
      SearchPlan(
        domain: domain, components: [.complexity],
        constraints: SearchConstraints(layers: layers...last, flops: golden.budget_flops),
        population: 1024, generation: 1, evaluations: 100_000, seed: 123),
      generator: MersenneTwister(seed: golden.seed))
    for (number, step) in golden.steps.enumerated() {
      let accepted = search.history.entries.map(\.architecture)
      let next = try search.step { _, _ in [:] }
      let attempt = try #require(next)
      let counts = space.counts(of: attempt.child)
      #expect(attempt.child.description == step.child, "attempt \(number)")
      #expect((attempt.parent == nil ? 1 : 2) == step.replacement_draws, "attempt \(number)")
      // Where a candidate occurred twice, the file names its first place.
      #expect(
        attempt.parent.map { accepted[$0] } == step.parent.map { accepted[$0] },
        "attempt \(number)")
      #expect(attempt.child.layers == step.constraint_layers, "attempt \(number)")
      #expect(counts.constraintFLOPs == step.flops, "attempt \(number)")
      #expect((attempt.rejection == nil) == step.accepted, "attempt \(number)")
      #expect((step.recorded != nil) == step.accepted, "attempt \(number)")
      if let recorded = step.recorded {
        #expect(counts.constraintFLOPs == recorded.flops, "attempt \(number)")
        #expect(counts.parameterTensors == recorded.named_parameter_tensors, "attempt \(number)")
        #expect(attempt.child.layers == recorded.constraint_layers, "attempt \(number)")
      }
    }
    #expect(search.history.count == 50)
  }

  // MARK: Ranks

  /// The example of five ranks, with ties and infinities; the file divides ranks by their number.
  @Test func aggregateOfRanks() throws {
    let golden = try MobileNetV2Golden.loaded.get().rank_aggregation_example
    let names = golden.scores.keys.sorted()
    try #require(names.count == 5)
    let ranks = try names.map { name -> [Double] in
      let ranks = averageRanks(try #require(golden.scores[name]).map(\.value))
      #expect(ranks == golden.ranks[name], "\(name)")
      return ranks
    }
    // The same, one candidate after another.
    var growing = GrowingRankProduct(components: 5)
    for candidate in 0..<6 {
      growing.insert(try names.map { try #require(golden.scores[$0])[candidate].value })
    }
    for candidate in 0..<6 {
      #expect(abs(growing.aggregate(of: candidate) - golden.aggregate[candidate]) < 1e-12)
    }
    #expect(growing.best(6) == golden.order_best_first)
    let products = logRankProduct(ranks)
    let shift = logRankProduct([[6]])[0] * 5
    for (product, expected) in zip(products, golden.aggregate) {
      #expect(abs(product - shift - expected) < 1e-12)
    }
    #expect(products.indices.sorted { products[$0] > products[$1] } == golden.order_best_first)
  }
}
