internal import ArgumentParser
internal import Figures
internal import Formats
internal import Networks
internal import Reports
internal import Scoring
internal import Spaces

/// `tfnas report`: everything that stores hold, beside the paper, as one HTML file.
struct ReportCommand: ComputingCommand {
  static let configuration = CommandConfiguration(
    "report",
    "Writes a report of what stores hold, beside the paper, as one HTML file.",
    arguments: "--store <file> --out <dir>",
    discussion: """
      The networks of a run come first: the best of them, their front, spectra and settings; searches \
      too, whatever their space. Tables and figures of the paper follow as far as the stores hold scores \
      for them. No score is computed, but for the spectra of four networks of each run; rankings that \
      learn are trained where --draws asks for it.
      """,
    examples: [
      "tfnas report --store scores.sqlite --out report",
      "tfnas report --store a.sqlite --store b.sqlite --draws 5 --out report",
    ])

  @Option(
    help: ArgumentHelp("A file with scores; may be given several times.", valueName: "file"),
    completion: .file())
  var store: [String]

  @Option(
    help: ArgumentHelp("The directory in which index.html is written.", valueName: "dir"),
    completion: .directory)
  var out: String

  @Flag(help: "Writes into a directory that has something in it, and over its index.html.")
  var force = false

  @OptionGroup(title: "Metrics") var metrics: MetricOptions

  @Option(
    help: """
      Trains the rankings that learn, on so many draws of training networks; 0 leaves these rankings \
      out.
      """)
  var draws = 0

  @OptionGroup var processor: ProcessorOptions

  @OptionGroup(title: "Messages") var messages: MessageOptions

  func validate() throws {
    try check("--draws", draws, in: 0...1000)
    if store.isEmpty { throw ValidationError("--store is needed") }
  }

  func run() throws {
    var held = StoreSeries()
    for path in store { try held.read(path) }
    let repeated = held.takeRepetitions()
    let groups = ScoreGroup.groups(of: held.cells)
    let runs = try held.runs()
    guard !(groups.isEmpty && runs.isEmpty) else {
      throw CommandError(
        .missingInput,
        "\(store.joined(separator: ", ")): two networks with scores at least are needed; compute some "
          + "with: "
          + ShellText.quoted([
            "tfnas", "evaluate", "--sample", "200", "--store", store.first ?? "scores.sqlite",
          ]))
    }
    let file = try OutputFile(
      OutputDirectory(out, isForced: force).file("index.html"), isForced: force)
    let page = try ReportParts(
      groups: groups, runs: runs, series: held.cells, repeated: repeated, stores: store,
      metrics: metrics, draws: draws, threads: processor.threadCount
    ).page(
      command: ShellText.quoted(
        ["tfnas", "report"] + store.flatMap { ["--store", $0] }
          + (draws > 0 ? ["--draws", "\(draws)"] : []) + ["--out", out]
          + (force ? ["--force"] : [])))
    try file.write(page.html)
    Diagnostics.say("\(file.path): \(counted(page.sections.count, "part"))")
  }
}
