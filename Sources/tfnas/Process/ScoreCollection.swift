internal import Reports
internal import ResultStore
internal import Scoring
internal import Spaces

/// Scores of many architectures, each taken from a store or else computed and stored.
final class ScoreCollection<Space: SearchSpace> {
  /// The most networks that are scored without a word before.
  private static var fewNetworks: Int { 20 }

  private let evaluator: Evaluator<Space>
  private let store: ResultStore?
  /// Whether the start is told of even where there are few networks.
  private let tellsOfFew: Bool
  /// The scores by proxy and text of the architecture.
  private var known: [String: [String: Score]] = [:]

  /// Opens the store, if there is one, and reads what it holds of the evaluator's proxies.
  init(_ evaluator: Evaluator<Space>, store path: String?, tellsOfFew: Bool = true) throws {
    self.evaluator = evaluator
    self.tellsOfFew = tellsOfFew
    store = try path.map(ResultStore.init(growing:))
    guard let store else { return }
    var versions: Set<String> = []
    for proxy in evaluator.proxies {
      let records = try store.evaluations(
        space: Space.name, proxy: proxy.name,
        settings: evaluator.settingsText(of: proxy), seed: evaluator.seed)
      known[proxy.key] = records.mapValues(\.score)
      versions.formUnion(records.values.lazy.map(\.version))
    }
    versions.remove(packageVersion)
    if !versions.isEmpty {
      Diagnostics.say(
        "\(store.path): some scores were computed by version "
          + versions.sorted().joined(separator: ", "))
    }
  }

  /// One score of every proxy for each architecture, in their order, by the key of the proxy.
  ///
  /// Says on standard error how far it is, and closes the store.
  ///
  /// - Parameters:
  ///   - architectures: the architectures, each once.
  ///   - progress: called with what is known of the first architectures, as soon as no gap is among
  ///     them: the scores of every proxy, in the evaluator's order.
  /// - Returns: the scores.
  /// - Throws: status 75 with the command that goes on where it was interrupted, and what `progress`
  ///   throws.
  func scores(
    of architectures: [Space.Architecture],
    progress: (Space.Architecture, [Score]) throws -> Void = { _, _ in }
  ) throws -> [String: [Score]] {
    let texts = architectures.map(\.description)
    let known = known
    let open = zip(architectures, texts).filter { _, text in
      evaluator.proxies.contains { known[$0.key]?[text] == nil }
    }.map(\.0)
    if let store, open.count < architectures.count {
      Diagnostics.say(
        "\(store.path): holds \(architectures.count - open.count) of the \(architectures.count) "
          + "networks")
    }
    var told = 0
    func tell() throws {
      while told < architectures.count, let scores = self.scores(of: texts[told]) {
        try progress(architectures[told], scores)
        told += 1
      }
    }
    try tell()
    if !open.isEmpty {
      try store?.prepareToAppend()
      try compute(open, known: known, afterEach: tell)
    }
    try store?.close()
    return Dictionary(
      uniqueKeysWithValues: evaluator.proxies.map { proxy in
        let scores = self.known[proxy.key, default: [:]]
        return (proxy.key, texts.compactMap { scores[$0] })
      })
  }

  /// The score of every proxy, `nil` where one is missing.
  private func scores(of text: String) -> [Score]? {
    let scores = evaluator.proxies.compactMap { known[$0.key]?[text] }
    return scores.count == evaluator.proxies.count ? scores : nil
  }

  private func compute(
    _ architectures: [Space.Architecture], known: [String: [String: Score]],
    afterEach: () throws -> Void
  ) throws {
    let interrupt = Interrupt.process
    let fate = Interrupt.fate(isStored: store != nil)
    interrupt.begin(networks: evaluator.concurrency(of: architectures.count), fate: fate)
    defer { interrupt.end() }
    // A few are there before the line is read.
    if !Terminal.isInteractive, tellsOfFew || architectures.count > Self.fewNetworks {
      Diagnostics.say(
        "scoring \(counted(architectures.count, "network")) on "
          + counted(evaluator.threads, "thread"))
    }
    let progress = Progress(total: architectures.count)
    var done = 0
    let wanted = { @Sendable (architecture: Space.Architecture, proxy: any Proxy) in
      known[proxy.key]?[architecture.description] == nil
    }
    try evaluator.run(
      architectures, wanted: wanted,
      shouldStop: { [flag = interrupt.flag] in flag.isRaised }
    ) { architecture, records in
      try store?.append(records)
      for (proxy, record) in zip(evaluator.proxies.filter { wanted(architecture, $0) }, records) {
        self.known[proxy.key, default: [:]][record.architecture] = record.score
      }
      done += 1
      progress.advance(
        architecture.description, seconds: records.reduce(0) { $0 + $1.seconds })
      try afterEach()
    }
    // Of one network there is nothing to say that its score does not.
    if tellsOfFew || Terminal.isInteractive || store != nil || architectures.count > 1 {
      progress.finish()
    }
    guard done == architectures.count else {
      try store?.close()
      throw CommandError(
        .incomplete,
        "interrupted with \(counted(architectures.count - done, "network")) left; \(fate)")
    }
  }
}
