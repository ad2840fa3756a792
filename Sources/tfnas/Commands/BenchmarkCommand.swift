internal import ArgumentParser
internal import Reports
internal import TrainingFreeNAS

/// `tfnas benchmark`: the speed of VKDNW on this machine.
struct BenchmarkCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "benchmark",
    abstract: "Measures the speed of a VKDNW score against that of its convolutions alone.")

  @Option(
    help: ArgumentHelp(
      "A cell as architecture string, benchmark index or operation tuple.", valueName: "arch"))
  var cell =
    "|nor_conv_3x3~0|+|nor_conv_1x1~0|avg_pool_3x3~1|+|skip_connect~0|none~1|nor_conv_3x3~2|"

  @Option(help: "Rounds, of which the fastest counts.")
  var repetitions = 5

  @OptionGroup(title: "Sizes") var image: ImageOptions
  @OptionGroup(title: "Sizes") var skeleton: SkeletonOptions
  @OptionGroup(title: "Setting") var scoring: ScoringOptions

  @Option(help: "Worker threads that share the images. (default: one for each core)")
  var threads: Int?

  @OptionGroup(title: "Output") var output: OutputOptions

  func validate() throws {
    try check("--repetitions", repetitions, in: 1...10_000)
    try check("--threads", threads, in: 1...1024)
    try checkMinibatch(scoring.settings.batch, resolution: image.resolution)
  }

  func run() throws {
    let architecture = try ArchitectureList.parse(cell, at: "--cell")
    let space = NASBench201Space(
      skeleton: NASBench201Skeleton(
        channels: skeleton.width, cells: skeleton.cells, classes: image.classes,
        resolution: image.resolution))
    let settings = scoring.settings
    let threads = RunOptions.threadCount(threads)
    let speed = try measureSpeed(
      of: architecture, skeleton: space.skeleton, settings: settings, threads: threads,
      repetitions: repetitions)
    let all = space.settings.merging(VKDNW().settings(settings)) { $1 }
    try Output.write(
      BenchmarkReport(
        speed, cell: architecture.description, settings: all, threads: threads),
      as: output.format)
  }
}
