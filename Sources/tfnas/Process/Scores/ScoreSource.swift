internal import Foundation
internal import Reports
internal import ResultStore
internal import Scoring
internal import Tensors

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

    /// What a worker found.
    init(score: Score, seconds: Double) {
      self.score = score
      self.seconds = seconds
    }
  }

  /// The evaluator of the first initialisations.
  let evaluator: Evaluator<Space>
  let store: ResultStore?
  let interrupt = Interrupt.process
  /// How the run is shared among processes.
  let sharing: Sharing
  /// The name of this process among the workers of a folder.
  var worker: String?
  /// Whether all networks of a folder were done when this process came.
  var hasFoundAllDone = false
  /// Whether scores of any kernels are taken.
  private let mixes: Bool
  /// What is known by repetition, key of the proxy, and text of the architecture.
  private var known: [Int: [String: [String: Known]]] = [:]
  /// Whether a score was computed in this run.
  var hasComputed = false
  /// How many networks other processes scored while this run waited for them or was at others.
  var countOfOthers = 0

  /// Opens the store, if there is one.
  init(
    _ evaluator: Evaluator<Space>, store: StoreOptions, sharing: Sharing = .none
  ) throws {
    self.evaluator = evaluator
    self.sharing = sharing
    mixes = store.mix
    self.store = try store.path.map(ResultStore.init(growing:))
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
  /// Last digits depend on the kernels, so the scores of a proxy are all of one kind: those of other kernels are
  /// taken where they are there of every network, and otherwise computed again, unless they may be mixed.
  ///
  /// - Parameters:
  ///   - repetition: which of several independent initialisations.
  ///   - texts: the architectures that are asked for, `nil` where nobody knows them yet.
  /// - Returns: the versions that computed it.
  /// - Throws: 65 where the store cannot be read.
  @discardableResult
  func readRecords(repetition: Int, of texts: [String]? = nil) throws -> Set<String> {
    if known[repetition] != nil { return [] }
    var versions: Set<String> = []
    var held: [String: [String: Known]] = [:]
    var others: Set<String> = []
    for proxy in evaluator.proxies {
      let records = try records(
        of: proxy, by: evaluator(repetition: repetition), texts, passingOver: &others)
      held[proxy.key] = records.mapValues(Known.init)
      versions.formUnion(records.values.lazy.map(\.version))
    }
    known[repetition] = held
    if let store, !others.isEmpty {
      let names = others.sorted().map { $0.isEmpty ? "kernels that nobody wrote down" : $0 }
      Diagnostics.say(
        "\(store.path): scores by \(names.joined(separator: " and by ")) are not mixed with those of this "
          + "run, by \(KernelLibraries.summary), and are computed again; --mix takes them")
    }
    return versions
  }

  /// The records of a proxy that are taken.
  ///
  /// `others` gets the kernels whose records are left where they are.
  private func records(
    of proxy: any Proxy, by evaluator: Evaluator<Space>, _ texts: [String]?,
    passingOver others: inout Set<String>
  ) throws -> [String: Evaluation] {
    guard let store else { return [:] }
    let (name, settings) = (proxy.name, evaluator.settingsText(of: proxy))
    func records(_ kernels: String?) throws -> [String: Evaluation] {
      try store.evaluations(
        space: evaluator.space.name, proxy: name, settings: settings, seed: evaluator.seed,
        kernels: kernels)
    }
    func isComplete(_ records: [String: Evaluation]) -> Bool {
      texts?.allSatisfy { records[$0] != nil } ?? false
    }
    if mixes { return try records(nil) }
    let own = Evaluator<Space>.kernels(of: proxy)
    let mine = try records(own)
    if isComplete(mine) { return mine }
    let foreign = try store.kernels(
      space: evaluator.space.name, proxy: name, settings: settings, seed: evaluator.seed
    ).filter { $0 != own }
    for kernels in foreign {
      let records = try records(kernels)
      if isComplete(records) { return records }
    }
    others.formUnion(foreign)
    return mine
  }

  /// What is known of an architecture by every proxy, `nil` where one is missing.
  func known(of text: String, repetition: Int = 0) -> [Known]? {
    let held = known[repetition] ?? [:]
    let found = evaluator.proxies.compactMap { held[$0.key]?[text] }
    return found.count == evaluator.proxies.count ? found : nil
  }

  /// What is known in a repetition, by key of the proxy and text of the architecture.
  func scores(repetition: Int) -> [String: [String: Known]] { known[repetition] ?? [:] }

  /// Takes a record in.
  func note(_ record: Evaluation, by proxy: String, _ repetition: Int) {
    note(Known(record), of: record.architecture, by: proxy, repetition)
  }

  /// Takes in what is known of a network.
  func note(_ found: Known, of text: String, by proxy: String, _ repetition: Int) {
    known[repetition, default: [:]][proxy, default: [:]][text] = found
  }

  /// The mean seconds of one worker that the scores of some proxies took on a network.
  func meanSeconds(of proxies: [any Proxy], for architectures: [Space.Architecture]) -> Double {
    let keys = Set(proxies.map(\.key))
    let places = evaluator.proxies.indices.filter { keys.contains(evaluator.proxies[$0].key) }
    let found = architectures.compactMap { known(of: $0.description) }
    let sum = found.reduce(0) { sum, known in places.reduce(sum) { $0 + known[$1].seconds } }
    return sum / Double(max(found.count, 1))
  }

  /// How many networks all scores of the first repetition are known of.
  func knownCount() throws -> Int {
    try readRecords(repetition: 0)
    let held = evaluator.proxies.map { known[0]?[$0.key].map { Set($0.keys) } ?? [] }
    return held.dropFirst().reduce(held.first ?? []) { $0.intersection($1) }.count
  }

  /// The scores of architectures that are all known, by the key of the proxy.
  func knownScores(of architectures: [Space.Architecture]) -> [String: [Score]] {
    let found = architectures.compactMap { known(of: $0.description) }
    return Dictionary(
      uniqueKeysWithValues: evaluator.proxies.enumerated().map { number, proxy in
        (proxy.key, found.map { $0[number].score })
      })
  }
}
