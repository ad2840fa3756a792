internal import ArgumentParser
internal import Networks
internal import Search

/// What a search accepts.
struct ConstraintOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Multiply-accumulates at most. (default: the preset's; none in nas-bench-201)",
      valueName: "450M"))
  var flops: Quantity?

  @Option(help: ArgumentHelp("Parameters at most. (default: any number)", valueName: "6M"))
  var parameters: Quantity?

  @Option(
    help: ArgumentHelp(
      "Layers at most, or a range; in mobilenet-v2 these are the sub-layers of all blocks. "
        + "(default: the preset's; none in nas-bench-201)", valueName: "14|13-15"))
  var layers: LayerRange?

  @Option(
    help: ArgumentHelp(
      "The longest forward pass of one image, as measured on this machine.", valueName: "20ms"))
  var maxLatency: TimeSpan?

  /// The constraints of a preset with what deviates from them.
  func applied(to constraints: SearchConstraints) -> SearchConstraints {
    SearchConstraints(
      layers: layers?.range ?? constraints.layers,
      parameters: parameters?.value ?? constraints.parameters,
      flops: flops?.value ?? constraints.flops, latency: maxLatency?.seconds)
  }
}

/// How long and how far a search goes.
struct EffortOptions: ParsableArguments {
  @Option(help: "Networks to score. (default: the preset's)")
  var evaluations: Int?

  @Option(
    help:
      "The population constant: parents are the best of all, one fewer than this. (default: the preset's)"
  )
  var population: Int?

  @Option(help: "Networks that are proposed together from the ranks before.")
  var generation = 16

  @Option(
    help: ArgumentHelp(
      "The time after which the search stops and says what it found.", valueName: "30m"))
  var budget: TimeSpan?

  @Option(
    help: "Fresh initialisations at most for each of the best, which race for the first place.")
  var inits = 8

  @Option(help: "Networks that race.")
  var contenders = 8

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
    try check("--inits", inits, in: 0...1000)
    try check("--contenders", contenders, in: 1...1000)
  }
}
