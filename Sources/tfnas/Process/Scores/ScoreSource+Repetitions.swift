internal import Reports
internal import ResultStore
internal import Scoring

extension ScoreSource {
  /// The scores of architectures with the numbers of several independent initialisations, by the name of the proxy.
  ///
  /// Says on standard error how far it is, and closes the store.
  ///
  /// - Parameters:
  ///   - architectures: the architectures, each once.
  ///   - repetitions: how many initialisations.
  /// - Returns: for each initialisation, the scores of every proxy in the order of the architectures.
  /// - Throws: status 75 with the command that goes on where it was interrupted.
  func scores(
    of architectures: [Space.Architecture], repetitions: Int
  ) throws -> [[String: [Score]]] {
    let texts = architectures.map(\.description)
    let bar = Progress(total: repetitions * architectures.count)
    for repetition in 0..<repetitions where !interrupt.flag.isRaised {
      try readRecords(repetition: repetition, of: texts)
      let open = zip(architectures, texts).filter { known(of: $1, repetition: repetition) == nil }
        .map(\.0)
      bar.advance(byKnown: architectures.count - open.count)
      try compute(
        open, repetition: repetition, shouldStop: { [flag = interrupt.flag] in flag.isRaised },
        progress: bar)
    }
    bar.finish()
    try store?.close()
    let found = (0..<repetitions).map { repetition in
      texts.compactMap { known(of: $0, repetition: repetition) }
    }
    let missing = found.reduce(repetitions * texts.count) { $0 - $1.count }
    guard missing == 0 else {
      throw CommandError(
        .incomplete,
        "interrupted with \(counted(missing, "network")) left; "
          + Interrupt.fate(isStored: store != nil))
    }
    return found.map { known in
      Dictionary(
        uniqueKeysWithValues: evaluator.proxies.enumerated().map { number, proxy in
          (proxy.name, known.map { $0[number].score })
        })
    }
  }
}
