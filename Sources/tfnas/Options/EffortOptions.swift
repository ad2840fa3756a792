internal import ArgumentParser
internal import Search

/// How long and how far a search goes.
struct EffortOptions: ParsableArguments {
  @Option(
    help: """
      Networks that the search scores, and as many random search. (default: 1,000 in \
      nas-bench-201, 100,000 in mobilenet-v2)
      """)
  var evaluations: Int?

  @Option(
    name: [.customLong("population"), .customLong("population-size")],
    help: """
      The population constant: parents are the best of all, one fewer than this. (default: 32 in \
      nas-bench-201, 1,024 in mobilenet-v2, a quarter of --evaluations where that is less; with \
      --budget alone it grows with a quarter of what has been scored)
      """)
  var population: Int?

  @Option(
    help: """
      Networks that are proposed together from the ranks before. (default: 16, fewer where \
      --evaluations are few; 8 with --budget alone)
      """)
  var generation: Int?

  @Option(
    help: ArgumentHelp(
      "The time of this run after which the search ends and says what it found; what earlier runs "
        + "took does not count. A fifth of it is kept for the race.", valueName: "10min"),
    transform: TimeSpan.init(parsing:))
  var budget: TimeSpan?

  @Option(
    name: [.customLong("rounds"), .customLong("inits")],
    help: """
      Fresh initialisations at most for each of the best, which race for the first place; 0 leaves \
      the race out. (default: 8, fewer where --evaluations are few)
      """)
  var rounds: Int?

  @Option(help: "Networks that race. (default: 8, fewer where --evaluations or --budget are small)")
  var contenders: Int?

  @Flag(
    help: ArgumentHelp(
      "Proposes one network after another from one stream of draws, that of Python, as the "
        + "reference does."))
  var replay = false

  @Option(
    help: "What --replay does with a network that was scored before. (default: again)")
  var repeated: SearchRepetition?

  @Flag(help: "Leaves out the baselines: random search and parameters alone.")
  var noBaselines = false

  @Flag(help: "Measures the forward pass of one image for the networks that may be on the front.")
  var latency = false

  func validate() throws {
    try check("--evaluations", evaluations, in: 1...10_000_000)
    try check("--population", population, in: 2...1_000_000)
    try check("--generation", generation, in: 1...100_000)
    try check("--rounds", rounds, in: 0...1000)
    try check("--contenders", contenders, in: 1...1000)
    if repeated != nil, !replay {
      throw ValidationError("--repeated belongs to --replay: other searches propose nothing twice")
    }
  }

  /// Whether time alone decides how much is scored.
  var isTimed: Bool { budget != nil && evaluations == nil }

  /// The population: what is asked for, or the preset's as far as the evaluations give it selection.
  func population(_ defaults: SearchDefaults) -> (size: Int, isGrowing: Bool) {
    if let population { return (population, false) }
    if replay { return (defaults.population, false) }
    if isTimed { return (defaults.population, true) }
    let evaluations = evaluations ?? defaults.evaluations
    return (min(defaults.population, max(evaluations / 4, 4)), false)
  }

  /// Networks that are proposed together.
  func generation(_ defaults: SearchDefaults) -> Int {
    if let generation { return generation }
    return isTimed ? 8 : min(16, max((evaluations ?? defaults.evaluations) / 10, 4))
  }

  /// The race, as far as it is small beside the search.
  func race(_ defaults: SearchDefaults) -> RaceEffort {
    // A tenth of the evaluations each: a race of 64 scorings belongs to a search of at least 80.
    let share = (isTimed ? defaults.evaluations : evaluations ?? defaults.evaluations) / 10
    return RaceEffort(
      contenders: contenders ?? min(8, max(share, 3)), rounds: rounds ?? min(8, max(share, 3)),
      fitsBudget: contenders == nil)
  }
}

/// How many networks race, and how long.
struct RaceEffort {
  /// Networks that race.
  var contenders: Int
  /// Fresh initialisations at most for each.
  var rounds: Int
  /// Whether there may be fewer contenders where time is short.
  var fitsBudget: Bool
}
