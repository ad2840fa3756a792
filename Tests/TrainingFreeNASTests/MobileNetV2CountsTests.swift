import Testing

@testable import Networks
@testable import Operators
@testable import Search
@testable import Spaces
@testable import Tensors

@Suite struct MobileNetV2CountsTests {
  private func compare(
    _ counts: MobileNetV2Counts, _ golden: MobileNetV2Golden.Counts, _ comment: Comment
  ) {
    #expect(counts.parameters == golden.params, comment)
    #expect(counts.constraintFLOPs == golden.flops, comment)
    #expect(counts.constraintSize == golden.model_size_reference, comment)
    #expect(counts.multiplyAdds == golden.macs_conv_linear, comment)
    #expect(counts.profilerFLOPs == golden.flops_profiler, comment)
    #expect(counts.convolutions == golden.conv_layers, comment)
    #expect(counts.normalizations == golden.bn_layers, comment)
    #expect(counts.linearLayers == golden.linear_layers, comment)
    #expect(counts.parameterTensors == golden.named_parameter_tensors, comment)
  }

  @Test func everyGoldenNetwork() throws {
    let networks = try MobileNetV2Golden.loaded.get().networks
    try #require(networks.count == 52)
    for golden in networks {
      let comment = Comment(rawValue: golden.id)
      let architecture = try MobileNetV2Architecture(parsing: golden.structure)
      #expect(architecture.description == golden.structure)
      #expect(architecture.blocks.count == golden.blocks, comment)
      #expect(architecture.layers == golden.constraint_layers, comment)
      #expect(architecture.featureMaps == golden.feature_maps, comment)
      compare(golden.space.counts(of: architecture), golden.plain, comment)
      compare(
        golden.space.counts(of: architecture, squeezeExcitation: true), golden.with_se, comment)
    }
  }

  /// What the graph of a network shows of its counts.
  ///
  /// The profiler counts means and rectifiers of squeeze-and-excitation besides, `meansAndRectifiers`.
  private func compare(
    _ network: Network, _ counts: MobileNetV2Counts, meansAndRectifiers: Int = 0,
    _ comment: Comment
  ) {
    func nodes(_ matches: (any Operator) -> Bool) -> Int {
      network.nodes.count { $0.op.map(matches) ?? false }
    }
    #expect(network.cost.parameters == counts.parameters, comment)
    #expect(network.cost.tensors == counts.parameterTensors, comment)
    // The cost of a network has the biases of its layers.
    #expect(
      network.cost.multiplyAdds == counts.multiplyAdds + counts.biasAdds + network.classes,
      comment)
    #expect(network.cost.layers == counts.convolutions + counts.linearLayers, comment)
    #expect(nodes { $0 is Convolution } == counts.convolutions, comment)
    #expect(nodes { $0 is BatchNormalization } == counts.normalizations, comment)
    #expect(nodes { $0 is Linear } == counts.linearLayers, comment)
    #expect(
      nodes { ($0 as? BatchNormalization)?.epsilon == 1e-3 } == counts.normalizations, comment)
    let normalized = network.nodes.reduce(0) {
      $0 + ($1.op is BatchNormalization ? $1.shape.count : 0)
    }
    #expect(
      network.cost.multiplyAdds + 2 * normalized + meansAndRectifiers == counts.profilerFLOPs,
      comment)
  }

  @Test func builtNetworksHaveTheCountsOfTheFormula() throws {
    for golden in try MobileNetV2Golden.loaded.get().networks {
      let comment = Comment(rawValue: golden.id)
      let architecture = try MobileNetV2Architecture(parsing: golden.structure)
      let network = try golden.space.network(for: architecture)
      compare(network, golden.space.counts(of: architecture), comment)
      #expect(network.classes == golden.classes, comment)
      #expect(Set(network.parameters.map(\.name)).count == network.parameters.count, comment)
      // Blocks of the network are single convolutions and units.
      #expect(network.blockOutputs.count == golden.feature_maps, comment)
      var passed = 0
      for (block, shape) in zip(architecture.blocks, golden.stage_shapes) {
        passed += (block.kind == .convolution ? 1 : 2) * block.subLayers
        let node = network.nodes[network.blockOutputs[passed - 1]]
        #expect(node.op is ReLU, comment)
        #expect(
          node.shape == Shape(channels: shape[0], height: shape[1], width: shape[2]),
          comment)
      }
    }
  }

  @Test func builtNetworksWithSqueezeExcitationHaveTheCountsOfTheReference() throws {
    for golden in try MobileNetV2Golden.loaded.get().networks {
      let comment = Comment(rawValue: golden.id)
      let architecture = try MobileNetV2Architecture(parsing: golden.structure)
      var space = golden.space
      space.squeezeExcitation = true
      let network = try space.network(for: architecture)
      let counts = space.counts(of: architecture)
      compare(counts, golden.with_se, comment)
      let poolings = network.nodes.indices.filter {
        network.nodes[$0].name.hasSuffix(".means")
      }
      let meansAndRectifiers = network.nodes.reduce(0) { sum, node in
        let isMeans = node.name.hasSuffix(".means")
        return sum + (isMeans ? network.nodes[node.inputs[0]].shape.count : 0)
          + (node.name.hasSuffix(".squeeze_relu") ? node.shape.count : 0)
      }
      compare(network, counts, meansAndRectifiers: meansAndRectifiers, comment)
      #expect(network.blockOutputs.count == golden.feature_maps, comment)
      #expect(Set(network.parameters.map(\.name)).count == network.parameters.count, comment)
      let units = network.nodes.count { $0.op is Multiply }
      #expect(units == poolings.count && units > 0, comment)
      #expect(network.parameters.count == golden.plain.named_parameter_tensors + 6 * units, comment)
    }
  }

  /// Records of networks without it are as they were.
  @Test func settingsNameSqueezeExcitationWhereThereIsSome() {
    let plain = MobileNetV2Space(classes: 10, resolution: 32)
    #expect(plain.settings == ["classes": .integer(10), "resolution": .integer(32)])
    let space = MobileNetV2Space(classes: 10, resolution: 32, squeezeExcitation: true)
    #expect(
      space.settings == [
        "classes": .integer(10), "resolution": .integer(32), "squeezeExcitation": .text("on"),
      ])
    let start = MobileNetV2Architecture.releasedStart
    #expect(space.counts(of: start) == plain.counts(of: start, squeezeExcitation: true))
    #expect(space.counts(of: start, squeezeExcitation: false) == plain.counts(of: start))
  }

  /// Sizes that no stride divides, several convolutions, strides of three, odd widths.
  @Test(
    arguments: [
      "SuperConvK5BNRELU(3,5,3,2)SuperResIDWE4K5(5,7,2,3,2)SuperConvK7BNRELU(7,9,1,3)",
      "SuperResIDWE1K3(3,3,1,3,1)",
      "SuperConvK1BNRELU(3,4,2,1)SuperResIDWE6K7(4,4,3,9,3)SuperResIDWE2K3(4,11,1,11,1)",
      "SuperResK7K7(3,8,2,3,1)SuperResK3K3(8,8,1,5,2)SuperResK5K5(8,9,3,10,3)",
      "SuperConvK3BNRELU(3,8,2,1)SuperResK1K5K1(8,8,1,4,2)SuperResK1K3K1(8,24,3,9,2)",
    ], [1, 2, 7, 13, 32, 33])
  func builtNetworksOfOtherShapes(text: String, resolution: Int) throws {
    let architecture = try MobileNetV2Architecture(parsing: text)
    let space = MobileNetV2Space(classes: 3, resolution: resolution)
    let network = try space.network(for: architecture)
    compare(network, space.counts(of: architecture), Comment(rawValue: "\(text) at \(resolution)"))
    #expect(network.blockOutputs.count == architecture.featureMaps)
    #expect(network.nodes[network.output].shape == Shape([3]))
  }

  /// The unit of the specification by hand: stride 2, from 8 to 48 to 8 channels, 6x6 to 3x3 places.
  @Test func oneUnitByHand() throws {
    let architecture = try MobileNetV2Architecture(parsing: "SuperResIDWE6K3(3,16,2,8,1)")
    let counts = MobileNetV2Space(classes: 2, resolution: 6).counts(of: architecture)
    let first = 36 * 3 * 48 + 9 * 48 * 9 + 9 * 48 * 8 + 9 * 3 * 8
    let second = 9 * (8 * 96 + 96 * 9 + 96 * 16 + 8 * 16)
    #expect(counts.multiplyAdds == first + second + 32)
    #expect(counts.biasAdds == 9 * 8 + 9 * 16)
    let elements = 36 * 48 + 9 * 48 + 9 * 8 + 9 * (96 + 96 + 16)
    // The first shortcut, 9 (3 * 8 + 8) in truth, is divided by four and rounded down.
    #expect(
      counts.constraintFLOPs
        == first - 9 * 3 * 8 + 9 * (3 * 8 + 8) / 4 + second + 9 * 16 + 32 + elements)
    #expect(counts.parameterTensors == 26 + 2)
  }

  /// Residuals of two and of three convolutions by hand: stride 2, from 8 to 16 channels, 6x6 to 3x3 places, twice.
  @Test func otherResidualsByHand() throws {
    func counts(_ name: String) throws -> MobileNetV2Counts {
      let text = "SuperConvK1BNRELU(3,8,1,1)\(name)(8,16,2,4,2)"
      return MobileNetV2Space(classes: 2, resolution: 6)
        .counts(of: try MobileNetV2Architecture(parsing: text))
    }
    // Convolutions, two numbers for each normalised channel; the projection has a bias. Stem and classifier.
    let (stem, projection, classifier) = (3 * 8 + 16, 8 * 16 + 16 + 32, 16 * 2 + 2)
    let basic = try counts("SuperResK5K5")
    let (first, second) = (8 * 4 * 25 + 4 * 16 * 25, 16 * 4 * 25 + 4 * 16 * 25)
    #expect(
      basic.parameters == stem + first + 8 + 32 + projection + second + 8 + 32 + classifier)
    #expect(basic.multiplyAdds == 36 * 24 + 9 * (first + second + 8 * 16) + 32)
    let bottleneck = try counts("SuperResK1K3K1")
    let inside = 4 * 4 * 9 + 4 * 16
    #expect(
      bottleneck.parameters
        == stem + 8 * 4 + 3 * 16 * 4 + 4 * (inside + 8 + 8 + 32) + projection + classifier)
    // The first 1x1 convolution sees the maps before the step.
    #expect(
      bottleneck.multiplyAdds
        == 36 * (24 + 8 * 4) + 9 * (3 * 16 * 4 + 4 * inside + 8 * 16) + 32)
    #expect(basic.convolutions == 1 + 5 && bottleneck.convolutions == 1 + 13)
  }

  @Test(arguments: [false, true])
  func namesAndOrderOfParameters(squeezeExcitation: Bool) throws {
    let architecture = try MobileNetV2Architecture(
      parsing: "SuperConvK3BNRELU(3,8,2,1)SuperResIDWE2K3(8,16,2,16,1)")
    let network = try MobileNetV2Space(
      classes: 2, resolution: 8, squeezeExcitation: squeezeExcitation
    ).network(for: architecture)
    let names = network.parameters.map(\.name)
    let layers =
      ["expand", "depthwise"] + (squeezeExcitation ? ["squeeze", "excite"] : []) + ["project"]
    func convolution(_ name: String) -> [String] {
      ["\(name).weight", "\(name)_norm.weight", "\(name)_norm.bias"]
    }
    let units = [0, 1].flatMap { unit in
      layers.flatMap { convolution("blocks.1.units.\(unit).\($0)") }
        + (unit == 0
          ? [
            "blocks.1.units.0.shortcut.weight", "blocks.1.units.0.shortcut.bias",
            "blocks.1.units.0.shortcut_norm.weight", "blocks.1.units.0.shortcut_norm.bias",
          ] : [])
    }
    #expect(
      names == convolution("blocks.0.layers.0") + units + ["classifier.weight", "classifier.bias"])
  }

  @Test func imagesWithoutRowsOrClasses() throws {
    for space in [MobileNetV2Space(resolution: 0), MobileNetV2Space(classes: 0)] {
      let error = #expect(throws: NetworkError.self) {
        try space.network(for: .releasedStart)
      }
      #expect(error?.node == "input")
    }
  }

  /// Nothing overflows at the limits of the space.
  @Test func theLargestArchitecture() {
    let size = MobileNetV2Block.maximumSize
    let block = MobileNetV2Block(
      .convolution, kernel: 7, from: 3, to: size, stride: 1,
      subLayers: MobileNetV2Architecture.maximumLayers)
    let residual = MobileNetV2Block(
      .invertedResidual(expansion: 6, bottleneck: size), kernel: 7, from: 3, to: size, stride: 1,
      subLayers: MobileNetV2Architecture.maximumLayers)
    let space = MobileNetV2Space(classes: 1_000_000, resolution: 1024)
    for block in [block, residual] {
      let architecture = MobileNetV2Architecture(connected: [block])
      let counts = space.counts(of: architecture, squeezeExcitation: true)
      #expect(counts.profilerFLOPs >= counts.multiplyAdds && counts.multiplyAdds > 1 << 60)
    }
  }

  @Test func rejections() throws {
    let golden = try MobileNetV2Golden.loaded.get().rejected_examples
    let space = MobileNetV2Space(classes: golden.classes, resolution: golden.resolution)
    let domain = MobileNetV2Domain(space: space, start: .releasedStart, counting: .released)
    let constraints = SearchConstraints(
      layers: 1...golden.max_layers, flops: golden.budget_flops)
    try #require(golden.items.count == 10)
    for item in golden.items {
      let architecture = try MobileNetV2Architecture(parsing: item.structure)
      #expect(architecture.layers == item.constraint_layers)
      #expect(space.counts(of: architecture).constraintFLOPs == item.flops)
      let wanted: SearchRejection =
        item.reason == "layers"
        ? .layers(item.constraint_layers, allowed: 1...golden.max_layers)
        : .flops(item.flops, limit: golden.budget_flops)
      let costs = try domain.costs(of: architecture)
      #expect(constraints.excess(of: costs) == wanted)
      #expect(item.reason == "layers" || item.reason == "flops")
      #expect(SearchConstraints().excess(of: costs) == nil)
    }
  }

  @Test func limitsAreReachedButNotPassed() throws {
    let architecture = MobileNetV2Architecture.releasedStart
    let space = MobileNetV2Space(classes: 1000)
    let counts = space.counts(of: architecture)
    let costs = try MobileNetV2Domain(space: space, start: architecture, counting: .released)
      .costs(of: architecture)
    let exact = SearchConstraints(
      layers: 6...6, parameters: counts.constraintSize, flops: counts.constraintFLOPs)
    #expect(exact.excess(of: costs) == nil)
    func description(_ change: (inout SearchConstraints) -> Void) -> String? {
      var constraints = exact
      change(&constraints)
      return constraints.excess(of: costs)?.description
    }
    #expect(description { $0.flops = 162_396_775 } == "162396776 FLOPs, more than 162396775")
    #expect(
      description {
        $0.flops = 1
        $0.parameters = 2_813_888
      } == "2813889 parameters, more than 2813888")
    #expect(
      description {
        $0.parameters = 1
        $0.layers = 13...15
      } == "6 layers, allowed are 13 to 15")
    let exactly = try MobileNetV2Domain(space: space, start: architecture).costs(of: architecture)
    #expect(exactly.flops == counts.multiplyAdds && exactly.parameters == counts.parameters)
  }

  @Test func latencyHasALimitOfItsOwn() {
    let constraints = SearchConstraints(latency: 0.02)
    #expect(constraints.excess(ofLatency: 0.02) == nil)
    #expect(
      constraints.excess(ofLatency: 0.02513)?.description
        == "25.13 ms for one image, more than 20.0 ms")
    #expect(SearchConstraints().excess(ofLatency: 1e9) == nil)
  }
}
