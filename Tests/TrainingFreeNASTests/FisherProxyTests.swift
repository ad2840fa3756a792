import Networks
import Scoring
import Spaces
import Tensors
import Testing

/// The proxies of this package's first catalogue.
@Suite struct FisherProxyTests {
  private func candidate(
    _ settings: ScoringSettings, seed: UInt64 = 3, initialization: Int = 0,
    given: GivenTensors = GivenTensors(), cell: String = FisherSample.mixed
  ) throws -> Candidate {
    let sample = try FisherSample(cell)
    return Candidate(
      architecture: cell, network: sample.network, settings: settings, seed: seed,
      initialization: initialization, given: given,
      compute: try Compute(threads: 2, precision: settings.precision))
  }

  @Test func catalogue() throws {
    let names = AllProxies.list.map(\.name)
    #expect(Set(names).count == names.count)
    let candidate = try candidate(ScoringSettings(batch: 3))
    for proxy in AllProxies.list {
      #expect(AllProxies.named(proxy.name)?.name == proxy.name)
      #expect(!proxy.summary.isEmpty && !proxy.citation.isEmpty && !proxy.cost.isEmpty)
      let score = try proxy.score(of: candidate)
      #expect(score.value?.isFinite == true, "\(proxy.name)")
      // A second candidate, so that nothing is remembered.
      let again = try proxy.score(of: self.candidate(ScoringSettings(batch: 3)))
      #expect(score == again)
    }
    #expect(AllProxies.named("no-such-proxy") == nil)
  }

  @Test func costs() throws {
    let candidate = try candidate(ScoringSettings(batch: 3))
    let cost = candidate.network.cost
    #expect(try Layers().score(of: candidate) == .value(Double(cost.layers)))
    #expect(try FLOPs().score(of: candidate) == .value(Double(cost.multiplyAdds) / 1e6))
    #expect(try ParameterCount().score(of: candidate) == .value(Double(cost.parameters) / 1e6))
  }

  @Test(arguments: Recipe.allCases)
  func singleIsLayersAndEntropy(recipe: Recipe) throws {
    let candidate = try candidate(ScoringSettings(recipe: recipe, batch: 3))
    let entropy = try #require(try candidate.score(VKDNW()).value)
    let layers = try #require(try candidate.score(Layers()).value)
    #expect(try candidate.score(VKDNWSingle()) == .value(layers + entropy))
    #expect(entropy > 0 && layers == 17)
  }

  @Test func initializationsAreAveraged() throws {
    let space = NASBench201Space(
      skeleton: NASBench201Skeleton(channels: 4, cells: 1, classes: 10, resolution: 8))
    let cell = try NASBench201Architecture(parsing: FisherSample.mixed)
    let compute = try Compute(threads: 1)
    let settings = ScoringSettings(batch: 3, initializations: 3)
    let entropies = try (0..<3).map { number in
      let candidate = Candidate(
        architecture: cell.description, network: try space.network(for: cell), settings: settings,
        seed: 3, initialization: number, compute: compute)
      return try #require(try VKDNW().score(of: candidate).value)
    }
    #expect(Set(entropies).count == 3)
    let evaluator = Evaluator(
      space: space, proxies: [VKDNW()], settings: settings, seed: 3, threads: 1)
    let record = try evaluator.evaluate(cell, with: [VKDNW()], on: compute)[0]
    let mean = try #require(record.score.value)
    #expect(abs(mean - entropies.reduce(0, +) / 3) < 1e-15)
  }

  /// Images are the same for all architectures, weights are not.
  @Test func whatTheSeedDraws() throws {
    let settings = ScoringSettings(batch: 3)
    let (first, other) = (try candidate(settings), try candidate(settings, seed: 4))
    let next = try candidate(settings, initialization: 1)
    let dead = try candidate(settings, cell: FisherSample.dead)
    #expect(first.inputs == dead.inputs)
    #expect(first.inputs != other.inputs)
    #expect(first.inputs != next.inputs)
    let stem = first.parameters.values[0]
    #expect(stem != dead.parameters.values[0])
    #expect(stem != other.parameters.values[0])
    #expect(stem != next.parameters.values[0])
    #expect(stem == (try candidate(settings)).parameters.values[0])
  }

  @Test func givenTensorsReplaceDrawnOnes() throws {
    let sample = try FisherSample()
    let given = GivenTensors(
      parameters: sample.parameters, inputs: Minibatch(pixels: sample.inputs, labels: nil),
      origin: ["weights": .text("a")])
    let candidate = try candidate(ScoringSettings(batch: 99), given: given)
    let wanted = try sample.fisher(
      ScoringSettings().fisher, threads: 1, precision: .float
    ).spectrum().entropy
    #expect(try VKDNW().score(of: candidate) == .value(wanted))
  }

  @Test(arguments: [Recipe.released, .paper])
  func overflowIsUndefined(recipe: Recipe) throws {
    var sample = try FisherSample()
    for place in sample.parameters.values.indices {
      sample.parameters.values[place] = sample.parameters.values[place].map { $0 * 1e30 }
    }
    let given = GivenTensors(
      parameters: sample.parameters, inputs: Minibatch(pixels: sample.inputs, labels: nil))
    let candidate = try candidate(ScoringSettings(recipe: recipe), given: given)
    for score in [try candidate.score(VKDNW()), try candidate.score(VKDNWSingle())] {
      #expect(score.value == nil)
      #expect(score.reason?.contains("not finite") == true, "\(score)")
    }
    #expect(try candidate.score(Layers()).value == 17)
  }
}
