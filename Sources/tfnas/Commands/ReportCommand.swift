internal import ArgumentParser
internal import Formats
internal import Figures
internal import Networks
internal import Reports
internal import Scoring
internal import Spaces

/// `tfnas report`: everything that stores hold, beside the paper, as one HTML file.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Writes a report of stores: the tables and figures of the paper beside ours, as HTML."
  )

  @Option(
    help: ArgumentHelp("A file with scores; may be given several times.", valueName: "file"))
  var store: [String]

  @Option(help: ArgumentHelp("The directory in which index.html is written.", valueName: "dir"))
  var out: String

  @OptionGroup(title: "Metrics") var metrics: MetricOptions

  @Option(
    help: "Draws of training networks for rankings that learn; 0 leaves these rankings out.")
  var draws = 5

  @Option(help: "Worker threads. (default: one for each core)")
  var threads: Int?

  func validate() throws {
    try check("--threads", threads, in: 1...1024)
    try check("--draws", draws, in: 0...1000)
    if store.isEmpty { throw ValidationError("--store is needed") }
  }

  func run() throws {
    var series: [ScoreSeries] = []
    for path in store { series += try StoreSeries.read(path) }
    let groups = ScoreGroup.groups(of: series)
    guard !groups.isEmpty else {
      throw CommandError(
        .missingInput,
        "\(store.joined(separator: ", ")): no scores of a benchmark's data set; compute some with: "
          + Interrupt.quoted([
            "tfnas", "evaluate", "--against", "paper", "--store", store.first ?? "scores.sqlite",
          ]))
    }
    var known: Set<BenchmarkDataset> = []
    let evaluations = groups.flatMap { group in
      let isFirst = known.insert(group.dataset).inserted
      return [NASBench201Population.live, .all].compactMap { population in
        GroupEvaluation(
          group, population: population, cutoff: metrics.at, bootstrap: metrics.bootstrap,
          onlyOwn: !isFirst)
      }
    }
    try OutputFile.makeDirectory(out)
    let file = out + (out.hasSuffix("/") ? "" : "/") + "index.html"
    let ablations = try AblationTable.tables(
      of: series, cutoff: metrics.at, bootstrap: metrics.bootstrap)
    let learned = try LearnedRow.rows(
      of: series, draws: draws, threads: RunOptions.threadCount(threads))
    try OutputFile.write(
      try page(evaluations, ablations: ablations, learned: learned).html, to: file)
    Diagnostics.say("\(file): \(evaluations.map(\.entries.count).reduce(0, +)) rankings")
  }

  private func page(
    _ evaluations: [GroupEvaluation], ablations: [(table: AblationTable, store: String)],
    learned: [LearnedRow]
  ) throws -> ReportPage {
    let figures = try BenchmarkDataset.allCases.compactMap { dataset -> ReportSection? in
      // The group with most proxies comes first, and the live networks are those of the figures.
      guard
        let evaluation = evaluations.first(where: {
          $0.group.dataset == dataset && $0.population == .live
        })
      else { return nil }
      return FigureSections.section(of: evaluation, spectra: try spectra(evaluation))
    }
    let tables = RankingSections.sections(
      of: evaluations, learned: Set(learned.map(\.dataset)), store: store.first ?? "scores.sqlite")
    let done = AblationSections.sections(of: ablations)
    let varied = (done + OpenSections.ablations(except: Set(done.map(\.name)))).sorted {
      $0.name < $1.name
    }
    // Tables III to V, and those after VI.
    let before = varied.filter { ["table-3", "table-4", "table-5"].contains($0.name) }
    let after = varied.filter {
      $0.name.hasPrefix("table-") && !before.map(\.name).contains($0.name)
    }
    let leftOut = varied.filter { !$0.name.hasPrefix("table-") }
    let sections =
      tables.filter { $0.name.hasPrefix("table-1") } + LearnedSections.sections(of: learned)
      + [OpenSections.imageNet]
      + before + tables.filter { $0.name.hasPrefix("table-6") } + after + leftOut
      + [FigureSections.toy] + figures
    let command = Interrupt.quoted(
      ["tfnas", "report"] + store.flatMap { ["--store", $0] } + ["--out", out])
    return ReportPage(
      title: "Ranking networks before they are trained",
      introduction: [
        "Proxies and rankings of NAS-Bench-201, measured by tfnas \(packageVersion), beside those that "
          + "the paper on VKDNW prints. Each metric has its 95 % bootstrap interval over networks in "
          + "brackets, and under it what the paper says.",
        "This page was made by: \(command)",
      ], sections: sections)
  }

  /// Spectra of the best, the middle and weaker networks, with the settings of the group.
  private func spectra(_ evaluation: GroupEvaluation) throws -> Figure? {
    let collection = evaluation.collection
    let order = collection.architectures.indices.sorted {
      (collection.accuracies[$1], $0) < (collection.accuracies[$0], $1)
    }
    let shares = [("best", 0.0), ("upper quarter", 0.25), ("median", 0.5), ("lower quarter", 0.75)]
    var seen: Set<Int> = []
    let networks = shares.compactMap {
      name, share -> (name: String, architecture: NASBench201Architecture)? in
      let number = order[Int(share * Double(order.count - 1))]
      guard seen.insert(number).inserted else { return nil }
      let architecture = collection.architectures[number]
      return ("\(name): index \(architecture.benchmarkIndex)", architecture)
    }
    var settings = ScoringSettings()
    if case .integer(let batch) = evaluation.group.settings["batch"] { settings.batch = batch }
    return try Spectra.figure(
      of: networks, skeleton: evaluation.group.skeleton, settings: settings,
      seed: evaluation.group.seed, threads: RunOptions.threadCount(threads))
  }
}
