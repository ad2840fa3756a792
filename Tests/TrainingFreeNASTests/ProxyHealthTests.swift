import Networks
import Operators
import Scoring
import Tensors
import Testing

/// Networks and minibatches for which a proxy has no value, and the reasons.
@Suite struct ProxyHealthTests {
  private func reason(
    _ name: String, _ sample: ProxySample, sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> String {
    let proxy = try #require(AllProxies.named(name))
    let score = try sample.score(proxy)
    return try #require(
      score.reason, "\(name) is \(score)", sourceLocation: sourceLocation)
  }

  @Test func disconnectedNetworks() throws {
    var sample = try ProxySample(ProxySample.oddCells[0])
    // No shift, so that nothing behind the first cell is alive.
    for (position, spec) in sample.network.parameters.enumerated()
    where spec.role == .shift {
      sample.parameters.values[position] = sample.parameters.values[position].map { _ in 0 }
    }
    #expect(try reason("expressivity", sample) == "the features of block 1 are constant")
    #expect(try reason("progressivity", sample) == "the features of block 1 are constant")
    #expect(try reason("naswot", sample).contains("singular"))
    #expect(try reason("jacov", sample).contains("constant"))
    #expect(try reason("ntk", sample).contains("do not depend on any weight"))
    #expect(try reason("ntk-released", sample).contains("do not depend on any weight"))
    #expect(try reason("zen", sample).contains("do not depend on the images"))
    #expect(try reason("zen-released", sample).contains("do not depend on the images"))
    for name in ["snip", "synflow", "zico", "gradsign", "gradsign-mean"] {
      #expect(try sample.score(#require(AllProxies.named(name))) == .value(0), "\(name)")
    }
    #expect(try sample.score(LinearRegions()) == .value(1))
    // Three of five blocks pass nothing.
    let trainability = try #require(try sample.score(Trainability()).value)
    #expect(abs(trainability + 0.6 * 999_998) < 10)
  }

  @Test func identityBlocks() throws {
    for cell in [ProxySample.oddCells[1], FisherSample.dead] {
      #expect(try reason("trainability", ProxySample(cell)) == "block 1 is the identity")
      #expect(try ProxySample(cell).score(Progressivity()).value ?? 1 <= 0)
    }
    // Two skips side by side are no identity.
    let twice = try ProxySample(ProxySample.oddCells[5])
    #expect(try twice.score(Trainability()).value != nil)
  }

  @Test func imagesWithoutLabels() throws {
    var sample = try ProxySample()
    let labelled = try sample.score(GradNorm())
    sample.images.labels = nil
    sample.secondImages.labels = nil
    for name in ["snip", "gradnorm-layers", "zico", "gradsign", "gradsign-mean"] {
      #expect(try reason(name, sample) == "the images have no labels")
    }
    // Noise has labels anyway.
    let drawn = try sample.score(GradNorm())
    #expect(drawn.value != nil && drawn != labelled)
    #expect(try sample.score(Jacov()).value != nil)
    sample.images.labels = [0, 1, 2, 3, 4]
    #expect(try sample.score(SNIP()).value != nil)
    #expect(try reason("zico", sample) == "the images have no labels")
  }

  @Test func singleImages() throws {
    let one = try ProxySample(batch: 1)
    #expect(try reason("jacov", one) == "a correlation needs two images")
    let units = try #require(try one.score(LinearRegions()).value)
    #expect(units == 1)
    #expect(try one.score(NTK()) == .value(-1))
    for name in ["zen", "zen-released", "naswot", "snip", "gradsign", "expressivity"] {
      #expect(try one.score(#require(AllProxies.named(name))).value != nil, "\(name)")
    }
    // The last stage has a single place, hence a single value in each channel.
    let place = try ProxySample(resolution: 4, batch: 1)
    #expect(try reason("expressivity", place).contains("constant"))
    #expect(try reason("zen", place).isEmpty == false)
    // Single images are among the steps of the running variances.
    let places = try ProxySample(resolution: 4, batch: 3)
    #expect(try places.score(Zen()).value != nil)
    #expect(try reason("zen-released", places).contains("no unbiased variance"))
  }

  @Test func equalImages() throws {
    var sample = try ProxySample(batch: 3)
    let size = sample.network.inputShape.count
    sample.images.pixels.replaceSubrange(
      size..<2 * size, with: sample.images.pixels[0..<size])
    #expect(try reason("naswot", sample).contains("singular"))
    #expect(try sample.score(LinearRegions()) == .value(2))
    let jacov = try #require(try sample.score(Jacov()).value)
    #expect(jacov < -99_000, "\(jacov)")
    let condition = try #require(try sample.score(NTK()).value)
    #expect(condition < -1e12 && condition >= -0x1p52)
  }

  @Test(arguments: Precision.allCases)
  func overflow(precision: Precision) throws {
    var sample = try ProxySample(precision: precision)
    for position in sample.network.layerWeights {
      sample.parameters.values[position] = sample.parameters.values[position].map { _ in 3e38 }
    }
    #expect(try reason("synflow", sample) == "the synaptic flow overflows")
    guard precision == .float else { return }
    for proxy in AllProxies.list where !proxy.needs.isDisjoint(with: [.inputs, .images]) {
      // Zen draws its own weights.
      if proxy.name.hasPrefix("zen") { continue }
      let score = try sample.score(proxy)
      #expect(score.value == nil, "\(proxy.name) is \(score)")
    }
    #expect(try reason("snip", sample) == "the gradient of the loss is not finite")
    #expect(try reason("naswot", sample) == "an activation is not finite")
    #expect(try reason("expressivity", sample).hasSuffix("are not finite"))
    #expect(try reason("trainability", sample) == "the features of block 0 are not finite")
    #expect(try reason("jacov", sample).hasSuffix("is not finite"))
    #expect(try reason("ntk", sample).hasSuffix("is not finite"))
    #expect(try reason("gradsign", sample) == "the gradient of the loss is not finite")
  }

  @Test func resolutionsThatDoNotDivide() throws {
    var builder = NetworkBuilder(input: Shape(channels: 2, height: 5, width: 5))
    var node = try builder.add(
      Convolution(inChannels: 2, outChannels: 3, kernel: 3), 0, name: "first")
    builder.endBlock()
    node = try builder.add(
      Convolution(inChannels: 3, outChannels: 4, kernel: 3, stride: 2), node, name: "second")
    builder.endBlock()
    node = try builder.add(GlobalAveragePool(), node, name: "pool")
    _ = try builder.add(Linear(inFeatures: 4, outFeatures: 2), node, name: "head")
    let candidate = Candidate(
      architecture: "ragged", network: builder.build(), settings: ScoringSettings(batch: 3),
      seed: 0, compute: try Compute(threads: 1))
    let score = try candidate.score(Trainability())
    #expect(score.reason?.hasPrefix("block 1 changes the resolution") == true, "\(score)")
    #expect(try candidate.score(Expressivity()).value != nil)
    #expect(try candidate.score(NASWOT()).value == nil)
  }

  @Test func networksWithoutBlocks() throws {
    var builder = NetworkBuilder(input: Shape(channels: 2, height: 4, width: 4))
    let node = try builder.add(GlobalAveragePool(), 0, name: "pool")
    _ = try builder.add(Linear(inFeatures: 2, outFeatures: 2), node, name: "head")
    let candidate = Candidate(
      architecture: "flat", network: builder.build(), settings: ScoringSettings(batch: 3),
      seed: 0, compute: try Compute(threads: 1))
    #expect(try candidate.score(Trainability()) == .undefined("the network has no two blocks"))
    #expect(try candidate.score(Progressivity()) == .undefined("the network has no two blocks"))
    #expect(try candidate.score(SWAP()) == .value(0))
  }
}
