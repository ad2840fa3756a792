import Foundation
import Testing

@testable import Derivatives
@testable import Formats
@testable import Networks
@testable import Operators
@testable import Scoring
@testable import Search
@testable import Spaces
@testable import Studies
@testable import Tensors

/// What holds for the proxies from 2023 on, by definitions that are simple and slow.
@Suite struct NewerProxyTests {
  private func numbers(_ count: Int, stream: UInt64) -> [Double] {
    PortableGenerator(stream: stream).normals(count: count).map(Double.init)
  }

  private func network(
    input: Shape, _ build: (inout NetworkBuilder) throws -> Void
  ) throws -> Network {
    var builder = NetworkBuilder(input: input)
    try build(&builder)
    return builder.build()
  }

  /// Two grouped convolutions with a bias, a join and two linear layers.
  private func joined() throws -> Network {
    try network(input: Shape(channels: 4, height: 6, width: 5)) { builder in
      var node = try builder.add(
        Convolution(inChannels: 4, outChannels: 8, kernel: 3, groups: 2), 0, name: "a")
      node = try builder.add(ConvolutionBias(channels: 8), node, name: "a")
      let first = node
      node = try builder.add(BatchNormalization(channels: 8), node, name: "b")
      node = try builder.add(ReLU(), node, name: "c")
      node = try builder.add(
        Convolution(inChannels: 8, outChannels: 8, kernel: 5, groups: 8), node, name: "d")
      node = try builder.add(Sum(), node, first, name: "join")
      node = try builder.add(ReLU(), node, name: "e")
      builder.endBlock()
      node = try builder.add(GlobalAveragePool(), node, name: "pool")
      node = try builder.add(Linear(inFeatures: 8, outFeatures: 6), node, name: "f")
      _ = try builder.add(Linear(inFeatures: 6, outFeatures: 3), node, name: "g")
    }
  }

  private func candidate(
    _ network: Network, batch: Int = 4, precision: Precision = .double
  ) throws -> Candidate {
    Candidate(
      architecture: "joined", network: network,
      settings: ScoringSettings(batch: batch, precision: precision), seed: 3,
      compute: try Compute(threads: 2, precision: precision))
  }

  // MARK: What nodes are

  @Test func kindsOfNodes() throws {
    let network = try joined()
    let kinds: [FeatureKind?] = [
      nil, nil, .convolution, .normalization, .activation, .convolution, .block, .activation, nil,
      .linear, .linear,
    ]
    #expect(network.featureKinds == kinds)
    #expect(network.features([.linear, .convolution]) == [2, 5, 9, 10])
    #expect(FeatureTrace(network).features.map(\.node) == [2, 3, 4, 5, 6, 7])
    #expect(!FeatureTrace(network).hasModules)
    for proxy in [MeCo(countsModules: true), MeCoOpt(countsModules: true)] as [any Proxy] {
      #expect(try candidate(network).score(proxy).reason?.hasSuffix("NAS-Bench-201") == true)
    }
  }

  @Test func modulesOfTheReference() throws {
    let cell = try NASBench201Architecture(parsing: FisherSample.mixed)
    for (width, cells) in [(4, 1), (4, 2), (2, 3)] {
      let network = try NASBench201Skeleton(
        channels: width, cells: cells, classes: 5, resolution: 8
      ).network(of: cell)
      let trace = FeatureTrace(network)
      let convolutions = network.features([.convolution]).count
      let rectifiers = network.features([.activation]).count
      func modules(_ kinds: Set<FeatureKind>) -> Int {
        let nodes = Set(network.features(kinds))
        return trace.entries.filter { $0.isFeature && nodes.contains($0.node) }
          .reduce(0) { $0 + $1.modules }
      }
      #expect(trace.hasModules)
      #expect(trace.entries.map(\.number) == Array(trace.entries.indices))
      // Two shortcuts; the head's normalisation, and its rectifier.
      #expect(modules([.convolution]) == convolutions + 2)
      #expect(modules([.normalization]) == 3 * (network.features([.normalization]).count - 1) + 1)
      #expect(modules([.activation]) == rectifiers + 1)
      // Reductions, and cells of which three are the last of a stage.
      #expect(modules([.block]) == 2 + 3 * cells + 3)
      // Every edge is an output: three of a convolution, one of anything else.
      let edges = NASBench201Architecture.edges.indices.reduce(0) {
        $0 + ([.convolution1x1, .convolution3x3].contains(cell[$1]) ? 3 : 1)
      }
      #expect(trace.entries.count == 2 + 3 * cells * (edges + 1) + 2 * 9 + 4)
    }
  }

  @Test func liveNodes() throws {
    let dead = try ProxySample(FisherSample.dead).network
    #expect(dead.isLive.contains(false) && dead.isLive[0] && dead.isLive[dead.output])
    #expect(try joined().isLive.allSatisfy { $0 })
    let none = try ProxySample(ProxySample.oddCells[0]).network
    #expect(!none.isLive.contains(true))
    #expect(try candidate(none).score(NSC(countsDeadLayers: false)) == .value(0))
  }

  @Test func whatVanishes() throws {
    for precision in Precision.allCases {
      // A single image whose last maps are constant, and networks without any path.
      for (cell, isHeadAlone) in [
        (ProxySample.oddCells[2], true), (ProxySample.oddCells[0], false),
      ] {
        var sample = try ProxySample(cell, batch: 1, precision: precision)
        let network = sample.network
        for (position, spec) in network.parameters.enumerated()
        where spec.role == .shift || spec.role.isLayerBias {
          sample.parameters.values[position] = [Float](repeating: 0, count: spec.count)
        }
        func flags() throws -> [Bool] {
          let candidate = try sample.candidate()
          return VanishingNodes.flags(
            of: try candidate.linearization(at: CandidatePoint(.noise)),
            parameters: sample.parameters)
        }
        let head = try #require(network.nodes.firstIndex { $0.name == "lastact.0" })
        #expect(try flags()[head...].allSatisfy { $0 }, "\(cell) \(precision)")
        #expect(try flags()[1...2].allSatisfy { !$0 })
        if isHeadAlone { #expect(try !flags()[..<head].contains(true)) }
        // A shift is there, however small.
        let shift = network.nodes[head].parameters.upperBound - 1
        sample.parameters.values[shift][0] = 1e-3
        #expect(try !flags()[head...].contains(true))
      }
      #expect(
        try !VanishingNodes.flags(
          of: candidate(joined()).linearization(at: CandidatePoint(.noise)),
          parameters: candidate(joined()).parameters
        ).contains(true))
    }
  }

  // MARK: NSC

  @Test func capacityIsThatOfRandomMatrices() throws {
    // ln det (I + W^T W) of one matrix of 60x40 has about its mean.
    let (m, n) = (60, 40)
    let scale = (2 / Double(m + n)).squareRoot()
    var sum = 0.0
    for draw in 0..<20 {
      let matrix = Matrix(
        rows: m, columns: n,
        values: numbers(m * n, stream: UInt64(100 + draw)).map { $0 * scale })
      sum += try matrix.singularValues().reduce(0) { $0 + log(1 + $1 * $1) } / 20
    }
    let psi = SpectralCapacity.psi(rows: m, columns: n)
    #expect(abs(sum / psi - 1) < 0.01, "\(sum) \(psi)")
    #expect(SpectralCapacity.psi(rows: 0, columns: 3) == 0)
    #expect(SpectralCapacity.psi(rows: 5, columns: 3, variance: 0) == 0)
  }

  @Test func groupsAreMatricesOfTheirOwn() throws {
    let score = try candidate(joined()).score(NSC())
    let expected =
      2 * SpectralCapacity.psi(rows: 4, columns: 18) + 8
      * SpectralCapacity.psi(rows: 1, columns: 25)
      + SpectralCapacity.psi(rows: 6, columns: 8) + SpectralCapacity.psi(rows: 3, columns: 6)
    #expect(abs(try #require(score.value) - expected) < 1e-12)
  }

  /// Ties are ties.
  @Test func thePlacesOfLayersAreNoMatter() throws {
    let scores = try [
      "|nor_conv_3x3~0|+|nor_conv_1x1~0|none~1|+|skip_connect~0|nor_conv_1x1~1|none~2|",
      "|nor_conv_1x1~0|+|nor_conv_1x1~0|none~1|+|skip_connect~0|none~1|nor_conv_3x3~2|",
    ].map { try ProxySample($0, width: 16).candidate().score(NSC()) }
    #expect(scores[0] == scores[1] && scores[0].value != nil)
  }

  // MARK: InTrain

  @Test func participationOfKnownSpectra() {
    func traces(_ eigenvalues: [Double]) -> CovarianceTraces.Traces {
      CovarianceTraces.Traces(
        trace: eigenvalues.reduce(0, +), squaredTrace: eigenvalues.reduce(0) { $0 + $1 * $1 },
        relativeDeviation: 1)
    }
    #expect(
      abs(InTrainCapacity.logarithm(traces([3, 3, 3, 3]), channels: 4) - log(4)) < 1e-12)
    #expect(abs(InTrainCapacity.logarithm(traces([5, 0, 0]), channels: 3)) < 1e-9)
    #expect(
      abs(InTrainCapacity.logarithm(traces([2, 1]), channels: 2) - log(9.0 / 5)) < 1e-9)
  }

  @Test func covarianceTracesAreThoseOfTheCovariance() throws {
    let candidate = try candidate(joined(), batch: 3)
    let nodes = [0, 2, 3, 5, 6, 9]
    let point = CandidatePoint(.noise)
    let traces = try candidate.value(of: CovarianceTraces(of: nodes, candidate, at: point))
    for (node, traces) in zip(nodes, traces) {
      let shape = candidate.network.nodes[node].shape
      let rows = try candidate.linearization(at: point).rows(of: node)
      let places = 3 * shape.area
      func value(_ place: Int, _ channel: Int) -> Double {
        rows[place / shape.area, channel * shape.area + place % shape.area]
      }
      let means = (0..<shape.channels).map { c in
        (0..<places).reduce(0) { $0 + value($1, c) } / Double(places)
      }
      var (trace, squares) = (0.0, 0.0)
      for c in 0..<shape.channels {
        for d in 0..<shape.channels {
          let entry =
            (0..<places).reduce(0) {
              $0 + (value($1, c) - means[c]) * (value($1, d) - means[d])
            } / Double(places)
          if c == d { trace += entry }
          squares += entry * entry
        }
      }
      #expect(abs(traces.trace - trace) < 1e-12 * trace)
      #expect(abs(traces.squaredTrace - squares) < 1e-12 * squares)
    }
  }

  @Test func evennessOfGradients() {
    // The deviation of 1, -1 is sqrt(2), which counts as 1; that of 3, 1 sqrt(2) over 3.
    let sum = InTrain.resilience([[1, -1], [3, 1], [2]])
    #expect(abs(sum - 1 - 2.0.squareRoot() / 3) < 1e-9)
    // What is a millionth of the largest is rounding.
    #expect(InTrain.resilience([[1, 1], [1e-6, -1e-6]]) < 1e-9)
    #expect(InTrain.resilience([[0, 0], [0]]) == 0)
    #expect(InTrain.resilience([]) == 0)
  }

  // MARK: NEAR

  @Test func effectiveRanksOfKnownMatrices() throws {
    #expect(abs(try #require(try EffectiveRanks.effectiveRank(of: .identity(5))) - 5) < 1e-12)
    let rankOne = Matrix(rows: 3, columns: 2, values: [1, 2, 2, 4, -3, -6])
    #expect(abs(try #require(try EffectiveRanks.effectiveRank(of: rankOne)) - 1) < 1e-12)
    #expect(try EffectiveRanks.effectiveRank(of: Matrix(rows: 2, columns: 2)) == 0)
    #expect(
      try EffectiveRanks.effectiveRank(of: Matrix(rows: 1, columns: 2, values: [1, .nan])) == nil)
  }

  /// The rows are the first places in the order images, columns, rows.
  @Test func squaresOfFeatures() throws {
    let candidate = try candidate(joined(), batch: 9)
    let point = CandidatePoint(.uniformFanIn, .noise)
    // Maps, a vector with as many channels as images, and the logits.
    for node in [0, 2, 5, 8, 10] {
      let shape = candidate.network.nodes[node].shape
      let rows = try candidate.linearization(at: point).rows(of: node)
      var values: [Double] = []
      for image in 0..<9 {
        for x in 0..<shape.width {
          for y in 0..<shape.height where values.count < shape.channels * shape.channels {
            for c in 0..<shape.channels {
              values.append(rows[image, c * shape.area + y * shape.width + x])
            }
          }
        }
      }
      let square = Matrix(
        rows: values.count / shape.channels, columns: shape.channels, values: values)
      let rank = try candidate.value(of: EffectiveRanks(of: [node], candidate, at: point))[0]
      let expected = try #require(try EffectiveRanks.effectiveRank(of: square))
      #expect(abs(try #require(rank) - expected) < 1e-12 * expected, "\(node)")
    }
  }

  // MARK: MeCo and Dextr

  @Test func smallestEigenvaluesOfCorrelations() throws {
    let even = Matrix(rows: 2, columns: 4, values: [1, -1, 1, -1, 1, 1, -1, -1])
    #expect(abs(try SmallestCorrelations.smallest(even, roundedTo: .double) - 1) < 1e-12)
    let equal = Matrix(rows: 2, columns: 4, values: [1, 2, 3, 5, 2, 4, 6, 10])
    #expect(try SmallestCorrelations.smallest(equal, roundedTo: .double) < 1e-12)
    let constant = Matrix(
      rows: 2, columns: 4, values: [0.1, 0.1, 0.1, 0.1.nextUp, 2, 4, 6, 1])
    #expect(try SmallestCorrelations.smallest(constant, roundedTo: .double) == 0)
    let square = Matrix(rows: 3, columns: 3, values: numbers(9, stream: 5))
    #expect(try SmallestCorrelations.smallest(square, roundedTo: .double) == 0)
  }

  @Test func drawsOfChannels() throws {
    let sample = try ProxySample(width: 16)
    let candidate = try sample.candidate()
    let entries = FeatureTrace(sample.network).features
    let draws = entries.map { SmallestCorrelations.channels(8, of: $0, candidate) }
    for (entry, draw) in zip(entries, draws) {
      #expect(draw.count == 8 && Set(draw).count == 8)
      #expect(draw.allSatisfy((0..<sample.network.nodes[entry.node].shape.channels).contains))
    }
    // Each output has a draw of its own, and each initialisation.
    #expect(Set(draws).count == draws.count)
    let few = try ProxySample(width: 2)
    let first = try #require(FeatureTrace(few.network).features.first)
    #expect(try SmallestCorrelations.channels(8, of: first, few.candidate()).sorted() == [0, 1])
    let other = Candidate(
      architecture: sample.architecture, network: sample.network, settings: sample.settings,
      seed: 5, initialization: 1, compute: candidate.compute)
    #expect(SmallestCorrelations.channels(8, of: entries[0], other) != draws[0])
  }

  @Test func conditions() throws {
    #expect(
      abs(
        try InverseConditions.ratio(Matrix(rows: 2, columns: 2, values: [4, 0, 0, 1])) - 0.25)
        < 1e-15)
    #expect(try InverseConditions.ratio(Matrix(rows: 2, columns: 3)) == 0)
    #expect(try InverseConditions.ratio(Matrix(rows: 2, columns: 1, values: [3, 4])) == 1)
    #expect(try InverseConditions.ratio(Matrix(rows: 2, columns: 1)) == 0)
  }

  @Test func curvatures() throws {
    // A circle of radius 2, and a straight line.
    #expect(abs(try #require(Dextr.curvature([0, 2], [-2, 0])) - 0.5) < 1e-15)
    #expect(Dextr.curvature([1, 1], [3, 3]) == 0)
    #expect(Dextr.curvature([0, 0], [1, 0]) == nil)
    #expect(Dextr.joined(0, 0) == 0)
    let e = Foundation.exp(1.0)
    #expect(abs(Dextr.joined(e - 1, e - 1) - 0.5) < 1e-15)
    let circle = CircleJet.orthonormal([numbers(30, stream: 8), numbers(30, stream: 9)])
    for i in 0..<2 {
      for j in 0..<2 {
        let product = zip(circle[i], circle[j]).reduce(0) { $0 + $1.0 * $1.1 }
        #expect(abs(product - (i == j ? 1 : 0)) < 1e-14)
      }
    }
  }

  /// What looks at one image does not depend on the others.
  @Test func otherImagesAreNoMatter() throws {
    var sample = try ProxySample(batch: 3)
    let proxies: [any Proxy] = [MeCo(), MeCoOpt(), Dextr(), Dextr(countsModules: true)]
    let before = try proxies.map { try sample.score($0) }
    let size = sample.network.inputShape.count
    sample.images.pixels.replaceSubrange(
      size..., with: sample.images.pixels[..<(2 * size)].reversed())
    #expect(try proxies.map { try sample.score($0) } == before)
  }

  // MARK: L-SWAG and WRCor

  @Test func layersOfLSWAG() throws {
    #expect(LSWAG.logarithm([1, 2, 3], [1, -2, 3]) == nil)
    let logarithm = try #require(LSWAG.logarithm([1, -2, 3], [-3, 2, 3.5]))
    #expect(abs(logarithm - log(2.0 / 2 + 2 / 0.5)) < 1e-14)
  }

  @Test func tenthsOfTheDepth() throws {
    let sample = try ProxySample()
    let candidate = try sample.candidate()
    let all = try #require(try candidate.score(LSWAG()).value)
    #expect(try candidate.score(LSWAG(bins: 0...10)) == .value(all))
    // Lambda is additive over layers while Psi stays: of the last layers up to the end.
    let last = try #require(try candidate.score(LSWAG(bins: 5...10)).value)
    let first = try #require(try candidate.score(LSWAG(bins: 0...4)).value)
    #expect(last < all && last > 0 && first > 0 && first < all - last + 1e-9)
    let settings = LSWAG(bins: 2...3).settings(sample.settings)
    #expect(settings["lSwagBins"] == .text("2-3") && LSWAG(bins: 2...3).key == "l-swag 2-3")
    // Three layers stand in the tenths 3, 6 and 10.
    let few = try network(input: Shape(channels: 2, height: 4, width: 4)) { builder in
      var node = try builder.add(
        Convolution(inChannels: 2, outChannels: 3, kernel: 3), 0, name: "a")
      node = try builder.add(ReLU(), node, name: "b")
      node = try builder.add(
        Convolution(inChannels: 3, outChannels: 3, kernel: 1), node, name: "c")
      node = try builder.add(GlobalAveragePool(), node, name: "d")
      _ = try builder.add(Linear(inFeatures: 3, outFeatures: 4), node, name: "e")
    }
    let scores = try (0...10).map { try self.candidate(few).score(LSWAG(bins: $0...$0)) }
    #expect(scores.indices.filter { scores[$0].value != nil } == [3, 6, 10])
    #expect(scores[0].reason == "no layer stands in these tenths of the depth")
  }

  /// The correlations by a finite-difference gradient at what one rectifier reads.
  @Test func responsesOfAChain() throws {
    let network = try network(input: Shape(channels: 2, height: 3, width: 3)) { builder in
      var node = try builder.add(
        Convolution(inChannels: 2, outChannels: 4, kernel: 3), 0, name: "a")
      builder.endBlock()
      node = try builder.add(ReLU(), node, name: "b")
      node = try builder.add(
        Convolution(inChannels: 4, outChannels: 2, kernel: 3), node, name: "c")
      builder.endBlock()
      node = try builder.add(GlobalAveragePool(), node, name: "d")
      _ = try builder.add(Linear(inFeatures: 2, outFeatures: 3), node, name: "e")
    }
    let candidate = try candidate(network, batch: 3)
    let point = CandidatePoint(.uniformFanIn, .images)
    let measurement = try #require(ResponseCorrelations(of: candidate, at: point))
    let sums = try candidate.value(of: measurement)
    let wrappers = try candidate.value(of: WrapperCorrelations(measurement))
    let linearization = try candidate.linearization(at: point)
    let labels = try #require(candidate.labels(of: .images))
    let gradient = try linearization.pullback(
      CrossEntropy(logits: linearization.output, labels: labels).cotangent, to: [1, 3])
    let read = try #require(RowCorrelation(linearization.rows(of: 1))).matrix
    let pulled = try #require(RowCorrelation(gradient.nodes[0])).matrix
    let behind = try #require(RowCorrelation(gradient.nodes[1])).matrix
    for i in 0..<3 {
      for j in 0..<3 {
        let expected = abs(read[i, j]) + abs(pulled[i, j])
        #expect(abs(sums.plain.matrix[i, j] - expected) < 1e-12)
        #expect(sums.weighted.matrix[i, j] == sums.plain.matrix[i, j])
        #expect(abs(sums.inFrontOfConvolutions.matrix[i, j] - abs(read[i, j])) < 1e-12)
        #expect(sums.last.matrix[i, j] == 0)
        #expect(abs(wrappers.weighted.matrix[i, j] - abs(behind[i, j])) < 1e-12)
      }
    }
  }

  @Test func reasons() throws {
    var sample = try ProxySample()
    sample.images.labels = nil
    sample.secondImages.labels = nil
    for proxy in [LSWAG(), WRCor(), WRCor(form: .released)] as [any Proxy] {
      #expect(try sample.score(proxy).reason == "the images have no labels", "\(proxy.name)")
    }
    let one = try ProxySample(batch: 1)
    #expect(try one.score(WRCor()).reason == "a correlation needs two images")
    // Equal images respond equally.
    var equal = try ProxySample(batch: 3)
    let image = Array(equal.images.pixels.prefix(equal.network.inputShape.count))
    equal.images = Minibatch(pixels: image + image + image, labels: [1, 1, 1])
    #expect(try equal.score(WRCor()).reason == "the sum of the correlations is singular")
    // A network without what is looked at.
    let flat = try network(input: Shape(channels: 2, height: 4, width: 4)) { builder in
      let node = try builder.add(GlobalAveragePool(), 0, name: "pool")
      _ = try builder.add(Linear(inFeatures: 2, outFeatures: 2), node, name: "head")
    }
    let candidate = try candidate(flat)
    #expect(
      try candidate.score(InTrain(layers: .activations)).reason
        == "the network has no such layer")
    #expect(try candidate.score(NEAR(rule: .activations)) == .value(0))
    #expect(try candidate.score(MeCo()) == .value(0))
    #expect(try candidate.score(WRCor()).value == nil)
  }

  /// Given numbers serve every proxy but those that define their own.
  @Test func givenParametersServePyTorchsRuleToo() throws {
    let sample = try ProxySample()
    let candidate = try sample.candidate()
    #expect(candidate.parameters(.uniformFanIn).values == sample.parameters.values)
    #expect(candidate.parameters(.standardNormal).values != sample.parameters.values)
  }

  /// Depthwise convolutions, linear bottlenecks, squeeze-and-excitation and blocks that end in a rectifier.
  @Test(arguments: [false, true])
  func chains(squeezeExcitation: Bool) throws {
    let text = "SuperConvK3BNRELU(3,8,2,1)SuperResIDWE2K3(8,16,2,16,2)SuperConvK1BNRELU(16,32,1,1)"
    let space = MobileNetV2Space(
      classes: 5, resolution: 16, squeezeExcitation: squeezeExcitation)
    let architecture = try MobileNetV2Architecture(parsing: text)
    let network = try space.network(for: architecture)
    let names: Set = [
      "nsc", "nsc-live", "intrain", "intrain-capacity", "near", "near-paper", "meco", "meco-opt",
      "dextr", "l-swag", "wrcor", "rcor", "wrcor-released",
    ]
    let proxies = AllProxies.list.filter { names.contains($0.name) }
    #expect(proxies.count == names.count)
    func scores(threads: Int) throws -> [Score] {
      let candidate = Candidate(
        architecture: text, network: network, settings: ScoringSettings(batch: 9), seed: 1,
        compute: try Compute(threads: threads))
      return try proxies.map { try candidate.score($0) }
    }
    let alone = try scores(threads: 1)
    for (proxy, score) in zip(proxies, alone) {
      let value = try #require(score.value, "\(proxy.name): \(score)")
      #expect(value.isFinite && value > 0, "\(proxy.name)")
    }
    #expect(try scores(threads: 3) == alone)
  }
}
