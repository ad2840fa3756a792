internal import ArgumentParser
internal import Interchange
internal import Networks
internal import Reports
internal import ResultStore
internal import Scoring
internal import Spaces
internal import Studies
internal import Tensors

/// `tfnas explain`: why a network has its place, and what would change it.
struct ExplainCommand: ComputingCommand {
  static let configuration = CommandConfiguration(
    "explain",
    "Tells which layers unbalance a network's spectrum, and which change raises its rank most.",
    arguments: "<arch|model.onnx>",
    discussion: """
      A layer's share is that of the trace of the Fisher matrix, and 'vkdnw without it' is how the score changes \
      when the weights of the layer are left out of the matrix. The network is then ranked among those that differ \
      from it in one change, where its space has such neighbours. A gain is the change's value in the ranking less \
      that of the network, a mean over --inits initialisations (3 where nothing is said), and its noise is the standard \
      error of such a mean. Of a hundred gains that are but noise the largest is nearly twice the noise on average.
      """,
    examples: [
      "tfnas explain 1462",
      "tfnas explain 1462 --by 'rank(vkdnw)*rank(flops)' --store s.sqlite",
      "tfnas explain resnet18.onnx --top 5",
    ])

  @Argument(
    help: ArgumentHelp(
      "An architecture in a notation of its space, or an ONNX file, which has no neighbours.",
      valueName: "arch|model.onnx"), completion: .file())
  var network: String

  @OptionGroup var spaceOptions: SpaceOptions

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The proxy, named ranking or expression that is to be raised; ranks are those among the network and its "
        + "changes. (default: vkdnw)", valueName: "ranking"),
    completion: NameCompletion.rankings, transform: RankingList.ranking)
  var by: CollectionRanking?

  @Option(
    help: "Single changes that are tried, drawn where there are more; 0 for none. (default: 100)")
  var changes: Int?

  @Option(help: "Layers and changes that are shown. (default: 10 in tables, else all)")
  var top: Int?

  @OptionGroup var stored: StoreOptions

  @OptionGroup(title: "Sizes") var image: ImageOptions
  @OptionGroup(title: "Sizes") var skeleton: SkeletonOptions
  @OptionGroup(title: "Sizes") var models: ModelFileOptions
  @OptionGroup(title: "Setting") var scoring: ScoringOptions
  @OptionGroup(title: "Images") var imageSource: ImageSourceOptions
  @OptionGroup(title: "Run") var running: RunOptions
  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Messages") var messages: MessageOptions

  var processor: ProcessorOptions { running.processor }

  private var isModel: Bool { ModelFiles.isModel(network) }

  /// Initialisations: three tell a gain from its noise.
  private var initializations: Int { scoring.inits ?? 3 }

  /// The settings of one initialisation.
  private var settings: ScoringSettings {
    var settings = scoring.settings
    settings.initializations = 1
    return settings
  }

  func validate() throws {
    try check("--changes", changes, in: 0...1_000_000)
    try check("--top", top, in: 1...1_000_000_000)
    let space = try spaceOptions.sized(image, skeleton, scoring.recipe)
    try models.check(resolution: image.resolution)
    if isModel {
      let given = [
        by.map { _ in "--by" }, changes.flatMap { $0 > 0 ? "--changes" : nil },
        stored.path.map { _ in "--store" }, imageSource.images.map { _ in "--images" },
      ].compactMap(\.self)
      if let option = given.first {
        throw ValidationError(
          "\(option) belongs to architectures: a model file has no neighbours to be ranked with")
      }
    } else {
      if let option = models.given {
        throw ValidationError("\(option) belongs to ONNX files, and there is none")
      }
      try checkMinibatch(settings.batch, shape: space.inputShape)
    }
  }

  func run() throws {
    try output.check(header: ExplanationReport.header)
    if isModel { return try explainModel() }
    let space = try spaceOptions.sized(image, skeleton, scoring.recipe)
    if let searchable = space as? any SearchableSpace {
      try explain(in: searchable)
    } else {
      try explain(in: space)
    }
  }

  private func explainModel() throws {
    let paths = try ModelFiles.paths(network)
    guard paths.count == 1 else {
      throw CommandError(.usage, "\(network): it holds \(paths.count) model files, not one")
    }
    let imported = try ModelFiles.network(
      paths[0], by: models.importer(resolution: image.resolution))
    try checkMinibatch(settings.batch, shape: imported.network.inputShape)
    let member = GivenNetworks.Member(imported, isStored: false)
    try explain(
      member.architecture, name: paths[0], in: GivenNetworks([member]), index: nil,
      neighbours: nil)
  }

  private func explain<Space: SearchableSpace>(in space: Space) throws {
    let architecture = try ArchitectureList.parse(network, at: "architecture", in: space)
    let neighbours = space.domain.singleChanges(
      of: architecture, limit: changes ?? 100, seed: running.seed ?? 0)
    try explain(
      architecture, name: nil, in: space, index: space.indexing,
      neighbours: neighbours.architectures.isEmpty ? nil : neighbours)
  }

  private func explain<Space: ListedSpace>(in space: Space) throws {
    if let changes, changes > 0 {
      throw CommandError(.usage, "--changes: \(space.name) has no neighbourhoods")
    }
    try explain(
      try ArchitectureList.parse(network, at: "architecture", in: space), name: nil, in: space,
      index: space.indexing, neighbours: nil)
  }

  private func explain<Space: SearchSpace>(
    _ architecture: Space.Architecture, name: String?, in space: Space,
    index: ((Space.Architecture) -> Int)?, neighbours: SingleChanges<Space.Architecture>?
  ) throws {
    let network = try space.network(for: architecture)
    let ranking = by ?? CollectionRanking(VKDNW())
    let proxies: [any Proxy] = neighbours == nil ? [VKDNW()] : ranking.proxies
    let images = try imageSource.source(
      for: proxies, settings: settings, shape: network.inputShape, classes: network.classes)
    let evaluator = Evaluator(
      space: space, proxies: proxies, settings: settings, seed: running.seed ?? 0,
      threads: running.threadCount, images: images)
    evaluator.tellSettings()
    let source = try ScoreSource(evaluator, store: stored)
    let layers = try influences(of: architecture, network, in: source)
    var found: ExplanationReport.Changes?
    if neighbours == nil { try source.store?.close() }
    if let neighbours {
      found = try changes(to: architecture, neighbours, by: ranking, from: source, index: index)
    }
    // The layers are those of VKDNW, whatever the ranking is of.
    let context = ScoreReport.Context(
      space: space.name, seed: evaluator.seed,
      settings: evaluator.allSettings(of: VKDNW()).merging(evaluator.mergedSettings) { $1 },
      proxies: proxies)
    try output.write(
      ExplanationReport(
        context,
        of: ExplanationReport.Subject(
          architecture: architecture.description, name: name, index: index?(architecture),
          entropies: layers?.entropies),
        initializations: initializations,
        layers: layers.map { LayerEffect.effects(of: $0.influences) } ?? [], changes: found,
        top: top))
  }

  // MARK: Layers

  /// The entropies and layers of a network for each initialisation, `nil` where one of them overflows.
  private func influences<Space: SearchSpace>(
    of architecture: Space.Architecture, _ network: Network, in source: ScoreSource<Space>
  ) throws -> (entropies: [Double], influences: [[LayerInfluence]])? {
    let evaluator = source.evaluator
    let need = try MemoryEstimate(of: network, proxies: [VKDNW()], settings: evaluator.settings)
    try MemoryLimit.check(
      need.bytes(workers: evaluator.threads, networks: 1), workers: evaluator.threads)
    let compute = try Compute(threads: evaluator.threads, precision: evaluator.settings.precision)
    let fisher = evaluator.settings.fisher
    var entropies: [Double] = []
    var influences: [[LayerInfluence]] = []
    for repetition in 0..<initializations {
      let candidate = Candidate(
        architecture: evaluator.space.drawingText(of: architecture), network: network,
        settings: evaluator.settings, seed: source.evaluator(repetition: repetition).seed,
        compute: compute)
      let information = try FisherInformation(
        network, parameters: candidate.parameters, inputs: candidate.inputs, settings: fisher,
        seed: candidate.pullbackSeed, on: compute)
      guard information.matrix.values.allSatisfy(\.isFinite) else { return nil }
      entropies.append(try information.spectrum(fisher.quantiles).entropy)
      influences.append(
        try information.layerInfluences(in: network, quantiles: fisher.quantiles))
    }
    return (entropies, influences)
  }

  // MARK: Changes

  private func changes<Space: SearchSpace>(
    to architecture: Space.Architecture, _ neighbours: SingleChanges<Space.Architecture>,
    by ranking: CollectionRanking, from source: ScoreSource<Space>,
    index: ((Space.Architecture) -> Int)?
  ) throws -> ExplanationReport.Changes {
    let space = source.evaluator.space
    let own = try space.costs(of: architecture)
    let found = try neighbours.architectures.map { neighbour in
      let costs = try space.costs(of: neighbour)
      return ExplanationReport.Change(
        architecture: neighbour.description, index: index?(neighbour),
        parameters: costs.parameters - own.parameters, flops: costs.flops - own.flops,
        layers: costs.layers - own.layers)
    }
    let all = [architecture] + neighbours.architectures
    let scores = try source.scores(of: all, repetitions: initializations)
    let values = scores.map { ranking.values(of: $0, count: all.count) }
    let undefined = all.indices.filter { network in values.contains { $0[network] == nil } }
    if !undefined.isEmpty {
      Diagnostics.say(
        "\(ranking.name): \(counted(undefined.count, "network")) of \(all.count) "
          + "\(undefined.count == 1 ? "has" : "have") no value"
          + (undefined[0] == 0 ? ", the explained one among them: no change has a gain" : ""))
    }
    return ExplanationReport.Changes(
      ranking: ranking.name, changes: found, effects: ChangeEffects(values),
      total: neighbours.total)
  }
}
