internal import Figures
internal import Formats
internal import Reports
internal import Scoring
internal import Search
internal import Spaces

/// A run of any space, as the report shows it.
protocol ReportedRun {
  /// The name of the space.
  var spaceName: String { get }

  /// The part of the report about it.
  func section(name: String, threads: Int) throws -> ReportSection
}

/// A run with its space.
struct SpaceRun<Space: ListedSpace>: ReportedRun {
  private let run: ScoredRun<Space.Architecture>
  private let space: Space
  private let title: String

  /// Ranks the networks of a run; `nil` where fewer than two have scores.
  ///
  /// - Parameters:
  ///   - scores: the scores of each proxy by the text of the architecture.
  ///   - space: the space with the sizes of the run.
  ///   - settings: the settings of all scores together.
  ///   - seed: the seed of weights and inputs.
  ///   - stores: the files that hold the scores.
  ///   - repeated: the networks that were scored again with fresh numbers.
  ///   - task: the task of the accuracies, `nil` for the only one that the sizes allow.
  /// - Throws: 65 where an architecture cannot be read, and an error of the sizes.
  init?(
    _ scores: [String: [String: Score]], of space: Space, settings: [String: SettingValue],
    seed: UInt64, stores: [String], repeated: Set<String>, task: BenchmarkTask? = nil
  ) throws {
    var keyed: [String: [Space.Architecture: Score]] = [:]
    for (proxy, scores) in scores {
      for (text, score) in scores {
        let architecture = try ArchitectureList.parse(
          text, at: "\(stores.first ?? "store"): an architecture", in: space)
        keyed[proxy, default: [:]][architecture] = score
      }
    }
    let names = Set(scores.values.flatMap(\.keys))
    let known = task ?? Self.task(of: space)
    let accuracies = known.flatMap { space.accuracies(on: $0) }
    let products =
      space is MobileNetV2Space
      ? SearchPreset.allCases.map { SearchDefaults.mobileNetV2($0).components }
      : [SearchPreset.default, .vkdnw].map {
        SearchDefaults.common($0, sizes: space.sizes).components
      }
    let run = try ScoredRun(
      keyed, space: space.name, settings: settings, seed: seed, stores: stores,
      repeated: repeated.intersection(names).count, products: products,
      costs: { try space.costs(of: $0) },
      accuracy: accuracies?.lookup, index: space.indexing)
    guard let run else { return nil }
    self.run = run
    self.space = space
    // Where no space is named, NAS-Bench-201 is meant, as everywhere.
    title =
      (space is NASBench201Space ? "Networks" : "Networks of \(space.name)")
      + (known.map { " on \($0.title)" } ?? "")
  }

  /// The task that a run of these sizes must be for.
  private static func task(of space: Space) -> BenchmarkTask? {
    let fitting = space.tasks.filter { $0.sizes.classes == space.sizes.classes }
    return fitting.count == 1 ? fitting[0] : nil
  }

  var spaceName: String { run.space }

  func section(name: String, threads: Int) throws -> ReportSection {
    RunSections.section(
      of: run, name: name, title: title, drawing: try drawing(named: name),
      spectra: try spectra(threads: threads))
  }

  /// The best network of the run.
  private func drawing(named name: String) throws -> Figure? {
    guard let best = run.comparison.best(1).first else { return nil }
    let architecture = run.comparison.history.entries[best].architecture
    return try NetworkDrawing.figure(
      of: architecture, in: space, name: "drawing-\(name)",
      title: "The best network")
  }

  /// Spectra of the best, the middle and weaker networks of the run, with its settings.
  private func spectra(threads: Int) throws -> Figure? {
    let comparison = run.comparison
    let order = comparison.best(comparison.count)
    let shares = [("best", 0.0), ("upper quarter", 0.25), ("median", 0.5), ("lower quarter", 0.75)]
    var seen: Set<Int> = []
    let networks = shares.compactMap {
      title, share -> (name: String, architecture: Space.Architecture)? in
      let place = order[Int(share * Double(order.count - 1))]
      guard seen.insert(place).inserted else { return nil }
      let architecture = comparison.history.entries[place].architecture
      let name =
        space.indexing.map { "index \($0(architecture))" }
        ?? FittedText.shortened(architecture.description, to: 40)
      return ("\(title): \(name)", architecture)
    }
    return try Spectra.figure(
      of: networks, in: space, settings: ScoringSettings(record: run.settings), seed: run.seed,
      threads: threads)
  }
}
