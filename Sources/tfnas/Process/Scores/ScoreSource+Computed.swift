internal import Foundation
internal import Networks
internal import Reports
internal import ResultStore
internal import Scoring

extension ScoreSource {
  /// Computes the scores of architectures that are not known, and stores them.
  ///
  /// Other processes at the same store compute a part of them: their scores are read as soon as they are there.
  ///
  /// - Parameters:
  ///   - architectures: the architectures, each once.
  ///   - repetition: which of several independent initialisations.
  ///   - opening: what is said once an interrupt is heard.
  ///   - shouldStop: whether no further network is to be started.
  ///   - progress: counts the networks.
  ///   - afterEach: called with the records of each network once they are stored, without any for one that
  ///     another process scored.
  /// - Throws: what the evaluator, the store and `afterEach` throw.
  func compute(
    _ architectures: [Space.Architecture], repetition: Int = 0, opening: [String] = [],
    shouldStop: @Sendable () -> Bool, progress: Progress,
    afterEach: ([Evaluation]) throws -> Void = { _ in }
  ) throws {
    guard !architectures.isEmpty else { return }
    let evaluator = evaluator(repetition: repetition)
    let held = scores(repetition: repetition)
    let wanted = { @Sendable (architecture: Space.Architecture, proxy: any Proxy) in
      held[proxy.key]?[architecture.description] == nil
    }
    try store?.prepareToAppend()
    try checkMemory(for: architectures)
    let fate = Interrupt.fate(isStored: store != nil || worker != nil)
    let workers = evaluator.concurrency(of: architectures.count)
    interrupt.begin(networks: workers, fate: fate)
    // Behind it a worker of a folder has still to say what it did, and hears of a signal until it has.
    defer { if worker == nil { interrupt.end() } }
    for line in opening { Diagnostics.say(line) }
    guard let store else {
      return try evaluator.run(architectures, wanted: wanted, shouldStop: shouldStop) {
        architecture, records in
        defer { progress.advance(architecture, records) }
        note(records, of: evaluator.proxies.filter { wanted(architecture, $0) }, repetition)
        try afterEach(records)
      }
    }
    let share = WorkShare(architectures, by: evaluator, wanted: wanted, store: store)

    func fetchArrivals() throws {
      let arrivals = share.takeArrivals()
      for (proxy, record) in arrivals.lazy.flatMap(\.records) {
        note(record, by: proxy, repetition)
      }
      let complete = arrivals.count(where: \.isComplete)
      if complete == 0 { return }
      countOfOthers += complete
      progress.advance(byKnown: complete)
      try afterEach([])
    }

    func run(_ architectures: [Space.Architecture]) throws {
      try evaluator.run(
        architectures, wanted: share.wants, begins: share.begins, shouldStop: shouldStop
      ) { architecture, records in
        defer { progress.advance(architecture, records) }
        note(records, of: evaluator.proxies.filter { share.wants(architecture, $0) }, repetition)
        try store.append(records)
        share.finish(architecture)
        try fetchArrivals()
        try afterEach(records)
      }
      try fetchArrivals()
    }

    try store.sharing {
      try run(architectures)
      var isTold = false
      while !shouldStop(), share.heldCount > 0 {
        let free = try share.lookAgain()
        try fetchArrivals()
        let count = share.heldCount
        if !free.isEmpty {
          interrupt.begin(networks: evaluator.concurrency(of: free.count), fate: fate)
          try run(free)
        } else if count > 0 {
          if !isTold {
            Diagnostics.say(
              "\(store.path): waiting for \(counted(count, "network")) that another process is scoring"
            )
            isTold = true
          }
          interrupt.begin(networks: 0, fate: fate)
          Thread.sleep(forTimeInterval: 0.1)
        }
      }
    }
  }

  /// Takes the records of one architecture in.
  private func note(_ records: [Evaluation], of proxies: [any Proxy], _ repetition: Int) {
    hasComputed = true
    for (proxy, record) in zip(proxies, records) { note(record, by: proxy.key, repetition) }
  }

  /// Refuses networks that do not fit into memory, by the plans of a few of the first that are computed.
  private func checkMemory(for architectures: [Space.Architecture]) throws {
    let isFree = evaluator.proxies.allSatisfy { $0 is any CostProxy }
    if isFree || hasComputed { return }
    let step = max(architectures.count / 3, 1)
    let workers = evaluator.threads
    let largest = try stride(from: 0, to: architectures.count, by: step).map { number in
      try MemoryEstimate(
        of: evaluator.space.network(for: architectures[number]), proxies: evaluator.proxies,
        settings: evaluator.settings
      ).bytes(workers: workers, networks: architectures.count)
    }.max()
    if let largest {
      try MemoryLimit.check(largest, workers: workers)
    }
  }
}

extension Progress {
  /// Counts a network that is scored now.
  fileprivate func advance(
    _ architecture: some CustomStringConvertible, _ records: [Evaluation]
  ) {
    advance(architecture.description, seconds: records.reduce(0) { $0 + $1.seconds })
  }
}
