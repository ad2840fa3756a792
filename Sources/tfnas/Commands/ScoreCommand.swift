internal import ArgumentParser
internal import Formats
internal import Interchange
internal import Networks
internal import Reports
internal import Scoring
internal import Search
internal import Spaces

/// `tfnas score`: the scores of architectures.
struct ScoreCommand: SharedCommand {
  static let configuration = CommandConfiguration(
    "score",
    "Scores networks with proxies, and ranks them.", arguments: "<arch|file|model.onnx|folder> ...",
    discussion: """
      ONNX files, and folders of them, are scored beside architectures: their weights are drawn from the \
      seed, unless --weights stored keeps those of the file, and records name them by a digest of the \
      graph. With --by the architectures are ordered by a ranking, which compares them with one another; \
      --flops, --max-parameters and --layers leave out those that cost too much before anything is \
      computed, and --top shows the best alone.
      """,
    examples: [
      "tfnas score 1462 13714",
      "tfnas score models/ resnet18.onnx --by 'rank(vkdnw)*rank(flops)'",
      "tfnas score cells.txt --proxies vkdnw,naswot --store scores.sqlite",
      "tfnas score cells.txt --by vkdnw-agg --images noise --flops 100M --top 5",
      "tfnas score --space mobilenet-v2 chains.txt --by 'rank(vkdnw)*rank(flops)'",
    ])

  @OptionGroup var list: ArchitectureList
  @OptionGroup var spaceOptions: SpaceOptions

  @Option(
    help: ArgumentHelp(
      "Proxies with commas between them. (default: \(Self.defaultProxies), with --by those of the "
        + "ranking and the sizes)", valueName: "a,b"),
    completion: NameCompletion.proxies, transform: ProxyList.parse)
  var proxies: ProxyList?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Orders the architectures by a proxy, a named ranking or an expression such as "
        + "'rank(vkdnw)*rank(flops)', and shows the position of each. (default: none, with --top "
        + "\(AllRankings.recommended))", valueName: "ranking"),
    completion: NameCompletion.rankings, transform: RankingList.ranking)
  var by: CollectionRanking?

  @Option(help: "Shows so many of the best alone, by the ranking of --by.")
  var top: Int?

  @OptionGroup(title: "Limits") var limits: CostLimitOptions

  @OptionGroup var stored: StoreOptions
  @OptionGroup(title: "Many processes") var sharing: SharingOptions

  @OptionGroup(title: "Sizes") var image: ImageOptions
  @OptionGroup(title: "Sizes") var skeleton: SkeletonOptions
  @OptionGroup(title: "Sizes") var models: ModelFileOptions
  @OptionGroup(title: "Setting") var scoring: ScoringOptions
  @OptionGroup(title: "Images") var imageSource: ImageSourceOptions
  @OptionGroup(title: "Run") var running: RunOptions
  @OptionGroup(title: "Files") var files: TensorFileOptions

  @Option(
    help: ArgumentHelp(
      "Writes weights and images of the first initialisation to a file.", valueName: "file"),
    completion: .file())
  var saveWeights: String?

  @OptionGroup(title: "Files") var replacement: ReplacementOptions
  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Messages") var messages: MessageOptions

  private static let sizes: [any Proxy] = [Layers(), FLOPs(), ParameterCount()]
  private static let defaultProxies = ProxyList([VKDNW()] + sizes)

  /// What orders the architectures, `nil` where they stay as they are given.
  private var ranking: CollectionRanking? {
    get throws {
      try by ?? (top == nil ? nil : RankingList.ranking(AllRankings.recommended))
    }
  }

  /// Whether model files keep the weights that they hold.
  private var isStored: Bool { files.weights == "stored" }

  var processor: ProcessorOptions { running.processor }

  private var needsOneArchitecture: Bool {
    files.weightFile != nil || files.input != nil || saveWeights != nil
  }

  func validate() throws {
    try replacement.check([("--save-weights", saveWeights)])
    try files.check(batch: scoring.batch, inits: scoring.inits)
    try sharing.checkStore(stored)
    if needsOneArchitecture, sharing.join != nil || sharing.shard != nil {
      throw ValidationError(
        "--weights, --input and --save-weights belong to one network, which is not shared by --join or "
          + "--shard")
    }
    let space = try spaceOptions.sized(image, skeleton, scoring.recipe)
    try models.check(resolution: image.resolution)
    if files.input != nil, imageSource.images != nil {
      throw ValidationError(
        "--images conflicts with --input: the images of the file serve every proxy")
    }
    try checkMinibatch(scoring.settings.batch, shape: space.inputShape)
    if needsOneArchitecture, list.architectures.count > 1 {
      throw ValidationError(Self.oneArchitecture)
    }
    try check("--top", top, in: 1...1_000_000_000)
  }

  private static let oneArchitecture =
    "--weights, --input and --save-weights belong to exactly one architecture"

  func run() throws {
    if list.hasModels { return try runGiven() }
    if let option = models.given ?? (isStored ? "--weights stored" : nil) {
      throw CommandError(.usage, "\(option) belongs to ONNX files, and there is none")
    }
    try run(in: spaceOptions.sized(image, skeleton, scoring.recipe))
  }

  private func run<Space: ListedSpace>(in space: Space) throws {
    try run(
      try list.parsed(in: space).map { ListedNetwork(architecture: $0) }, in: space,
      index: space.indexing)
  }

  /// Scores model files, and architectures beside them.
  private func runGiven() throws {
    if let weightFile = files.weightFile {
      throw CommandError(
        .usage,
        "--weights \(weightFile) belongs to architectures: ONNX files have 'initial' or 'stored' ones"
      )
    }
    if isStored, let inits = scoring.inits, inits > 1 {
      throw CommandError(
        .usage, "--inits \(inits) conflicts with --weights stored: a file is one initialisation")
    }
    let importer = models.importer(resolution: image.resolution)
    var members: [GivenNetworks.Member] = []
    var networks: [ListedNetwork<GivenNetworks>] = []
    func add(_ member: GivenNetworks.Member, _ name: String) {
      members.append(member)
      networks.append(ListedNetwork(architecture: member.architecture, name: name))
    }
    for item in try list.expanded(by: models) {
      switch item {
      case .model(let path):
        let imported = try ModelFiles.network(path, by: importer)
        add(GivenNetworks.Member(imported, isStored: isStored), path)
      case .architecture(let text, let place):
        let space = try spaceOptions.sized(image, skeleton, scoring.recipe)
        for (text, network) in try list.networks(text, at: place, in: space) {
          let architecture = GivenNetworks.Architecture(graph: network.graphDigest)
          add(
            GivenNetworks.Member(architecture: architecture, network: network, drawnAs: text), text)
        }
      }
    }
    for shape in Set(members.map(\.network.inputShape)) {
      try checkMinibatch(scoring.settings.batch, shape: shape)
    }
    if let obstacle = try imageSource.obstacle(forShapesOf: members.map(\.network)) {
      throw CommandError(.badData, obstacle)
    }
    try run(networks, in: GivenNetworks(members), index: nil)
  }

  private func run<Space: SearchSpace>(
    _ networks: [ListedNetwork<Space>], in space: Space, index: ((Space.Architecture) -> Int)?
  ) throws {
    let ranking = try ranking
    // What is shown of each architecture.
    let shown =
      proxies ?? ranking.map { ProxyList($0.proxies + Self.sizes) } ?? Self.defaultProxies
    let saved = try NamedOutput(
      "--save-weights", saveWeights, isForced: replacement.force,
      besides: [
        ("--weights", files.weightFile), ("--input", files.input), ("--store", stored.path),
      ])
    let networks = try withinLimits(networks, in: space)
    // Networks of any cell have the same sizes, so the first one tells whether they fit.
    let first = networks[0].architecture
    let network = try space.network(for: first)
    // Those that are shown come first.
    let all = ProxyList(shown.proxies + (ranking?.proxies ?? [])).proxies
    var settings = scoring.settings
    var given = GivenTensors()
    if needsOneArchitecture {
      guard networks.count == 1 else { throw CommandError(.usage, Self.oneArchitecture) }
      (given, settings) = try files.load(for: network, settings: settings, seed: running.seed)
      if !given.origin.isEmpty, all.allSatisfy(\.needs.isEmpty) {
        Diagnostics.say("the files are ignored: no proxy that is asked for reads tensors")
      }
    }
    if isStored { settings.initializations = 1 }
    let images = try imageSource.source(
      for: all, settings: settings, given: given, shape: network.inputShape,
      classes: network.classes)
    let evaluator = Evaluator(
      space: space, proxies: all, settings: settings, seed: running.seed ?? 0,
      threads: running.threadCount, given: given, images: images)
    let context = ScoreReport.Context(
      space: space.name, hasIndex: index != nil, hasNames: networks[0].name != nil,
      seed: evaluator.seed,
      settings: evaluator.mergedSettings, proxies: shown.proxies, ranking: ranking?.name)
    try output.check(header: ScoreReport(context, entries: []).header)
    evaluator.tellSettings()
    let listing = ScoreListing(
      evaluator: evaluator, store: stored, sharing: sharing.sharing, context: context,
      output: output, index: index)
    var steps = Steps()
    steps.take {
      let entries =
        try ranking.map { try listing.rank(networks, by: $0, top: top) } ?? listing.list(networks)
      for entry in entries {
        for (proxy, score) in zip(context.proxies, entry.scores) {
          if let reason = score.reason {
            Diagnostics.say(
              "\(entry.network ?? entry.architecture): \(proxy.name) is undefined: \(reason)")
          }
        }
      }
    }
    // The digits of an interrupted score can be had again, and with them these files.
    if let saved, !Interrupt.process.flag.isRaised {
      steps.take { try save(network, of: first, evaluator, to: saved.file) }
    }
    try steps.finish()
  }

  private func save<Space: SearchSpace>(
    _ network: Network, of architecture: Space.Architecture, _ evaluator: Evaluator<Space>,
    to file: OutputFile
  ) throws {
    var given = evaluator.given
    if let own = evaluator.space.parameters(of: architecture) { given.parameters = own }
    let candidate = Candidate(
      architecture: evaluator.space.drawingText(of: architecture), network: network,
      settings: evaluator.settings, seed: evaluator.seed, given: given,
      compute: try Compute(threads: 1))
    try file.write(SafeTensors.encode(candidate.tensors))
    if evaluator.settings.initializations > 1 {
      Diagnostics.say(
        "\(file.path): holds the first of \(evaluator.settings.initializations) initialisations")
    }
  }

  // MARK: Limits

  /// The architectures that do not cost too much; says how many do.
  ///
  /// - Throws: 65 where none is left.
  private func withinLimits<Space: SearchSpace>(
    _ networks: [ListedNetwork<Space>], in space: Space
  ) throws -> [ListedNetwork<Space>] {
    guard limits.isSet else { return networks }
    let constraints = limits.applied()
    var excesses: [SearchRejection.Kind: Int] = [:]
    let kept = try networks.filter { network in
      guard let excess = constraints.excess(of: try space.costs(of: network.architecture)) else {
        return true
      }
      excesses[excess.kind, default: 0] += 1
      return false
    }
    let reasons = SearchRejection.Kind.allCases.compactMap { kind in
      excesses[kind].map { "\($0) \(kind.text)" }
    }.joined(separator: ", ")
    guard !kept.isEmpty else {
      throw CommandError(.badData, "no architecture is within the limits: \(reasons)")
    }
    if kept.count < networks.count {
      Diagnostics.say(
        "\(networks.count - kept.count) of \(networks.count) architectures are left out: "
          + reasons)
    }
    return kept
  }
}
