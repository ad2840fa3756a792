internal import ArgumentParser
internal import Formats
internal import Networks
internal import Reports
internal import Scoring
internal import Spaces

/// `tfnas score`: the scores of architectures.
struct ScoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "score", abstract: "Scores architectures with proxies.")

  @OptionGroup var list: ArchitectureList

  @Option(help: "The search space of the architectures.")
  var space = SpaceName.nasBench201

  @Option(
    help: ArgumentHelp(
      "Proxies with commas between them. (default: \(Self.defaultProxies))", valueName: "a,b"),
    transform: ProxyList.parse)
  var proxies: ProxyList = ScoreCommand.defaultProxies

  @OptionGroup(title: "Sizes") var image: ImageOptions
  @OptionGroup(title: "Sizes") var skeleton: SkeletonOptions
  @OptionGroup(title: "Setting") var scoring: ScoringOptions
  @OptionGroup(title: "Images") var imageSource: ImageSourceOptions
  @OptionGroup(title: "Run") var running: RunOptions
  @OptionGroup(title: "Files") var files: TensorFileOptions

  @Option(
    help: ArgumentHelp(
      "Writes weights and images of the first initialisation to a file.", valueName: "file"))
  var saveWeights: String?

  @OptionGroup(title: "Output") var output: OutputOptions

  private static let defaultProxies = ProxyList([
    VKDNW(), Layers(), FLOPs(), ParameterCount(),
  ])

  private var needsOneArchitecture: Bool {
    files.weights != nil || files.input != nil || saveWeights != nil
  }

  func validate() throws {
    try files.check(batch: scoring.batch, inits: scoring.inits)
    if files.input != nil, imageSource.images != nil {
      throw ValidationError(
        "--images conflicts with --input: the images of the file serve every proxy")
    }
    try checkMinibatch(scoring.settings.batch, resolution: image.resolution)
    if needsOneArchitecture, list.architectures.count > 1 {
      throw ValidationError(Self.oneArchitecture)
    }
  }

  private static let oneArchitecture =
    "--weights, --input and --save-weights belong to exactly one architecture"

  func run() throws {
    switch space {
    case .nasBench201:
      let space = NASBench201Space(
        skeleton: NASBench201Skeleton(
          channels: skeleton.width, cells: skeleton.cells, classes: image.classes,
          resolution: image.resolution))
      try run(try list.parsed(), in: space)
    case .mobileNetV2:
      let space = MobileNetV2Space(classes: image.classes, resolution: image.resolution)
      try run(
        try list.parsed { text, place throws(CommandError) in
          try ArchitectureList.parseBlocks(text, at: place)
        }, in: space)
    }
  }

  private func run<Space: SearchSpace>(
    _ architectures: [Space.Architecture], in space: Space
  ) throws {
    // Networks of any cell have the same sizes, so the first one tells whether they fit.
    let network = try space.network(for: architectures[0])
    var settings = scoring.settings
    var given = GivenTensors()
    if needsOneArchitecture {
      guard architectures.count == 1 else { throw CommandError(.usage, Self.oneArchitecture) }
      (given, settings) = try files.load(for: network, settings: settings, seed: running.seed)
      if !given.origin.isEmpty, proxies.proxies.allSatisfy(\.needs.isEmpty) {
        Diagnostics.say("the files are ignored: no proxy that is asked for reads tensors")
      }
    }
    let images = try imageSource.source(
      for: proxies.proxies, settings: settings, given: given, resolution: image.resolution,
      classes: image.classes)
    let evaluator = Evaluator(
      space: space, proxies: proxies.proxies, settings: settings, seed: running.seed ?? 0,
      threads: running.threadCount, given: given, images: images)
    if let saveWeights { try save(network, of: architectures[0], evaluator, to: saveWeights) }
    try score(architectures, with: evaluator)
  }

  private func save<Space: SearchSpace>(
    _ network: Network, of architecture: Space.Architecture, _ evaluator: Evaluator<Space>,
    to path: String
  ) throws {
    let candidate = Candidate(
      architecture: architecture.description, network: network, settings: evaluator.settings,
      seed: evaluator.seed, given: evaluator.given, compute: try Compute(threads: 1))
    try SafeTensors.write(candidate.tensors, toFile: path)
    if evaluator.settings.initializations > 1 {
      Diagnostics.say(
        "\(path): holds the first of \(evaluator.settings.initializations) initialisations")
    }
  }

  private func score<Space: SearchSpace>(
    _ architectures: [Space.Architecture], with evaluator: Evaluator<Space>
  ) throws {
    let interrupt = Interrupt()
    let context = ScoreReport.Context(
      space: Space.name, seed: evaluator.seed, settings: evaluator.mergedSettings,
      proxies: evaluator.proxies)
    var scores: [Space.Architecture: [Score]] = [:]
    var reported = 0
    if output.format == .csv { try Output.write(ScoreReport(context, entries: []).headerText) }
    var seen: Set<Space.Architecture> = []
    let distinct = architectures.filter { seen.insert($0).inserted }
    let progress = distinct.count > 1 ? Progress(total: distinct.count) : nil

    try evaluator.run(distinct, shouldStop: { [flag = interrupt.flag] in flag.isRaised }) {
      architecture, records in
      scores[architecture] = records.map(\.score)
      progress?.advance()
      // Formats of lines are written as soon as all architectures before are known.
      guard output.format == .csv || output.format == .jsonl else { return }
      let start = reported
      while reported < architectures.count, scores[architectures[reported]] != nil { reported += 1 }
      let report = Self.report(context, architectures[start..<reported], scores)
      try Output.write(output.format == .csv ? report.recordsText : report.linesText)
    }
    progress?.finish()
    guard scores.count == distinct.count else {
      throw CommandError(
        .incomplete,
        "interrupted after \(scores.count) of \(distinct.count) architectures; run it again: "
          + Interrupt.commandLine)
    }
    let report = Self.report(context, architectures[...], scores)
    if output.format == .table || output.format == .json {
      try Output.write(report, as: output.format)
    }
    for entry in report.entries {
      for (proxy, score) in zip(evaluator.proxies, entry.scores) {
        if let reason = score.reason {
          Diagnostics.say("\(entry.architecture): \(proxy.name) is undefined: \(reason)")
        }
      }
    }
  }

  private static func report<Architecture: Hashable & CustomStringConvertible>(
    _ context: ScoreReport.Context, _ architectures: ArraySlice<Architecture>,
    _ scores: [Architecture: [Score]]
  ) -> ScoreReport {
    ScoreReport(
      context,
      entries: architectures.compactMap { architecture in
        scores[architecture].map {
          ScoreReport.Entry(architecture: architecture.description, scores: $0)
        }
      })
  }
}

extension Evaluator {
  /// The settings of all proxies together.
  var mergedSettings: [String: SettingValue] {
    var merged = space.settings
    for proxy in proxies {
      merged.merge(allSettings(of: proxy)) { $1 }
    }
    return merged
  }
}
