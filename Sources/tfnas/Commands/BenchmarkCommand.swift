internal import ArgumentParser
internal import Interchange
internal import Networks
internal import Reports
internal import Scoring
internal import Search
internal import Spaces
internal import Studies

/// `tfnas benchmark`: the speed of VKDNW, or of other proxies, on this machine.
struct BenchmarkCommand: ComputingCommand {
  static let configuration = CommandConfiguration(
    "benchmark",
    "Measures the speed of a VKDNW score against that of its convolutions and matrix products alone.",
    arguments: "[<model.onnx>]",
    discussion: """
      With --proxies it measures these instead, each alone and all together, against a forward pass \
      with batch normalisation over the minibatch; noise serves as images.
      """,
    examples: [
      "tfnas benchmark",
      "tfnas benchmark --proxies vkdnw,naswot,jacov",
      "tfnas benchmark --space mobilenet-v2 --classes 10 --repetitions 3",
      "tfnas benchmark resnet18.onnx --batch 16",
    ])

  @Argument(
    help: ArgumentHelp("An ONNX file instead of an architecture.", valueName: "model.onnx"),
    completion: .file())
  var model: String?

  @OptionGroup var spaceOptions: SpaceOptions

  @Option(
    name: [.customLong("arch"), .customLong("cell")],
    help: ArgumentHelp(
      """
      An architecture in a notation of the space. (default: one that has of everything in it, or ZiCo's \
      network)
      """, valueName: "arch"))
  var architecture: String?

  @Option(
    help: ArgumentHelp(
      "Proxies with commas between them, or all. (default: vkdnw against its convolutions)",
      valueName: "a,b|all"),
    completion: NameCompletion.proxies, transform: Self.parseProxies)
  var proxies: ProxyList?

  @Option(
    help: ArgumentHelp(
      "Measures instead how long one more network takes in the ranking of a search that has so many.",
      valueName: "100K"), transform: Quantity.init(parsing:))
  var ranks: Quantity?

  @Option(help: "Rounds, of which the fastest counts.")
  var repetitions = 5

  @OptionGroup(title: "Sizes") var image: ImageOptions
  @OptionGroup(title: "Sizes") var skeleton: SkeletonOptions
  @OptionGroup(title: "Sizes") var models: ModelFileOptions
  @OptionGroup(title: "Setting") var scoring: ScoringOptions

  @OptionGroup var processor: ProcessorOptions

  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Messages") var messages: MessageOptions

  func validate() throws {
    let space = try spaceOptions.sized(image, skeleton, scoring.recipe)
    try check("--repetitions", repetitions, in: 1...10_000)
    try check("--ranks", ranks?.value, in: 2...10_000_000)
    try models.check(resolution: image.resolution)
    guard let model else {
      if let option = models.given {
        throw ValidationError("\(option) belongs to ONNX files, and there is none")
      }
      return try checkMinibatch(scoring.settings.batch, shape: space.inputShape)
    }
    guard ModelFiles.isModel(model) else {
      throw ValidationError("\(model) is no .onnx file; an architecture is given by --arch")
    }
    let given = [
      spaceOptions.space.map { _ in "--space" }, architecture.map { _ in "--arch" },
      ranks.map { _ in "--ranks" }, skeleton.width.map { _ in "--width" },
      skeleton.cells.map { _ in "--cells" }, image.classes.map { _ in "--classes" },
    ].compactMap(\.self)
    if let option = given.first {
      throw ValidationError("\(option) belongs to architectures, not to a model file")
    }
  }

  func run() throws {
    if let ranks {
      return try output.write(
        RankingSpeedReport(measureRankingSpeed(of: ranks.value, repetitions: repetitions)))
    }
    guard let model else {
      return try measure(in: spaceOptions.sized(image, skeleton, scoring.recipe))
    }
    let paths = try ModelFiles.paths(model)
    guard paths.count == 1 else {
      throw CommandError(.usage, "\(model): it holds \(paths.count) model files, not one")
    }
    let imported = try ModelFiles.network(
      paths[0], by: models.importer(resolution: image.resolution))
    try checkMinibatch(scoring.settings.batch, shape: imported.network.inputShape)
    let member = GivenNetworks.Member(imported, isStored: false)
    try measure(
      member.architecture, named: paths[0], in: GivenNetworks([member]),
      classes: imported.network.classes, populations: [1000])
  }

  private func measure<Space: ListedSpace>(in space: Space) throws {
    let architecture =
      try architecture.map { text throws(CommandError) in
        try ArchitectureList.parse(text, at: "--arch", in: space)
      } ?? space.example
    let populations =
      space.populations.isEmpty
      ? [space.architectureCount ?? 100_000] : space.populations.map(\.count)
    try measure(
      architecture, named: architecture.description, in: space, classes: space.commonClasses,
      populations: populations)
  }

  private func measure<Space: SearchSpace>(
    _ architecture: Space.Architecture, named name: String, in space: Space, classes: Int?,
    populations: [Int]
  ) throws {
    let settings = scoring.settings.resolved(classes: classes)
    let threads = processor.threadCount
    guard let proxies = proxies?.proxies else {
      let speed = try measureSpeed(
        of: architecture, in: space, settings: settings, threads: threads,
        repetitions: repetitions)
      let all = space.settings.merging(VKDNW().settings(settings)) { $1 }
      return try output.write(
        BenchmarkReport(
          speed, architecture: name, settings: all, threads: threads,
          populations: populations))
    }
    let speeds = try measureSpeeds(
      of: proxies, on: architecture, in: space, settings: settings, threads: threads,
      repetitions: repetitions)
    var all = space.settings
    for proxy in proxies { all.merge(proxy.settings(settings)) { $1 } }
    try output.write(
      ProxySpeedReport(
        speeds, architecture: name, settings: all, threads: threads))
  }

  /// The proxies of a text; `all` are those that are scored in about the time of VKDNW.
  private static func parseProxies(_ text: String) throws -> ProxyList {
    guard text == "all" else { return try ProxyList.parse(text) }
    // Each of the left out ones takes longer than all others together, or repeats another.
    let slow: Set<String> = [
      "vkdnw-single", "ntk", "ntk-released", "gradsign-mean", "zen-released",
    ]
    return ProxyList(
      AllProxies.list.filter { !$0.needs.isEmpty && !slow.contains($0.name) })
  }
}
