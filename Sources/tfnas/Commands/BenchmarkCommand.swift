internal import ArgumentParser
internal import Reports
internal import Scoring
internal import Search
internal import Spaces
internal import Studies

/// `tfnas benchmark`: the speed of VKDNW, or of other proxies, on this machine.
struct BenchmarkCommand: Subcommand {
  static let configuration = CommandConfiguration(
    "benchmark", "Measures the speed of a VKDNW score against that of its convolutions alone.",
    discussion: """
      With --proxies it measures these instead, each alone and all together, against a forward pass \
      with batch normalisation over the minibatch; noise serves as images.
      """,
    examples: [
      "tfnas benchmark",
      "tfnas benchmark --proxies vkdnw,naswot,jacov",
      "tfnas benchmark --space mobilenet-v2 --classes 10 --repetitions 3",
    ])

  @OptionGroup var spaceOptions: SpaceOptions

  @Option(
    name: [.customLong("arch"), .customLong("cell")],
    help: ArgumentHelp(
      """
      An architecture in a notation of the space. (default: a cell with all operations, or ZiCo's \
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
  @OptionGroup(title: "Setting") var scoring: ScoringOptions

  @OptionGroup var processor: ProcessorOptions

  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Messages") var messages: MessageOptions

  private var sizes: SpaceSizes { image.sizes(in: spaceOptions.name) }

  func validate() throws {
    try skeleton.check(in: spaceOptions.name)
    try image.check(in: spaceOptions.name)
    try check("--repetitions", repetitions, in: 1...10_000)
    try check("--ranks", ranks?.value, in: 2...10_000_000)
    try checkMinibatch(scoring.settings.batch, resolution: sizes.resolution)
  }

  func run() throws {
    if let ranks {
      return try output.write(
        RankingSpeedReport(measureRankingSpeed(of: ranks.value, repetitions: repetitions)))
    }
    switch spaceOptions.name {
    case .nasBench201:
      try measure(
        ArchitectureList.parse(architecture ?? Self.cell, at: "--arch"),
        in: skeleton.space(sizes),
        populations: [NASBench201Population.live, .all].map(\.count))
    case .mobileNetV2:
      try measure(
        architecture.map { text throws(CommandError) in
          try ArchitectureList.parseBlocks(text, at: "--arch")
        } ?? .zico450,
        in: MobileNetV2Space(classes: sizes.classes, resolution: sizes.resolution),
        populations: [100_000])
    }
  }

  private static let cell =
    "|nor_conv_3x3~0|+|nor_conv_1x1~0|avg_pool_3x3~1|+|skip_connect~0|none~1|nor_conv_3x3~2|"

  private func measure<Space: SearchSpace>(
    _ architecture: Space.Architecture, in space: Space, populations: [Int]
  ) throws {
    let settings = scoring.settings
    let threads = processor.threadCount
    guard let proxies = proxies?.proxies else {
      let speed = try measureSpeed(
        of: architecture, in: space, settings: settings, threads: threads,
        repetitions: repetitions)
      let all = space.settings.merging(VKDNW().settings(settings)) { $1 }
      return try output.write(
        BenchmarkReport(
          speed, architecture: architecture.description, settings: all, threads: threads,
          populations: populations))
    }
    let speeds = try measureSpeeds(
      of: proxies, on: architecture, in: space, settings: settings, threads: threads,
      repetitions: repetitions)
    var all = space.settings
    for proxy in proxies { all.merge(proxy.settings(settings)) { $1 } }
    try output.write(
      ProxySpeedReport(
        speeds, architecture: architecture.description, settings: all, threads: threads))
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
