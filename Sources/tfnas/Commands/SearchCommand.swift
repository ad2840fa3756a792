internal import ArgumentParser
internal import Distribution
internal import Figures
internal import Formats
internal import Reports
internal import Scoring
internal import Search
internal import Spaces

/// `tfnas search`: a network that no other one of the same cost is expected to beat.
struct SearchCommand: SharedCommand {
  static let configuration = CommandConfiguration(
    "search", "Searches a space for the network with the best product of ranks.",
    discussion: """
      The result is a pure function of the options and the seed, whatever the number of threads. With \
      --store a search that was stopped goes on where it was when it is started again with the same \
      options. What is handed out is the best of all that was scored, baselines included, and the \
      report says which of them found it.

      With --join any number of processes share the networks of each generation in a folder, on any machine that \
      sees it; each of them may come, end or be killed at any time.

      Presets: default is the ranking that is recommended, vkdnw the entropy of the Fisher information with \
      Jacobians and size; R is what the released script of VKDNW says, H the search that its authors \
      logged, and P what the text of the paper says, all three in mobilenet-v2 alone. R and P have the \
      1,000 classes of ImageNet.
      """,
    examples: [
      "tfnas search --space nas-bench-201 --flops 100M",
      "tfnas search --space mobilenet-v2 --budget 8h --store c.sqlite --export found",
      "tfnas search --evaluations 64 --seed 1 --scores candidates.csv",
      "tfnas search --evaluations 1000 --generation 64 --join run",
      "tfnas search Examples/Spaces/resnet.yaml --flops 300M --max-parameters 5M --export winner",
    ])

  @Argument(
    help: ArgumentHelp("The space, as --space.", visibility: .hidden))
  var positionalSpace: SpaceName?

  @OptionGroup var spaceOptions: SpaceOptions

  @Option(help: "The rank product and the settings that the options below deviate from.")
  var preset = SearchPreset.default

  @OptionGroup(title: "Constraints") var limits: CostLimitOptions

  @Option(
    help: ArgumentHelp(
      "The longest forward pass of one image, as measured on this machine, or on --device.",
      valueName: "20ms"),
    transform: TimeSpan.init(parsing:))
  var maxLatency: TimeSpan?

  @Option(
    help: ArgumentHelp(
      "Takes latencies from the benchmark's record of a device, as tfnas spaces lists them, instead of measuring them.",
      valueName: "name"))
  var device: String?

  @Option(
    help: ArgumentHelp(
      "Activations at most that a forward pass of one image keeps at one time, as tfnas count has them: "
        + "bytes, perhaps with kB, MB, KiB or MiB.",
      valueName: "512kB"),
    transform: ByteCount.init(parsing:))
  var maxMemory: ByteCount?

  @OptionGroup(title: "Effort") var effort: EffortOptions

  @OptionGroup var stored: StoreOptions
  @OptionGroup(title: "Many processes") var joining: JoiningOptions

  @Option(
    help: ArgumentHelp(
      "Architectures, one a line, that are scored beside the search and ranked among its candidates; "
        + "one that meets the constraints may win.",
      valueName: "file"), completion: .file())
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

  @Option(
    help: ArgumentHelp("Writes every candidate with its scores to a CSV file.", valueName: "file"),
    completion: .file())
  var scores: String?

  @Option(
    help: ArgumentHelp("Draws candidates and front to an SVG file.", valueName: "file"),
    completion: .file())
  var figure: String?

  @Option(
    help: ArgumentHelp(
      "Exports the network that was found, as tfnas export does.", valueName: "dir"),
    completion: .directory)
  var export: String?

  @OptionGroup(title: "Output") var model: ONNXExportOptions

  @OptionGroup(title: "Output") var replacement: ReplacementOptions

  @OptionGroup(title: "Messages") var messages: MessageOptions

  var processor: ProcessorOptions { running.processor }

  /// The space with its sizes.
  private func sized() throws -> any ListedSpace {
    if let positionalSpace, let named = spaceOptions.space, named != positionalSpace {
      throw ValidationError("--space \(named.text) conflicts with \(positionalSpace.text)")
    }
    return try networks.sized(positionalSpace?.space() ?? spaceOptions.usual, preset)
  }

  func validate() throws {
    let space = try sized()
    guard space is any SearchableSpace else {
      throw ValidationError("\(space.name) is not searched: it has no neighbourhoods")
    }
    _ = try recordedLatency(in: space)
    if device != nil, maxLatency == nil, !effort.latency {
      throw ValidationError("--device belongs to --max-latency and --latency")
    }
    if model.onnx, export == nil { throw ValidationError("--onnx belongs to --export") }
    try replacement.check([("--export", export), ("--scores", scores), ("--figure", figure)])
    try joining.checkStore(stored)
    if joining.folder != nil { try checkShared() }
  }

  /// Refuses what is no matter of networks and seed alone: the workers would search different networks.
  private func checkShared() throws {
    if effort.budget != nil {
      throw ValidationError(
        "--join excludes --budget: a search that workers share ends by --evaluations, and by no clock"
      )
    }
    if device == nil,
      let option = maxLatency != nil ? "--max-latency" : effort.latency ? "--latency" : nil
    {
      throw ValidationError(
        "--join excludes \(option) without --device: each machine measures another latency")
    }
    if effort.replay {
      throw ValidationError(
        "--join excludes --replay, which proposes one network at a time: there is nothing to share")
    }
  }

  /// The latencies on record that stand for those of this machine.
  ///
  /// - Throws: a usage error where the device is not on record, or measured networks of other sizes.
  private func recordedLatency(in space: any ListedSpace) throws -> DeviceCost? {
    guard let device else { return nil }
    let known = space.deviceCosts.filter { $0.quantity == .latency }
    guard let cost = known.first(where: { $0.device == device.lowercased() }) else {
      let names = known.map(\.device)
      throw ValidationError(
        names.isEmpty
          ? "--device \(device): \(space.name) has no latencies on record"
          : "--device \(device): the devices of \(space.name) are \(PrintableText.list(names)).")
    }
    let usual = AllSpaces.named(space.name)
    guard usual?.resized(to: cost.sizes).settings == space.settings else {
      throw ValidationError(
        "--device \(device): its latencies are those of networks of the usual width, cells, classes and resolution"
      )
    }
    return cost
  }

  func run() throws {
    let files = try joining.unlessWritten {
      let files = export.map {
        NetworkFiles(directory: $0, isForced: replacement.force, model: model.form)
      }
      try files?.check()
      return files
    }
    let space = try sized()
    if let chains = space as? MobileNetV2Space {
      try run(
        networks.domain(of: chains, preset), defaults: .mobileNetV2(preset), files: files)
    } else if let space = space as? any SearchableSpace {
      try run(in: space, files: files)
    }
  }

  private func run(in space: some SearchableSpace, files: NetworkFiles?) throws {
    try run(space.domain, defaults: .common(preset, sizes: space.sizes), files: files)
  }

  private func run<Domain: SearchDomain>(
    _ domain: Domain, defaults: SearchDefaults, files: NetworkFiles?
  ) throws where Domain.Space: ListedSpace {
    let space = domain.space
    let accuracies = try networks.tasks.task(in: space).flatMap { space.accuracies(on: $0) }
    let inputs: [(option: String, path: String?)] = [
      ("--store", stored.path), ("--beside", beside),
    ]
    let table = try joining.unlessWritten {
      try NamedOutput("--scores", scores, isForced: replacement.force, besides: inputs)
    }
    let drawing = try joining.unlessWritten {
      try NamedOutput(
        "--figure", figure, isForced: replacement.force, besides: inputs + [("--scores", scores)])
    }
    let known = try beside.map { try ArchitectureList.architectures(ofFile: $0, in: space) }
    let seed = running.seed ?? defaults.seed
    let population = effort.population(defaults)
    var constraints = limits.applied(to: defaults.constraints)
    constraints.latency = maxLatency?.seconds
    constraints.memory = maxMemory?.bytes
    let plan = SearchPlan(
      domain: domain, components: defaults.components, constraints: constraints,
      population: population.size, isGrowing: population.isGrowing,
      generation: effort.generation(defaults),
      evaluations: effort.evaluations ?? defaults.evaluations, seed: seed)
    let settings = scoring.applied(to: defaults.settings)
    try checkMinibatch(settings.batch, shape: space.inputShape)
    let evaluator = Evaluator(
      space: space, proxies: plan.proxies, settings: settings,
      seed: scoreSeed ?? seed, threads: running.threadCount, images: defaults.images)
    evaluator.tellSettings()
    let surroundings = SearchSession<Domain>.Surroundings(
      replaying: effort.replay ? effort.repeated ?? .again : nil,
      hasBaselines: !effort.noBaselines, isTimed: effort.isTimed, race: effort.race(defaults),
      budget: effort.budget?.seconds, beside: known ?? [])
    let scorer = try SearchScores(
      ScoreSource(evaluator, store: stored, sharing: joining.sharing),
      budget: effort.budget?.seconds,
      total: plan.evaluations * (effort.noBaselines ? 1 : 2))
    scorer.record = try recordedLatency(in: space).map { cost in
      (cost.device, { space.value(of: cost, for: $0).map { $0 / 1000 } })
    }
    scorer.opening = try effortLines(plan, surroundings, scorer)
    var session = SearchSession(
      plan, scorer: scorer, surroundings: surroundings,
      accuracy: accuracies?.lookup, index: space.indexing)
    if case .folder(let folder, let lease) = joining.sharing {
      scorer.rounds = try SearchRounds(
        in: folder, lease: lease,
        session.sharedPlan(preset: preset, command: CommandLine.arguments),
        threads: evaluator.threads)
    }
    defer { scorer.rounds?.leave() }
    try session.run()
    if scorer.isInterrupted {
      try scorer.close()
      throw CommandError(
        .incomplete, "interrupted; \(Interrupt.fate(isStored: stored.path != nil))")
    }
    guard try scorer.rounds?.finish() ?? true else { return try scorer.close() }
    let outcome = try session.outcome(
      preset: preset, hasLatencies: effort.latency || maxLatency != nil)
    try scorer.close()
    var steps = Steps()
    steps.take { try output.write(outcome.report) }
    if let table {
      steps.take {
        try table.file.write(
          output.guarded(
            SearchCandidatesReport(outcome.candidates, components: plan.components)
          ).text(.csv))
      }
    }
    if let drawing {
      steps.take {
        try drawing.file.write(
          Figure.front(of: outcome.report, points: outcome.points).scene.svg)
      }
    }
    if let files {
      steps.take {
        let paths = try files.exportNetwork(
          outcome.winner, of: space, seed: evaluator.seed)
        for path in paths { Diagnostics.say("wrote \(path)") }
      }
    }
    try steps.finish()
  }

  /// What is going to be scored, and what of it is known.
  private func effortLines<Domain: SearchDomain>(
    _ plan: SearchPlan<Domain>, _ surroundings: SearchSession<Domain>.Surroundings,
    _ scorer: SearchScores<Domain.Space>
  ) throws -> [String] {
    let race = surroundings.race
    let hasRace = race.rounds > 0 && race.contenders > 1
    var parts: [String] = []
    if let budget = effort.budget {
      parts.append("the time of this run is \(ProgressState.clock(budget.seconds))")
    }
    if !effort.isTimed {
      let count = counted(plan.evaluations, "network")
      parts.append(
        surroundings.hasBaselines
          ? "\(count) of the search and as many of random search" : "\(count) of the search")
    } else if surroundings.hasBaselines {
      parts.append("random search scores one network for three of the search")
    }
    if hasRace {
      parts.append(
        "then a race of up to \(race.contenders) networks in up to \(counted(race.rounds, "round"))"
      )
    }
    let stored = try scorer.storedCount()
    guard let store = self.stored.path, stored > 0 else { return [parts.joined(separator: ", ")] }
    return [
      parts.joined(separator: ", "),
      "\(store): holds the scores of \(counted(stored, "network"))"
        + (effort.budget == nil ? "" : "; --budget counts the time of this run alone"),
    ]
  }
}
