internal import Formats
internal import Networks
internal import ResultStore
internal import Scoring
internal import Search
internal import Tensors

/// The scores of a search, which computes as long as its time lasts.
final class SearchScores<Space: SearchSpace>: SearchScorer {
  typealias Architecture = Space.Architecture

  private let source: ScoreSource<Space>
  private let start = ContinuousClock.now
  private let progress: Progress
  /// What is said when the first networks are to be scored: a search that finds none says why alone.
  var opening: [String] = []
  /// The seconds after the start from which no further work is begun, `nil` where time is no matter.
  var limit: Double?
  private var latencies: [String: Double]?
  /// A device and its latencies on record, in seconds; `nil` where this machine measures them.
  var record: (device: String, latency: (Architecture) -> Double?)?
  /// The rounds of a search that several processes share, `nil` of one's own.
  var rounds: SearchRounds?

  /// The name under which latencies are stored.
  static var latencyName: String { "latency" }

  /// Takes scores of a search from a source.
  ///
  /// - Parameters:
  ///   - source: where they come from.
  ///   - budget: the seconds that the search may take.
  ///   - total: the scorings that are expected.
  /// - Throws: 65 where the store holds scores of other settings alone.
  init(_ source: ScoreSource<Space>, budget: Double?, total: Int) throws {
    self.source = source
    limit = budget
    progress = Progress(total: total, budget: budget)
    try source.refuseOtherSettings()
  }

  /// What a report says of the settings.
  var evaluator: Evaluator<Space> { source.evaluator }

  // MARK: Scores

  /// The seconds since the start.
  var seconds: Double { (ContinuousClock.now - start) / .seconds(1) }

  /// The seconds that one network took, `nil` where none was scored.
  var secondsOfOne: Double? {
    progress.scored > 0 ? seconds / Double(progress.scored) : nil
  }

  var isStopped: Bool { isInterrupted || limit.map { seconds >= $0 } ?? false }

  /// Whether the search was stopped by its user.
  var isInterrupted: Bool { source.interrupt.flag.isRaised }

  func scores(
    of architectures: [Architecture], repetition: Int
  ) throws -> [Architecture: [String: Score]] {
    try source.readRecords(repetition: repetition)
    let open = architectures.filter {
      source.known(of: $0.description, repetition: repetition) == nil
    }
    progress.advance(byKnown: architectures.count - open.count)
    let lines = architectures.isEmpty ? [] : opening
    if !architectures.isEmpty { opening = [] }
    if let rounds, !open.isEmpty {
      for line in lines { Diagnostics.say(line) }
      try rounds.share(open, repetition: repetition, from: source, progress)
    } else {
      if open.isEmpty { for line in lines { Diagnostics.say(line) } }
      try compute(open, repetition, opening: lines)
    }
    let names = evaluator.proxies.map(\.name)
    var result: [Architecture: [String: Score]] = [:]
    for architecture in architectures {
      guard let known = source.known(of: architecture.description, repetition: repetition) else {
        continue
      }
      result[architecture] = Dictionary(
        uniqueKeysWithValues: zip(names, known.map(\.score)))
    }
    return result
  }

  /// Computes architectures as long as there is time.
  private func compute(
    _ architectures: [Architecture], _ repetition: Int, opening: [String]
  ) throws {
    let deadline = limit.map { start + .seconds($0) }
    try source.compute(
      architectures, repetition: repetition, opening: opening,
      shouldStop: { [flag = source.interrupt.flag] in
        flag.isRaised || deadline.map { ContinuousClock.now >= $0 } ?? false
      }, progress: progress)
  }

  /// How many networks the store holds the scores of, with the numbers of the first repetition.
  func storedCount() throws -> Int { try source.knownCount() }

  /// Expects more scorings than were named at the start.
  func expect(more count: Int) { progress.expect(more: count) }

  /// Says beside the progress how the search stands.
  func note(_ value: String, of name: String) { progress.note(value, of: name) }

  // MARK: Latency

  func latency(of architecture: Architecture) throws -> Double {
    // What is not on record does not run there.
    if let record { return record.latency(architecture) ?? .infinity }
    let (space, precision) = (evaluator.space, evaluator.settings.precision)
    let settings = SettingValue.canonical(
      space.settings.merging([
        "batch": .integer(1), "precision": .text(precision.rawValue), "threads": .integer(1),
      ]) { $1 })
    let text = architecture.description
    if latencies == nil {
      latencies =
        try source.store?.evaluations(
          space: space.name, proxy: Self.latencyName, settings: settings, seed: 0
        ).compactMapValues(\.score.value) ?? [:]
    }
    if let known = latencies?[text] { return known }
    let network = try space.network(for: architecture)
    let start = ContinuousClock.now
    let measured = try NetworkLatency(
      of: network,
      parameters: Initializer.kaimingNormal.parameters(
        for: network, seed: 0, architecture: text, purpose: Self.latencyName),
      on: try Compute(threads: 1, precision: precision)
    ).seconds
    latencies?[text] = measured
    try source.store?.append([
      Evaluation(
        space: space.name, architecture: text, proxy: Self.latencyName, settings: settings,
        seed: 0, version: packageVersion, score: .value(measured),
        seconds: (ContinuousClock.now - start) / .seconds(1))
    ])
    return measured
  }

  // MARK: End

  /// Ends the progress and closes the store.
  func close() throws {
    progress.finish()
    try source.store?.close()
  }
}

extension ScoreSource {
  /// Refuses a store whose scores all belong to other settings: its search is another one.
  fileprivate func refuseOtherSettings() throws {
    guard let store else { return }
    let series = try store.series().map(\.series).filter { $0.space == evaluator.space.name }
    var foreign: (proxy: any Proxy, settings: String)?
    for proxy in evaluator.proxies where !proxy.needs.isEmpty {
      let same = series.filter { $0.proxy == proxy.name }
      if same.contains(where: { $0.settings == evaluator.settingsText(of: proxy) }) { return }
      if let other = same.first, foreign == nil { foreign = (proxy, other.settings) }
    }
    guard let (proxy, settings) = foreign else { return }
    throw CommandError(
      .badData,
      "\(store.path): was written by another preset: its scores of '\(proxy.name)' have the "
        + "settings \(settings), this search has \(evaluator.settingsText(of: proxy)); "
        + "name another --store")
  }
}
