internal import Figures
internal import Reports
internal import Scoring
internal import Spaces

/// The parts of a report, made one after the other while a bar tells how far they are.
struct ReportParts {
  /// The series of NAS-Bench-201, by their settings.
  let groups: [ScoreGroup]
  /// The runs of all other spaces.
  let runs: [any ReportedRun]
  /// The series of NAS-Bench-201, for ablations and rankings that learn.
  let series: [ScoreSeries]
  /// Cells that were scored again with fresh numbers.
  let repeated: Set<NASBench201Architecture>
  /// The files.
  let stores: [String]
  let metrics: MetricOptions
  /// Draws of training networks for rankings that learn.
  let draws: Int
  let threads: Int

  /// The group of each data set that has most proxies, which comes first.
  private var mainGroups: [ScoreGroup] {
    BenchmarkDataset.allCases.compactMap { dataset in groups.first { $0.dataset == dataset } }
  }

  /// All parts in their order.
  ///
  /// - Parameter command: the line that makes the page.
  /// - Returns: the page.
  /// - Throws: what stands in the way of a part.
  func page(command: String) throws -> ReportPage {
    // A part for each group and population, each run, the ablations, and what learns.
    let progress = Progress(
      total: groups.count * 2 + mainGroups.count + runs.count + (groups.isEmpty ? 0 : 1)
        + (draws > 0 ? 1 : 0),
      of: "part", done: "made")
    func part<T>(_ name: String, _ make: () throws -> T) rethrows -> T {
      let start = ContinuousClock.now
      let made = try make()
      progress.advance(name, seconds: (ContinuousClock.now - start) / .seconds(1))
      return made
    }

    let mine =
      try mainGroups.compactMap { group in
        try part("run on \(group.dataset)") { try section(of: group) }
      }
      + runs.enumerated().map { number, run in
        try part("run in \(run.spaceName)") {
          try run.section(
            name: "run-\(run.spaceName)" + (number > 0 ? "-\(number + 1)" : ""), threads: threads)
        }
      }
    var known: Set<BenchmarkDataset> = []
    let evaluations = groups.flatMap { group in
      let isFirst = known.insert(group.dataset).inserted
      return [NASBench201Population.live, .all].compactMap { population in
        part("\(group.dataset), \(population.rawValue)") {
          GroupEvaluation(
            group, population: population, cutoff: metrics.at, bootstrap: metrics.bootstrap,
            onlyOwn: !isFirst)
        }
      }
    }
    let ablations =
      groups.isEmpty
      ? []
      : try part("ablations") {
        try AblationTable.tables(of: series, cutoff: metrics.at, bootstrap: metrics.bootstrap)
      }
    let learned =
      draws > 0
      ? try part("rankings that learn") {
        try LearnedRow.rows(of: series, draws: draws, threads: threads)
      } : []
    progress.finish()
    return ReportPage(
      title: "Networks ranked before they are trained",
      introduction: [
        "Scores of \(stores.joined(separator: ", ")), by tfnas \(packageVersion)."
          + (evaluations.isEmpty
            ? ""
            : " Each metric has its 95 % bootstrap interval over networks in brackets, and under it "
              + "what the paper on VKDNW says."),
        "This page was made by: \(command)",
      ],
      sections: mine
        + sections(of: evaluations, ablations: ablations, learned: learned))
  }

  // MARK: The paper

  private func sections(
    of evaluations: [GroupEvaluation], ablations: [(table: AblationTable, store: String)],
    learned: [LearnedRow]
  ) -> [ReportSection] {
    guard !groups.isEmpty else { return [] }
    let tables = RankingSections.sections(
      of: evaluations, learned: Set(learned.map(\.dataset)))
    let varied = AblationSections.sections(of: ablations).sorted { $0.name < $1.name }
    // Tables III to V, and those after VI.
    let before = varied.filter { ["table-3", "table-4", "table-5"].contains($0.name) }
    let after = varied.filter {
      $0.name.hasPrefix("table-") && !before.map(\.name).contains($0.name)
    }
    let leftOut = varied.filter { !$0.name.hasPrefix("table-") }
    let figures = BenchmarkDataset.allCases.compactMap { dataset in
      // The group with most proxies comes first, and the live networks are those of the figures.
      evaluations.first { $0.group.dataset == dataset && $0.population == .live }.map {
        FigureSections.section(of: $0)
      }
    }
    return tables.filter { $0.name.hasPrefix("table-1") } + LearnedSections.sections(of: learned)
      + before + tables.filter { $0.name.hasPrefix("table-6") } + after + leftOut + figures + [
        NotRunSection.section(
          beside: evaluations, ablations: Set(varied.map(\.name)), isLearned: draws > 0,
          store: stores.first ?? "scores.sqlite")
      ]
  }

  // MARK: Runs

  /// The part of the networks of a group; `nil` where too few have scores.
  private func section(of group: ScoreGroup) throws -> ReportSection? {
    func byText<Value>(_ values: [NASBench201Architecture: Value]) -> [String: Value] {
      Dictionary(uniqueKeysWithValues: values.map { ($0.key.description, $0.value) })
    }
    return try SpaceRun(
      group.series.mapValues { byText($0.records).mapValues(\.score) },
      of: NASBench201Space(skeleton: group.skeleton), settings: group.settings,
      seed: group.seed, stores: Set(group.series.values.map(\.store)).sorted(),
      repeated: Set(repeated.map(\.description)), task: group.dataset.task
    )?.section(name: "run-\(group.dataset.rawValue)", threads: threads)
  }
}
