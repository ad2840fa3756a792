internal import ResultStore
internal import Scoring
internal import Spaces

/// Scores of many architectures, each taken from a store or else computed and stored.
struct ScoreCollection {
  private let evaluator: Evaluator<NASBench201Space>
  private let store: ResultStore?
  /// The scores by proxy and text of the architecture.
  private var known: [String: [String: Score]] = [:]

  /// Opens the store, if there is one, and reads what it holds of the evaluator's proxies.
  init(_ evaluator: Evaluator<NASBench201Space>, store path: String?) throws {
    self.evaluator = evaluator
    store = try path.map(ResultStore.init(path:))
    guard let store else { return }
    var versions: Set<String> = []
    for proxy in evaluator.proxies {
      let records = try store.evaluations(
        space: NASBench201Space.name, proxy: proxy.name,
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
  /// - Throws: status 75 with the command that goes on where it was interrupted.
  mutating func scores(
    of architectures: [NASBench201Architecture]
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
    if !open.isEmpty { try compute(open, known: known) }
    try store?.close()
    return Dictionary(
      uniqueKeysWithValues: evaluator.proxies.map { proxy in
        let scores = self.known[proxy.key, default: [:]]
        return (proxy.key, texts.compactMap { scores[$0] })
      })
  }

  private mutating func compute(
    _ architectures: [NASBench201Architecture], known: [String: [String: Score]]
  ) throws {
    let interrupt = Interrupt()
    let progress = Progress(total: architectures.count)
    var done = 0
    let wanted = { @Sendable (architecture: NASBench201Architecture, proxy: any Proxy) in
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
      progress.advance()
    }
    progress.finish()
    guard done == architectures.count else {
      try store?.close()
      let left = "interrupted with \(architectures.count - done) networks left; "
      throw CommandError(
        .incomplete,
        left
          + (store == nil
            ? "nothing was stored, as there is no --store; start again with: "
            : "everything computed is stored; go on with: ") + Interrupt.commandLine)
    }
  }
}
