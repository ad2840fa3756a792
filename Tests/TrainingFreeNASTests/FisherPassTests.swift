import Testing

@testable import Derivatives
@testable import Networks
@testable import Scoring
@testable import Spaces
@testable import Tensors

/// Several Fisher informations of one walk: each is what it is alone, to the last bit.
@Suite struct FisherPassTests {
  /// Requests that differ in one thing each, at a normalisation.
  private func requests(_ mode: NormalizationMode) -> [FisherRequest] {
    func settings(_ change: (inout FisherSettings) -> Void = { _ in }) -> FisherSettings {
      var settings = FisherSettings(
        factor: .exact, normalization: mode, smoothing: 0.05, tensors: .tensors, dimension: 24)
      change(&settings)
      return settings
    }
    return [
      FisherRequest(settings(), batch: 4),
      FisherRequest(settings { $0.position = .fraction(1) }, batch: 4),
      FisherRequest(settings { $0.position = .random }, batch: 3),
      FisherRequest(settings { $0.dimension = 2 }, batch: 4),
      FisherRequest(settings { $0.dimension = 300 }, batch: 4),
      FisherRequest(settings { $0.weightsPerTensor = 3 }, batch: 4),
      FisherRequest(settings { $0.tensors = .layers }, batch: 4),
      FisherRequest(settings { $0.smoothing = 0 }, batch: 4),
      FisherRequest(settings { $0.tensors = .sampled }, batch: 4),
      FisherRequest(settings { $0.smoothingRounding = .half }, batch: 4),
      FisherRequest(settings { $0.quantiles = .eleven }, batch: 4),
      FisherRequest(settings { $0.factor = .released }, batch: 4),
      FisherRequest(settings { $0.factor = .logits }, batch: 2),
      FisherRequest(settings(), batch: 1),
    ]
  }

  @Test(
    arguments: NormalizationMode.allCases, [5, 40])
  func togetherAsAlone(mode: NormalizationMode, classes: Int) throws {
    let sample = try FisherSample(classes: classes)
    let requests = requests(mode)
    for (threads, precision) in [(1, Precision.float), (3, .float), (2, .double)] {
      let compute = try Compute(threads: threads, precision: precision)
      let together = try FisherInformation.all(
        of: requests, network: sample.network, parameters: sample.parameters,
        inputs: sample.inputs, on: compute)
      #expect(together.count == requests.count)
      for (request, information) in zip(requests, together) {
        let count = request.batch * sample.network.inputShape.count
        let alone = try FisherInformation(
          sample.network, parameters: sample.parameters,
          inputs: Array(sample.inputs.prefix(count)), settings: request.settings, on: compute)
        #expect(information.matrix == alone.matrix, "\(request) of \(classes) classes, \(mode)")
        #expect(information.selection == alone.selection)
        #expect(information.logits == alone.logits && alone.logits.count == request.batch)
      }
    }
  }

  /// Where cotangents of all directions would take much memory, they are pulled back in several walks.
  @Test(arguments: [(112, 9), (448, 5), (1024, 1)])
  func directionsOfLargeMapsAreSplit(resolution: Int, rows: Int) throws {
    let network = try MobileNetV2Space(classes: 10, resolution: resolution).network(for: .zico450)
    let settings = FisherSettings(
      factor: .exact, normalization: .calibrated, smoothing: 0.05, tensors: .tensors)
    let plan = WalkPlan(network, selection: settings.selection(in: network))
    let route = FisherRoute(plan, network: network, settings: settings, forced: .factorRows)
    #expect(route.directions == 9 && route.rows <= rows)
    #expect(route.rows * route.walks >= 9)
    #expect(route.rows == 1 || route.rows * plan.cotangentCount <= FisherRoute.mostElements)
  }

  /// What may share a pass does: otherwise an ablation would take as long as its settings apart.
  @Test func passesAreShared() throws {
    let sample = try FisherSample(classes: 40)
    let fresh = requests(.fresh)
    let passes = FisherPass.passes(for: fresh, network: sample.network)
    #expect(passes.count <= 3)
    #expect(passes.flatMap { $0.members.map(\.number) }.sorted() == Array(fresh.indices))
    let reverse = passes.filter { $0.route.kind != .tangents }
    #expect(reverse.count == 1)
    // The settings that differ in the batch alone share the weighted Jacobian too.
    #expect(reverse.allSatisfy { $0.weightings.count < $0.members.count })
    // Statistics of another minibatch make another network.
    let calibrated = FisherPass.passes(for: requests(.calibrated), network: sample.network)
    #expect(calibrated.count > passes.count)
    #expect(calibrated.allSatisfy { pass in pass.members.allSatisfy { $0.batch == pass.batch } })
  }

  @Test func decilesAreThoseOfTheSpectrum() throws {
    let sample = try FisherSample()
    let settings = ScoringSettings(batch: 4)
    func candidate() throws -> Candidate {
      Candidate(
        architecture: FisherSample.mixed, network: sample.network, settings: settings, seed: 3,
        compute: try Compute(threads: 1))
    }
    let shared = try candidate()
    let information = try FisherInformation(
      sample.network, parameters: shared.parameters, inputs: shared.inputs,
      settings: settings.fisher, on: shared.compute)
    let spectrum = try information.spectrum()
    let scores = try VKDNWDecile.all.map { try shared.score($0).value }
    #expect(scores == spectrum.deciles)
    #expect(scores.compactMap(\.self) == scores.compactMap(\.self).sorted())
    #expect(try shared.score(VKDNW()) == .value(spectrum.entropy))
    // Noise in the place of images makes both proxies one.
    #expect(try candidate().score(VKDNWImages()) == .value(spectrum.entropy))
    #expect(try candidate().score(VKDNWDecile(4)).value == spectrum.deciles[3])
  }

  @Test func variantsHaveTheRecordsOfTheirOriginals() throws {
    let space = NASBench201Space(
      skeleton: NASBench201Skeleton(channels: 4, cells: 1, classes: 10, resolution: 8))
    let cells = NASBench201Population.live.sample(count: 2, seed: 5)
    let axes = [(Recipe.released.fisher, 2), (Recipe.default.fisher, 3), (Recipe.paper.fisher, 4)]
    for input in [VKDNWVariant.Input.noise, .images] {
      let variants = VKDNWVariant.family(axes.map { (fisher: $0.0, batch: $0.1) }, input: input)
      #expect(Set(variants.map(\.key)).count == 3)
      let together = Evaluator(
        space: space, proxies: variants, settings: ScoringSettings(batch: 7), seed: 1,
        threads: 2, images: SyntheticImages())
      var records: [[Evaluation]] = []
      try together.run(cells) { records.append($1) }
      for (number, (fisher, batch)) in axes.enumerated() {
        var settings = ScoringSettings(batch: batch)
        settings.fisher = fisher
        let alone = Evaluator(
          space: space, proxies: [input == .noise ? VKDNW() as any Proxy : VKDNWImages()],
          settings: settings, seed: 1, threads: 2, images: SyntheticImages())
        var expected: [Evaluation] = []
        try alone.run(cells) { expected += $1 }
        for record in expected {
          let found = try #require(
            records.map { $0[number] }.first { $0.architecture == record.architecture })
          #expect(found.proxy == record.proxy && found.settings == record.settings)
          #expect(found.score == record.score)
        }
      }
    }
  }
}
