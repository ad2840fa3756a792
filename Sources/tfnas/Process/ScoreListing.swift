internal import ArgumentParser
internal import Reports
internal import Scoring

/// A network in a list to be scored.
struct ListedNetwork<Space: SearchSpace> {
  /// Its architecture.
  var architecture: Space.Architecture
  /// What the user calls it, `nil` for the text of the architecture.
  var name: String?
}

/// Scores of a list of networks on their way to standard output.
struct ScoreListing<Space: SearchSpace> {
  let evaluator: Evaluator<Space>
  /// The file of scores.
  let store: StoreOptions
  /// How the run is shared among processes.
  let sharing: Sharing
  let context: ScoreReport.Context
  let output: OutputOptions
  /// The index of an architecture in its benchmark, where there is one.
  let index: ((Space.Architecture) -> Int)?

  /// Where the scores of networks are from; `nil` where another process prints them.
  private func source(of networks: [ListedNetwork<Space>]) throws -> ScoreSource<Space>? {
    let source = try ScoreSource(evaluator, store: store, sharing: sharing)
    try source.share(networks.map(\.architecture))
    return try source.isPrinting() ? source : nil
  }

  private func entry(
    _ network: ListedNetwork<Space>, _ scores: [Score], position: Int? = nil
  ) -> ScoreReport.Entry {
    ScoreReport.Entry(
      architecture: network.architecture.description, network: network.name,
      index: index?(network.architecture), position: position,
      scores: Array(scores.prefix(context.proxies.count)))
  }

  /// The networks of which no earlier one has the same architecture.
  private func distinct(_ networks: [ListedNetwork<Space>]) -> [ListedNetwork<Space>] {
    var seen: Set<Space.Architecture> = []
    return networks.filter { seen.insert($0.architecture).inserted }
  }

  /// Writes the scores in the order of the list; formats of lines as the work goes on.
  ///
  /// - Parameter networks: the list.
  /// - Returns: what was written.
  /// - Throws: 75 where it was interrupted, 73 where the text cannot be written.
  func list(_ networks: [ListedNetwork<Space>]) throws -> [ScoreReport.Entry] {
    let distinct = distinct(networks)
    guard let source = try source(of: distinct) else { return [] }
    let isStreamed = output.format == .csv || output.format == .jsonl
    if output.format == .csv {
      try Output.write(try output.selected(ScoreReport(context, entries: [])).headerText)
    }
    var known: [Space.Architecture: [Score]] = [:]
    var entries: [ScoreReport.Entry] = []
    _ = try source.scores(of: distinct.map(\.architecture), wording: .brief) {
      architecture, scores in
      known[architecture] = scores
      let start = entries.count
      while entries.count < networks.count, let scores = known[networks[entries.count].architecture]
      {
        entries.append(entry(networks[entries.count], scores))
      }
      guard isStreamed else { return }
      let report = try output.selected(ScoreReport(context, entries: Array(entries[start...])))
      try Output.write(output.format == .csv ? report.recordsText : report.linesText)
    }
    if !isStreamed { try output.write(ScoreReport(context, entries: entries)) }
    return entries
  }

  /// Writes the scores in the order of a ranking.
  ///
  /// - Parameters:
  ///   - networks: the list.
  ///   - ranking: the ranking.
  ///   - top: how many of the best are written, `nil` for all.
  /// - Returns: what was written.
  /// - Throws: 75 where it was interrupted, 73 where the text cannot be written.
  func rank(
    _ networks: [ListedNetwork<Space>], by ranking: CollectionRanking, top: Int?
  ) throws -> [ScoreReport.Entry] {
    let distinct = distinct(networks)
    if distinct.count < networks.count {
      Diagnostics.say(
        "\(networks.count - distinct.count) of \(networks.count) architectures are there twice, and "
          + "are ranked once")
    }
    guard let source = try source(of: distinct) else { return [] }
    var scores: [[Score]] = []
    let columns = try source.scores(of: distinct.map(\.architecture), wording: .brief) {
      scores.append($1)
    }
    let ranked = ScoredRanking(ranking, scores: columns, count: distinct.count)
    Diagnostics.say(undefined: ranked.undefined, of: ranked.name)
    // Sorting is not stable, so the order of the list decides among equal values.
    let order = distinct.indices.sorted { (ranked.values[$1], $0) < (ranked.values[$0], $1) }
    var entries: [ScoreReport.Entry] = []
    for (place, number) in order.prefix(top ?? order.count).enumerated() {
      let ties = place > 0 && ranked.values[order[place - 1]] == ranked.values[number]
      entries.append(
        entry(
          distinct[number], scores[number],
          position: ties ? entries[place - 1].position : place + 1))
    }
    try output.write(ScoreReport(context, entries: entries))
    return entries
  }
}

/// The part of a command line that another command understands alike.
enum ScoreArguments {
  /// The arguments of this process that `tfnas evaluate` takes too, so that it computes the scores that
  /// are missing.
  ///
  /// - Parameters:
  ///   - command: the command that was called.
  ///   - options: its options that `tfnas evaluate` lacks or that do not decide on scores, each with a
  ///     value.
  ///   - words: its other arguments that have no place there.
  /// - Returns: the arguments that are left, in their order.
  static func shared(
    of command: CommandConfiguration, without options: [String], words: [String]
  ) -> [String] {
    var given = CommandLine.arguments.dropFirst().drop { $0 != command.commandName }.dropFirst()
    var shared: [String] = []
    // Scores replace no file.
    let words = words + ["--force"]
    while let argument = given.popFirst() {
      if options.contains(argument) {
        _ = given.popFirst()
      } else if !words.contains(argument),
        !options.contains(where: { argument.hasPrefix($0 + "=") })
      {
        shared.append(argument)
      }
    }
    return shared
  }
}
