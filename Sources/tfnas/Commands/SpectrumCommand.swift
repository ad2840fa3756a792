internal import ArgumentParser
internal import Networks
internal import Reports
internal import Scoring
internal import Spaces
internal import Tensors

/// `tfnas spectrum`: the eigenvalues behind a score of `vkdnw`.
struct SpectrumCommand: ComputingCommand {
  static let configuration = CommandConfiguration(
    "spectrum",
    "Shows the Fisher spectrum of an architecture and which layers carry it.", arguments: "<arch>",
    examples: [
      "tfnas spectrum 2506",
      "tfnas spectrum 2506 --recipe released --format json",
    ])

  @Argument(help: "An architecture in a notation of its space.")
  var arch: String

  @OptionGroup var spaceOptions: SpaceOptions
  @OptionGroup(title: "Sizes") var image: ImageOptions
  @OptionGroup(title: "Sizes") var skeleton: SkeletonOptions
  @OptionGroup(title: "Setting") var scoring: ScoringOptions
  @OptionGroup(title: "Run") var running: RunOptions
  @OptionGroup(title: "Files") var files: TensorFileOptions
  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Messages") var messages: MessageOptions

  var processor: ProcessorOptions { running.processor }

  func validate() throws {
    try files.check(batch: scoring.batch, inits: scoring.inits)
    let space = try spaceOptions.sized(image, skeleton, scoring.recipe)
    try checkMinibatch(scoring.settings.batch, shape: space.inputShape)
    if let inits = scoring.inits, inits > 1 {
      throw ValidationError("a spectrum is that of one initialisation, not of --inits \(inits)")
    }
  }

  func run() throws { try run(in: spaceOptions.sized(image, skeleton, scoring.recipe)) }

  private func run<Space: ListedSpace>(in space: Space) throws {
    let architecture = try ArchitectureList.parse(arch, at: "architecture", in: space)
    let network = try space.network(for: architecture)
    var (given, settings) = try files.load(
      for: network, settings: scoring.settings, seed: running.seed)
    if settings.initializations > 1 {
      Diagnostics.say(
        "this is the first of the recipe's \(settings.initializations) initialisations")
      settings.initializations = 1
    }
    let evaluator = Evaluator(
      space: space, proxies: [VKDNW()], settings: settings, seed: running.seed ?? 0,
      threads: running.threadCount, given: given)
    evaluator.tellSettings()
    let context = ScoreReport.Context(
      space: space.name, seed: evaluator.seed, settings: evaluator.mergedSettings,
      proxies: evaluator.proxies)
    let candidate = Candidate(
      architecture: architecture.description, network: network, settings: settings,
      seed: evaluator.seed, given: given,
      compute: try Compute(threads: running.threadCount, precision: settings.precision))
    let information = try FisherInformation(
      network, parameters: candidate.parameters, inputs: candidate.inputs,
      settings: candidate.settings.fisher, seed: candidate.pullbackSeed, on: candidate.compute)
    let text = architecture.description
    guard information.matrix.values.allSatisfy(\.isFinite) else {
      return try output.write(
        SpectrumReport(
          context, architecture: text, undefined: "the Fisher information overflows"))
    }
    try output.write(
      SpectrumReport(
        context, architecture: text, spectrum: try information.spectrum(settings.fisher.quantiles),
        contributions: information.tensorTraces(in: network).map {
          SpectrumReport.Contribution(tensor: $0.name, weights: $0.weights, trace: $0.trace)
        }))
  }
}
