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

/// What spaces say of their networks without building them.
@Suite struct SpaceCostsTests {
  /// Every cell costs what its graph shows, dead edges included.
  @Test(arguments: [
    NASBench201Skeleton(), NASBench201Skeleton(channels: 5, cells: 2, classes: 7, resolution: 12),
    NASBench201Skeleton(channels: 1, cells: 1, classes: 100, resolution: 4),
  ])
  func cells(skeleton: NASBench201Skeleton) throws {
    let space = NASBench201Space(skeleton: skeleton)
    let sample = NASBench201Population.all.sample(count: 150, seed: 5)
    let uniform = NASBench201Operation.allCases.map {
      NASBench201Architecture(operations: [NASBench201Operation](repeating: $0, count: 6))
    }
    for cell in sample + uniform {
      let costs = try space.costs(of: cell)
      #expect(costs == SpaceCosts(try space.network(for: cell)), "\(cell)")
      #expect(costs.layers == costs.weightLayers)
    }
  }

  @Test func sizesWithoutRoom() {
    let space = NASBench201Space(skeleton: NASBench201Skeleton(resolution: 2))
    let cell = NASBench201Architecture(benchmarkIndex: 1462)
    #expect(throws: NetworkError.self) { try space.costs(of: cell) }
    #expect(throws: NetworkError.self) { try space.network(for: cell) }
    for resolution in [0, 1025] {
      let chains = MobileNetV2Space(resolution: resolution)
      #expect(throws: NetworkError.self) { try chains.costs(of: .zico450) }
      #expect(throws: NetworkError.self) { try chains.network(for: .zico450) }
    }
  }

  /// Chains count as the searches of their space do; the graph shows the layers with weights besides.
  @Test func chains() throws {
    for golden in try MobileNetV2Golden.loaded.get().networks.prefix(20) {
      let architecture = try MobileNetV2Architecture(parsing: golden.structure)
      let costs = try golden.space.costs(of: architecture)
      let network = try golden.space.network(for: architecture)
      #expect(costs.flops == golden.plain.macs_conv_linear)
      #expect(costs.parameters == golden.plain.params)
      #expect(costs.layers == golden.constraint_layers)
      #expect(costs.weightLayers == network.cost.layers)
    }
  }

  @Test func sizesOfASpace() {
    #expect(NASBench201Space().skeleton.classes == NASBench201Space.sizes.classes)
    #expect(NASBench201Space().skeleton.resolution == NASBench201Space.sizes.resolution)
    let chains = MobileNetV2Space()
    #expect(
      SpaceSizes(classes: chains.classes, resolution: chains.resolution) == MobileNetV2Space.sizes)
    #expect(NASBench201Space().sizes == NASBench201Space.sizes)
    #expect(SearchDefaults.mobileNetV2(.default).sizes == MobileNetV2Space.sizes)
    #expect(NASBench201Space.layerCounting == .weightLayers)
    #expect(MobileNetV2Space.layerCounting == .subLayers)
  }

  /// Sizes need no network, and have the same records where other proxies need one.
  @Test func recordsOfSizes() throws {
    let sizes: [any Proxy] = [Layers(), FLOPs(), ParameterCount()]
    let space = MobileNetV2Space(classes: 3, resolution: 8)
    let chain = try MobileNetV2Architecture(parsing: "SuperConvK3BNRELU(3,8,2,1)")
    func records(_ proxies: [any Proxy]) throws -> [Evaluation] {
      var settings = ScoringSettings()
      settings.batch = 2
      var found: [Evaluation] = []
      try Evaluator(space: space, proxies: proxies, settings: settings, seed: 0, threads: 1)
        .run([chain]) { found += $1 }
      return found.filter { record in sizes.contains { $0.name == record.proxy } }
    }
    let alone = try records(sizes)
    #expect(alone.map(\.score) == (try records([VKDNW()] + sizes)).map(\.score))
    #expect(alone.map(\.settings) == (try records([VKDNW()] + sizes)).map(\.settings))
    #expect(alone[0].score == .value(1))
    // Sub-layers are other layers than those of earlier records.
    #expect(alone[0].settings.contains("counting") && !alone[1].settings.contains("counting"))
  }

  @Test func positionsByBisection() {
    let table = AccuracyTable.nasBench201
    let live = NASBench201Population.live.architectures
    for dataset in BenchmarkDataset.allCases {
      let positions = AccuracyPositions(among: live, on: dataset)
      for cell in NASBench201Population.all.sample(count: 50, seed: 9) {
        #expect(
          positions.position(of: table.accuracy(of: cell, on: dataset))
            == table.position(of: cell, among: live, on: dataset))
      }
      #expect(positions.position(of: 200) == 1 && positions.position(of: -1) == live.count + 1)
    }
  }

  /// The settings of a record, read back, are those that made it.
  @Test(arguments: Recipe.allCases)
  func settingsOfARecord(recipe: Recipe) {
    var settings = ScoringSettings(recipe: recipe, batch: 7, precision: .double)
    settings.fisher.position = .random
    settings.fisher.quantiles = .eleven
    let record = VKDNW().settings(settings)
    let read = ScoringSettings(record: record)
    #expect(VKDNW().settings(read) == record)
    #expect(ScoringSettings(record: [:]).fisher == ScoringSettings().resolved(classes: nil).fisher)
  }
}
