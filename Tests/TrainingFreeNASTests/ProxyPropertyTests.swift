import Derivatives
import Formats
import Networks
import Operators
import Scoring
import Spaces
import Tensors
import Testing

/// What holds for proxies whatever their values are.
@Suite struct ProxyPropertyTests {
  // MARK: The catalogue

  @Test(arguments: Precision.allCases)
  func oddCellsHaveFiniteScoresOrReasons(precision: Precision) throws {
    let compute = try Compute(threads: 2, precision: precision)
    let space = NASBench201Space(
      skeleton: NASBench201Skeleton(channels: 4, cells: 2, classes: 5, resolution: 8))
    let evaluator = Evaluator(
      space: space, proxies: AllProxies.list,
      settings: ScoringSettings(batch: 3, precision: precision), seed: 1, threads: 2)
    for cell in ProxySample.oddCells {
      let records = try evaluator.evaluate(
        NASBench201Architecture(parsing: cell), with: AllProxies.list, on: compute)
      for record in records {
        if let reason = record.score.reason {
          #expect(!reason.isEmpty && !reason.contains("\n"), "\(cell) \(record.proxy)")
        } else {
          #expect(record.score.value?.isFinite == true, "\(cell) \(record.proxy)")
        }
      }
    }
  }

  @Test func sharingChangesNoDigit() throws {
    let space = NASBench201Space(
      skeleton: NASBench201Skeleton(channels: 4, cells: 1, classes: 5, resolution: 8))
    let compute = try Compute(threads: 1)
    let cell = try NASBench201Architecture(parsing: FisherSample.mixed)
    func evaluator(_ proxies: [any Proxy]) -> Evaluator<NASBench201Space> {
      Evaluator(
        space: space, proxies: proxies, settings: ScoringSettings(batch: 4), seed: 2, threads: 1)
    }
    let all = AllProxies.list
    let together = try evaluator(all).evaluate(cell, with: all, on: compute).map(\.score)
    for (proxy, score) in zip(all, together) {
      let alone = try evaluator([proxy]).evaluate(
        cell, with: [proxy], on: Compute(threads: 1))
      #expect(alone.map(\.score) == [score], "\(proxy.name)")
    }
    // One candidate asked in the opposite order: no measurement relies on the one before.
    let candidate = Candidate(
      architecture: cell.description, network: try space.network(for: cell),
      settings: ScoringSettings(batch: 4), seed: 2, compute: compute)
    for (proxy, score) in zip(all, together).reversed() {
      #expect(try candidate.score(proxy) == score, "\(proxy.name)")
    }
  }

  /// Runs whose records would have the same settings give the same scores.
  @Test func whatIsNoSettingIsNoMatter() throws {
    let cell = try NASBench201Architecture(parsing: FisherSample.mixed)
    let network = try NASBench201Skeleton(
      channels: 4, cells: 1, classes: 5, resolution: 8
    ).network(of: cell)
    let runs = [
      ScoringSettings(batch: 3), ScoringSettings(batch: 4),
      ScoringSettings(batch: 3, precision: .double), ScoringSettings(recipe: .released, batch: 3),
    ]
    let candidates = try runs.map { settings in
      Candidate(
        architecture: cell.description, network: network, settings: settings, seed: 2,
        compute: try Compute(threads: 1, precision: settings.precision))
    }
    for proxy in AllProxies.list {
      var scores: [[String: SettingValue]: Score] = [:]
      for (settings, candidate) in zip(runs, candidates) {
        let score = try candidate.score(proxy)
        let known = scores.updateValue(score, forKey: proxy.settings(settings))
        #expect(known == nil || known == score, "\(proxy.name)")
      }
      // At least the axes of VKDNW are no matter to the others.
      if !proxy.name.hasPrefix("vkdnw") { #expect(scores.count < runs.count, "\(proxy.name)") }
    }
  }

  @Test func settingsOfTheirOwn() {
    let settings = ScoringSettings(batch: 3, initializations: 2, precision: .double)
    for proxy in AllProxies.list where !proxy.needs.isEmpty {
      #expect(proxy.settings(settings)["inits"] == .integer(2))
      #expect(proxy.needs.contains(.labels) ? proxy.needs.contains(.images) : true)
    }
    #expect(SNIP().settings(settings)["batch"] == .integer(3))
    #expect(SNIP().settings(settings)["precision"] == .text("double"))
    #expect(Zen().settings(settings)["zenInitializer"] == .text("standard-normal"))
    #expect(SWAPRegularized(mu: 2).settings(settings)["swapMu"] == .number(2))
    #expect(SynFlow().settings(settings) == ["inits": .integer(2)])
  }

  // MARK: Invariances

  @Test(arguments: [
    "naswot", "ntk", "ntk-released", "jacov", "linear-regions", "swap", "snip", "gradsign",
    "expressivity", "zico", "zen",
  ])
  func theOrderOfTheImagesIsNoMatter(name: String) throws {
    let proxy = try #require(AllProxies.named(name))
    var sample = try ProxySample()
    let before = try #require(try sample.score(proxy).value)
    sample.reverseImages()
    let after = try #require(try sample.score(proxy).value)
    #expect(abs(after - before) <= 1e-6 * abs(before), "\(before) \(after)")
  }

  @Test func deadParametersCountForNothing() throws {
    var sample = try ProxySample(FisherSample.dead)
    let names = ["snip", "gradnorm", "gradnorm-layers", "synflow", "zico", "gradsign", "ntk"]
    let proxies = try names.map { try #require(AllProxies.named($0)) }
    let before = try proxies.map { try sample.score($0) }
    #expect(before.allSatisfy { ($0.value ?? 0) != 0 })
    let candidate = try sample.candidate()
    let gradient = try candidate.value(
      of: #require(LossGradient(of: candidate, at: CandidatePoint(.images))))
    var dead = 0
    for (position, spec) in sample.network.parameters.enumerated()
    where spec.name.contains("layers.0") {
      #expect(gradient.tensors[position].allSatisfy { $0 == 0 })
      sample.parameters.values[position] = sample.parameters.values[position].map { 3 * $0 - 1 }
      dead += 1
    }
    #expect(dead == 9)
    #expect(try proxies.map { try sample.score($0) } == before)
  }

  /// Batch normalisation undoes a factor on the weights before it.
  @Test func theScaleOfAConvolutionIsNoMatter() throws {
    var sample = try ProxySample()
    let names = ["expressivity", "trainability", "naswot", "jacov", "swap"]
    let proxies = try names.map { try #require(AllProxies.named($0)) }
    let before = try proxies.map { try #require(try sample.score($0).value) }
    for (position, spec) in sample.network.parameters.enumerated()
    where spec.name == "cells.0.layers.0.op.1.weight" {
      sample.parameters.values[position] = sample.parameters.values[position].map { 4 * $0 }
    }
    for ((proxy, before), name) in zip(zip(proxies, before), names) {
      let after = try #require(try sample.score(proxy).value)
      // As far as epsilon is small beside the variance.
      #expect(abs(after - before) <= 1e-4 * abs(before), "\(name)")
    }
  }

  // MARK: Definitions

  @Test func sensitivityIsThatOfFiniteDifferences() throws {
    let sample = try ProxySample(width: 2, classes: 3, resolution: 4, batch: 4)
    let labels = try #require(sample.images.labels)
    let engine = try KernelEngine(precision: .double)
    let arena = Arena()
    func loss(_ parameters: Parameters) throws -> Double {
      arena.reset()
      let linearization = try Linearization(
        sample.network, parameters: parameters, images: sample.images.pixels,
        normalization: .batch, engine: engine, arena: arena)
      return CrossEntropy(logits: linearization.output, labels: labels).loss
    }
    var sum = 0.0
    for position in sample.network.layerWeights {
      for index in sample.parameters.values[position].indices {
        let weight = sample.parameters.values[position][index]
        var (above, below) = (sample.parameters, sample.parameters)
        above.values[position][index] += 1e-4
        below.values[position][index] -= 1e-4
        // What the rounding to 32 bits has made of the step.
        let step =
          Double(above.values[position][index]) - Double(below.values[position][index])
        sum += abs(Double(weight) * (try loss(above) - loss(below)) / step)
      }
    }
    let score = try #require(try sample.score(SNIP()).value)
    #expect(abs(sum - score) < 1e-4 * score, "\(sum) \(score)")
  }

  /// Without normalisation the network is homogeneous in each of these groups of weights.
  @Test func synapticFlowIsConserved() throws {
    let sample = try ProxySample()
    let network = sample.network
    let positive = Parameters(
      sample.parameters.values.enumerated().map { position, values in
        network.parameters[position].role.isLayerBias
          ? values.map { _ in 0 } : values.map(abs)
      }, for: network)
    var biasFree = sample
    biasFree.parameters = positive
    let total = try Linearization(
      network, parameters: positive,
      images: [Float](repeating: 1, count: network.inputShape.count),
      normalization: .identity, engine: KernelEngine(precision: .double), arena: Arena()
    ).output.values.reduce(0, +)
    let names = network.layerWeights.map { network.parameters[$0].name }
    let flows = Dictionary(
      uniqueKeysWithValues: zip(names, try SynFlow.layers(of: biasFree.candidate())))
    for group in [
      ["stem.0.weight"], ["classifier.weight"],
      ["cells.1.conv_b.op.1.weight", "cells.1.downsample.1.weight"],
      ["cells.3.conv_b.op.1.weight", "cells.3.downsample.1.weight"],
    ] {
      let flow = try group.reduce(0) { $0 + (try #require(flows[$1])) }
      #expect(abs(flow / total - 1) < 1e-12, "\(group)")
    }
    // The precision of the run is no matter.
    biasFree.settings.precision = .float
    let inFloat = try biasFree.score(SynFlow())
    biasFree.settings.precision = .double
    #expect(try biasFree.score(SynFlow()) == inFloat)
  }

  @Test func signsAgreeAtMostWithEachOther() throws {
    var sample = try ProxySample(batch: 4)
    let weights = sample.network.layerWeights.reduce(0) {
      $0 + sample.network.parameters[$1].count
    }
    let mixed = try #require(try sample.score(GradSignMean()).value)
    #expect(mixed > 0 && mixed < 4)
    // Four times the same image: every sign that is not 0 agrees.
    let image = Array(sample.images.pixels.prefix(sample.network.inputShape.count))
    sample.images = Minibatch(pixels: image + image + image + image, labels: [1, 1, 1, 1])
    let sum = try #require(try sample.score(GradSign()).value)
    #expect(sum.truncatingRemainder(dividingBy: 4) == 0)
    #expect(sum > 2 * Double(weights) && sum <= 4 * Double(weights))
    #expect(try sample.score(GradSignMean()) == .value(sum / Double(weights)))
  }

  @Test func regularizationIsABellOfTheSize() throws {
    let sample = try ProxySample()
    let size = Double(sample.network.cost.parameters) / 1e6
    let patterns = try #require(try sample.score(SWAP()).value)
    #expect(patterns > 1)
    #expect(try sample.score(SWAPRegularized(mu: size, sigma: 1)) == .value(patterns))
    let away = try #require(try sample.score(SWAPRegularized(mu: size + 2, sigma: 2)).value)
    #expect(abs(away - patterns * 0.36787944117144233) < 1e-9 * patterns)
  }
}
