internal import ArgumentParser
internal import Reports
internal import Scoring
internal import Search
internal import Spaces
internal import Studies

/// `tfnas benchmark`: the speed of VKDNW, or of other proxies, on this machine.
struct BenchmarkCommand: ComputingCommand {
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
  @OptionGroup(title: "Setting") var scoring: ScoringOptions

  @OptionGroup var processor: ProcessorOptions

  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Messages") var messages: MessageOptions

  func validate() throws {
    let space = try spaceOptions.sized(image, skeleton, scoring.recipe)
    try check("--repetitions", repetitions, in: 1...10_000)
    try check("--ranks", ranks?.value, in: 2...10_000_000)
    try checkMinibatch(scoring.settings.batch, shape: space.inputShape)
  }

  func run() throws {
    if let ranks {
      return try output.write(
        RankingSpeedReport(measureRankingSpeed(of: ranks.value, repetitions: repetitions)))
    }
    try measure(in: spaceOptions.sized(image, skeleton, scoring.recipe))
  }

  private func measure<Space: ListedSpace>(in space: Space) throws {
    let architecture =
      try architecture.map { text throws(CommandError) in
        try ArchitectureList.parse(text, at: "--arch", in: space)
      } ?? space.example
    let populations =
      space.populations.isEmpty
      ? [space.architectureCount ?? 100_000] : space.populations.map(\.count)
    let settings = scoring.settings.resolved(classes: space.commonClasses)
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
