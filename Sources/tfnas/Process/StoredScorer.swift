internal import Formats
internal import Foundation
internal import Networks
internal import ResultStore
internal import Scoring
internal import Search
internal import Tensors

/// The scores of a search: from a store, or else computed and stored.
final class StoredScorer<Space: SearchSpace>: SearchScorer {
  typealias Architecture = Space.Architecture

  private let space: Space
  private let proxies: [any Proxy]
  private let settings: ScoringSettings
  private let images: any ImageSource
  private let seed: UInt64
  private let threads: Int
  private let store: ResultStore?
  private let interrupt = Interrupt.process
  private let start = ContinuousClock.now
  private let progress: Progress
  /// What is said when the first networks are to be scored: a search that finds none says why alone.
  var opening: [String] = []
  /// The seconds after the start from which no further work is begun, `nil` where time is no matter.
  var limit: Double?
  /// The scores by repetition, name of the proxy, and text of the architecture.
  private var known: [Int: [String: [String: Score]]] = [:]
  private var latencies: [String: Double]?

  /// The name under which latencies are stored.
  private static var latencyName: String { "latency" }

  /// Opens the store, if there is one.
  ///
  /// - Parameters:
  ///   - evaluator: what computes the scores of the first repetition.
  ///   - path: the store.
  ///   - budget: the seconds that the search may take.
  ///   - total: the scorings that are expected.
  /// - Throws: 65 where the store holds scores of other settings alone, and what is wrong with the file.
  init(
    _ evaluator: Evaluator<Space>, store path: String?, budget: Double?, total: Int
  ) throws {
    space = evaluator.space
    proxies = evaluator.proxies
    settings = evaluator.settings
    images = evaluator.images
    seed = evaluator.seed
    threads = evaluator.threads
    store = try path.map(ResultStore.init(growing:))
    limit = budget
    progress = Progress(total: total, budget: budget)
    guard let store else { return }
    try Self.check(store, against: evaluator)
  }

  /// What a report says of the settings.
  var evaluator: Evaluator<Space> { evaluator(repetition: 0) }

  /// The evaluator of a repetition: its numbers have a seed of their own.
  private func evaluator(repetition: Int) -> Evaluator<Space> {
    Evaluator(
      space: space, proxies: proxies, settings: settings,
      seed: seed &+ UInt64(repetition) << 32, threads: threads, images: images)
  }

  /// Refuses a store whose scores all belong to other settings: its search is another one.
  private static func check(_ store: ResultStore, against evaluator: Evaluator<Space>) throws {
    let series = try store.series().map(\.series).filter { $0.space == Space.name }
    var foreign: (proxy: String, settings: String)?
    for proxy in evaluator.proxies where !proxy.needs.isEmpty {
      let wanted = evaluator.settingsText(of: proxy)
      let same = series.filter { $0.proxy == proxy.name }
      if same.contains(where: { $0.settings == wanted }) { return }
      if let other = same.first, foreign == nil { foreign = (proxy.name, other.settings) }
    }
    guard let foreign, let proxy = evaluator.proxies.first(where: { $0.name == foreign.proxy })
    else { return }
    throw CommandError(
      .badData,
      "\(store.path): was written by another preset: its scores of '\(foreign.proxy)' have the "
        + "settings \(foreign.settings), this search has \(evaluator.settingsText(of: proxy)); "
        + "name another --store")
  }

  // MARK: Scores

  /// The seconds since the start.
  var seconds: Double { (ContinuousClock.now - start) / .seconds(1) }

  /// The seconds that one network took, `nil` where none was scored.
  var secondsOfOne: Double? {
    progress.scored > 0 ? seconds / Double(progress.scored) : nil
  }

  /// Networks that were scored in this run.
  var scored: Int { progress.scored }

  var isStopped: Bool { interrupt.flag.isRaised || isOutOfTime }

  private var isOutOfTime: Bool { limit.map { seconds >= $0 } ?? false }

  /// Whether the search was stopped by its user.
  var isInterrupted: Bool { interrupt.flag.isRaised }

  func scores(
    of architectures: [Architecture], repetition: Int
  ) throws -> [Architecture: [String: Score]] {
    if !architectures.isEmpty {
      for line in opening { Diagnostics.say(line) }
      opening = []
    }
    let evaluator = evaluator(repetition: repetition)
    try readRecords(of: evaluator, repetition: repetition)
    let flag = interrupt.flag
    let deadline = limit.map { start + .seconds($0) }
    let missing = missing(of: architectures, repetition: repetition)
    let open = architectures.filter { missing[$0] != nil }
    progress.advance(byKnown: architectures.count - open.count)
    if !open.isEmpty {
      try store?.prepareToAppend()
      interrupt.begin(
        networks: evaluator.concurrency(of: open.count),
        fate: Interrupt.fate(isStored: store != nil))
      defer { interrupt.end() }
      try evaluator.run(
        open, wanted: { missing[$0]?.contains($1.name) ?? false },
        shouldStop: { flag.isRaised || deadline.map { ContinuousClock.now >= $0 } ?? false }
      ) { architecture, records in
        try store?.append(records)
        for record in records {
          self.known[repetition, default: [:]][record.proxy, default: [:]][record.architecture] =
            record.score
        }
        progress.advance(
          architecture.description, seconds: records.reduce(0) { $0 + $1.seconds })
      }
    }
    var result: [Architecture: [String: Score]] = [:]
    for architecture in architectures {
      let text = architecture.description
      let scores = proxies.compactMap { proxy in
        self.known[repetition]?[proxy.name]?[text].map { (proxy.name, $0) }
      }
      if scores.count == proxies.count {
        result[architecture] = Dictionary(uniqueKeysWithValues: scores)
      }
    }
    return result
  }

  /// The names of the proxies that candidates have no score of; candidates with all of them are left out.
  private func missing(
    of architectures: [Architecture], repetition: Int
  ) -> [Architecture: Set<String>] {
    var missing: [Architecture: Set<String>] = [:]
    for architecture in architectures {
      let text = architecture.description
      let names = proxies.map(\.name).filter { known[repetition]?[$0]?[text] == nil }
      if !names.isEmpty { missing[architecture] = Set(names) }
    }
    return missing
  }

  /// Reads what the store holds of a repetition, once.
  private func readRecords(of evaluator: Evaluator<Space>, repetition: Int) throws {
    if known[repetition] != nil { return }
    var held: [String: [String: Score]] = [:]
    for proxy in proxies {
      held[proxy.name] =
        try store?.evaluations(
          space: Space.name, proxy: proxy.name, settings: evaluator.settingsText(of: proxy),
          seed: evaluator.seed
        ).mapValues(\.score) ?? [:]
    }
    known[repetition] = held
  }

  /// Expects more scorings than were named at the start.
  func expect(more count: Int) { progress.expect(more: count) }

  /// Says beside the progress how the search stands.
  func note(_ value: String, of name: String) { progress.note(value, of: name) }

  /// How many networks the store holds the scores of, with the numbers of the first repetition.
  func storedCount() throws -> Int {
    let evaluator = evaluator
    try readRecords(of: evaluator, repetition: 0)
    let held = proxies.map { known[0]?[$0.name].map { Set($0.keys) } ?? [] }
    return held.dropFirst().reduce(held.first ?? []) { $0.intersection($1) }.count
  }

  // MARK: Latency

  func latency(of architecture: Architecture) throws -> Double {
    let latencySettings = SettingValue.canonical(
      space.settings.merging([
        "batch": .integer(1), "precision": .text(settings.precision.rawValue),
        "threads": .integer(1),
      ]) { $1 })
    let text = architecture.description
    if latencies == nil {
      latencies =
        try store?.evaluations(
          space: Space.name, proxy: Self.latencyName, settings: latencySettings, seed: 0
        ).compactMapValues(\.score.value) ?? [:]
    }
    if let known = latencies?[text] { return known }
    let network = try space.network(for: architecture)
    let start = ContinuousClock.now
    let measured = try NetworkLatency(
      of: network,
      parameters: Initializer.kaimingNormal.parameters(
        for: network, seed: 0, architecture: text, purpose: Self.latencyName),
      on: try Compute(threads: 1, precision: settings.precision)
    ).seconds
    latencies?[text] = measured
    try store?.append([
      Evaluation(
        space: Space.name, architecture: text, proxy: Self.latencyName,
        settings: latencySettings, seed: 0, version: packageVersion, score: .value(measured),
        seconds: (ContinuousClock.now - start) / .seconds(1))
    ])
    return measured
  }

  // MARK: End

  /// Ends the progress and closes the store.
  func close() throws {
    progress.finish()
    try store?.close()
  }
}
