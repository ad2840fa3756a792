internal import ArgumentParser
internal import Figures
internal import Reports
internal import Scoring
internal import Search
internal import Spaces

/// `tfnas search`: a network that no other one of the same cost is expected to beat.
struct SearchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "search",
    abstract: "Searches a space for the network with the best product of ranks.",
    discussion: """
      The result is a pure function of the options and the seed, whatever the number of threads. With \
      --store a search that was stopped goes on where it was when it is started again with the same \
      options.
      """)

  @Argument(help: "The space.")
  var space: SpaceName

  @Option(help: "The rank product and the settings that the options below deviate from.")
  var preset = SearchPreset.default

  @OptionGroup(title: "Constraints") var limits: ConstraintOptions
  @OptionGroup(title: "Effort") var effort: EffortOptions

  @Option(
    help: ArgumentHelp(
      "A file of scores: it keeps those that are computed, and what it holds is not computed again.",
      valueName: "file"))
  var store: String?

  @Option(
    help: ArgumentHelp(
      "Architectures, one a line, that are scored beside the search and ranked among its candidates.",
      valueName: "file"))
  var beside: String?

  @OptionGroup(title: "Networks") var networks: SearchNetworkOptions
  @OptionGroup(title: "Setting") var scoring: SearchScoringOptions
  @OptionGroup(title: "Run") var running: RunOptions

  @Option(
    help: ArgumentHelp(
      "The seed of weights and inputs, where searches with several seeds share a store. "
        + "(default: that of --seed)"))
  var scoreSeed: UInt64?

  @OptionGroup(title: "Output") var output: OutputOptions

  @Option(help: ArgumentHelp("Draws candidates and front to an SVG file.", valueName: "file"))
  var figure: String?

  @Option(
    help: ArgumentHelp(
      "Exports the network that was found, as tfnas export does.", valueName: "dir"))
  var export: String?

  @Flag(help: "Writes over files of an export that are there.")
  var force = false

  func validate() throws {
    try networks.check(space: space, preset: preset)
    if force, export == nil { throw ValidationError("--force belongs to --export") }
    if effort.repeated != nil, !effort.replay {
      throw ValidationError("--repeated belongs to --replay: other searches propose nothing twice")
    }
  }

  func run() throws {
    let files = export.map { NetworkFiles(directory: $0, isForced: force) }
    try files?.check()
    switch space {
    case .nasBench201:
      let space = networks.skeleton.space(for: networks.dataset)
      let dataset = networks.dataset
      try run(
        NASBench201Domain(space: space), defaults: .nasBench201, images: SyntheticImages(),
        files: files,
        parse: { text, place throws(CommandError) in try ArchitectureList.parse(text, at: place) },
        accuracy: { AccuracyTable.nasBench201.accuracy(of: $0, on: dataset) })
    case .mobileNetV2:
      let defaults = SearchDefaults.mobileNetV2(preset)
      try run(
        try networks.mobileNetV2Domain(preset, defaults: defaults), defaults: defaults,
        images: NoiseImages(), files: files,
        parse: { text, place throws(CommandError) in
          try ArchitectureList.parseBlocks(text, at: place)
        }, accuracy: nil)
    }
  }

  private func run<Domain: SearchDomain>(
    _ domain: Domain, defaults: SearchDefaults, images: any ImageSource,
    files: NetworkFiles?,
    parse: (String, String) throws(CommandError) -> Domain.Space.Architecture,
    accuracy: (@Sendable (Domain.Space.Architecture) -> Double)?
  ) throws {
    let known = try beside.map { path in
      try ArchitectureList.parse(
        lines: Input.bytes(of: path), of: Input.name(of: path), with: parse)
    }
    let seed = running.seed ?? defaults.seed
    let plan = SearchPlan(
      domain: domain, components: defaults.components,
      constraints: limits.applied(to: defaults.constraints),
      population: effort.population ?? defaults.population, generation: effort.generation,
      evaluations: effort.evaluations ?? defaults.evaluations, seed: seed)
    let settings = scoring.applied(to: defaults.settings)
    try checkMinibatch(settings.batch, resolution: networks.resolution(in: space, defaults))
    let evaluator = Evaluator(
      space: domain.space, proxies: plan.proxies, settings: settings,
      seed: scoreSeed ?? seed, threads: running.threadCount, images: images)
    let hasBaselines = !effort.noBaselines
    let scorer = try StoredScorer(
      evaluator, store: store, budget: effort.budget?.seconds,
      total: plan.evaluations * (hasBaselines ? 2 : 1))
    var session = SearchSession(
      plan, scorer: scorer, replaying: effort.replay ? effort.repeated ?? .again : nil,
      hasBaselines: hasBaselines, rounds: effort.inits, contenders: effort.contenders,
      accuracy: accuracy)
    try session.run()
    session.beside = known ?? []
    if scorer.isInterrupted {
      try scorer.close()
      let fate =
        store == nil
        ? "interrupted; nothing was stored, as there is no --store; start again with: "
        : "interrupted; everything computed is stored; go on with: "
      throw CommandError(.incomplete, fate + Interrupt.commandLine)
    }
    let (report, points) = try session.report(
      preset: preset, hasLatencies: effort.latency || limits.maxLatency != nil)
    try scorer.close()
    if let figure {
      try OutputFile.write(Figure.front(of: report, points: points).scene.svg, to: figure)
    }
    if let files, let winner = session.winner {
      let paths = try files.exportNetwork(winner, of: domain.space, seed: evaluator.seed)
      for path in paths { Diagnostics.say("wrote \(path)") }
    }
    try Output.write(report, as: output.format)
  }
}
