internal import Reports
internal import ResultStore
internal import Scoring

extension ScoreSource {
  /// How much is said of the work on a list.
  enum Wording {
    /// Its beginning and its end.
    case full
    /// Neither where there are few networks, whose scores are there before the line is read.
    case brief

    /// The most networks that are scored without a word before.
    fileprivate static var few: Int { 20 }
  }

  /// One score of every proxy for each architecture, in their order, by the key of the proxy.
  ///
  /// Says on standard error how far it is, and closes the store.
  ///
  /// - Parameters:
  ///   - architectures: the architectures, each once.
  ///   - wording: how much is said.
  ///   - progress: called with what is known of the first architectures, as soon as no gap is among
  ///     them: the scores of every proxy, in the evaluator's order.
  /// - Returns: the scores.
  /// - Throws: status 75 with the command that goes on where it was interrupted, and what `progress`
  ///   throws.
  func scores(
    of architectures: [Space.Architecture], wording: Wording = .full,
    progress: (Space.Architecture, [Score]) throws -> Void = { _, _ in }
  ) throws -> [String: [Score]] {
    let texts = architectures.map(\.description)
    let versions = try readRecords(repetition: 0, of: texts).subtracting([packageVersion])
    if let store, !versions.isEmpty {
      Diagnostics.say(
        "\(store.path): some scores were computed by version "
          + versions.sorted().joined(separator: ", "))
    }
    let open = zip(architectures, texts).filter { known(of: $1) == nil }.map(\.0)
    if let store, open.count < architectures.count {
      Diagnostics.say(
        "\(store.path): holds \(architectures.count - open.count) of the \(architectures.count) "
          + "networks")
    }
    var told = 0
    func tell() throws {
      while told < architectures.count, let known = known(of: texts[told]) {
        try progress(architectures[told], known.map(\.score))
        told += 1
      }
    }
    try tell()
    if !open.isEmpty {
      // A few are there before the line is read.
      let isTold = !Terminal.isInteractive && (wording == .full || open.count > Wording.few)
      let line =
        "scoring \(counted(open.count, "network")) on " + counted(evaluator.threads, "thread")
      let bar = Progress(total: open.count)
      try compute(
        open, opening: isTold ? [line] : [],
        shouldStop: { [flag = interrupt.flag] in flag.isRaised }, progress: bar
      ) { _ in try tell() }
      // Of one network there is nothing to say that its score does not.
      if wording == .full || Terminal.isInteractive || store != nil || open.count > 1 {
        bar.finish()
      }
      if let store, countOfOthers > 0 {
        Diagnostics.say(
          "\(store.path): \(counted(countOfOthers, "network")) came from other processes meanwhile")
      }
    }
    try store?.close()
    let found = texts.compactMap { known(of: $0) }
    guard found.count == texts.count else {
      throw CommandError(
        .incomplete,
        "interrupted with \(counted(texts.count - found.count, "network")) left; "
          + Interrupt.fate(isStored: store != nil))
    }
    return knownScores(of: architectures)
  }
}
