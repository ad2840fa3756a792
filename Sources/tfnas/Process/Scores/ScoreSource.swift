internal import Foundation
internal import Networks
internal import Reports
internal import ResultStore
internal import Scoring

/// The scores of networks of one space: held by a store, or else computed and stored.
///
/// Every command that needs scores has them from here: those of a list, those of a search that goes on as long as it
/// may, and those that a store must hold.
final class ScoreSource<Space: SearchSpace> {
  /// What is known of a network.
  struct Known {
    let score: Score
    /// The seconds of one worker that it took.
    let seconds: Double

    /// What a record says.
    init(_ record: Evaluation) {
      score = record.score
      seconds = record.seconds
    }
  }

  /// The evaluator of the first initialisations.
  let evaluator: Evaluator<Space>
  let store: ResultStore?
  let interrupt = Interrupt.process
  /// What is known by repetition, key of the proxy, and text of the architecture.
  private var known: [Int: [String: [String: Known]]] = [:]

  /// Opens the store, if there is one.
  init(_ evaluator: Evaluator<Space>, store path: String?) throws {
    self.evaluator = evaluator
    store = try path.map(ResultStore.init(growing:))
  }

  /// The evaluator of a repetition: its numbers have a seed of their own.
  func evaluator(repetition: Int) -> Evaluator<Space> {
    Evaluator(
      space: evaluator.space, proxies: evaluator.proxies, settings: evaluator.settings,
      seed: evaluator.seed &+ UInt64(repetition) << 32, threads: evaluator.threads,
      given: evaluator.given, images: evaluator.images)
  }

  // MARK: What is known

  /// Reads what the store holds of a repetition, once.
  ///
  /// - Returns: the versions that computed it.
  @discardableResult
  func readRecords(repetition: Int) throws -> Set<String> {
    if known[repetition] != nil { return [] }
    let evaluator = evaluator(repetition: repetition)
    var versions: Set<String> = []
    var held: [String: [String: Known]] = [:]
    for proxy in evaluator.proxies {
      let records =
        try store?.evaluations(
          space: evaluator.space.name, proxy: proxy.name,
          settings: evaluator.settingsText(of: proxy), seed: evaluator.seed) ?? [:]
      held[proxy.key] = records.mapValues(Known.init)
      versions.formUnion(records.values.lazy.map(\.version))
    }
    known[repetition] = held
    return versions
  }

  /// What is known of an architecture by every proxy, `nil` where one is missing.
  func known(of text: String, repetition: Int = 0) -> [Known]? {
    let held = known[repetition] ?? [:]
    let found = evaluator.proxies.compactMap { held[$0.key]?[text] }
    return found.count == evaluator.proxies.count ? found : nil
  }

  /// How many networks all scores of the first repetition are known of.
  func knownCount() throws -> Int {
    try readRecords(repetition: 0)
    let held = evaluator.proxies.map { known[0]?[$0.key].map { Set($0.keys) } ?? [] }
    return held.dropFirst().reduce(held.first ?? []) { $0.intersection($1) }.count
  }

  // MARK: What is computed

  /// Computes the scores of architectures that are not known, and stores them.
  ///
  /// - Parameters:
  ///   - architectures: the architectures, each once.
  ///   - repetition: which of several independent initialisations.
  ///   - shouldStop: whether no further network is to be started.
  ///   - progress: counts the networks.
  ///   - afterEach: called after each network.
  func compute(
    _ architectures: [Space.Architecture], repetition: Int = 0,
    shouldStop: @Sendable () -> Bool, progress: Progress, afterEach: () throws -> Void = {}
  ) throws {
    guard !architectures.isEmpty else { return }
    let evaluator = evaluator(repetition: repetition)
    let held = known[repetition] ?? [:]
    let wanted = { @Sendable (architecture: Space.Architecture, proxy: any Proxy) in
      held[proxy.key]?[architecture.description] == nil
    }
    try store?.prepareToAppend()
    interrupt.begin(
      networks: evaluator.concurrency(of: architectures.count),
      fate: Interrupt.fate(isStored: store != nil))
    defer { interrupt.end() }
    try evaluator.run(architectures, wanted: wanted, shouldStop: shouldStop) {
      architecture, records in
      try store?.append(records)
      for (proxy, record) in zip(evaluator.proxies.filter { wanted(architecture, $0) }, records) {
        known[repetition, default: [:]][proxy.key, default: [:]][record.architecture] =
          Known(record)
      }
      progress.advance(
        architecture.description, seconds: records.reduce(0) { $0 + $1.seconds })
      try afterEach()
    }
  }
}
