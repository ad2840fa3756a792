internal import Formats
internal import Foundation
internal import Networks
internal import ResultStore
internal import Scoring
internal import Spaces

/// Scores that features are made of: those in a store, and those that cost nothing.
struct StoredScores {
  /// One series of scores.
  struct Series {
    let proxy: any Proxy
    /// The settings of the records, as canonical JSON.
    let settings: String
    let seed: UInt64

    /// The images of the minibatch, `nil` where the proxy reads none.
    var batch: Int? {
      settings.range(of: #""batch":"#).flatMap {
        Int(settings[$0.upperBound...].prefix { $0.isNumber })
      }
    }
  }

  let space: NASBench201Space
  /// The path of the store, if one is given.
  let store: String?
  /// The arguments of `tfnas evaluate` that compute the scores, besides proxies and store.
  let arguments: [String]

  /// The scores of architectures by the name of the proxy, in their order.
  ///
  /// - Throws: 66 with the command that computes them where scores are missing.
  func scores(
    of series: [Series], for architectures: [NASBench201Architecture]
  ) throws -> [String: [Score]] {
    try records(of: series, for: architectures).mapValues { $0.map(\.score) }
  }

  /// The records of architectures by the name of the proxy, in their order.
  ///
  /// - Throws: as ``scores(of:for:)``.
  func records(
    of series: [Series], for architectures: [NASBench201Architecture]
  ) throws -> [String: [Evaluation]] {
    let costs = series.filter { $0.proxy.needs.isEmpty }
    var found: [String: [Evaluation]] = [:]
    if !costs.isEmpty {
      let evaluator = Evaluator(
        space: space, proxies: costs.map(\.proxy), settings: ScoringSettings(), seed: 0,
        threads: 1)
      var known: [NASBench201Architecture: [Evaluation]] = [:]
      try evaluator.run(architectures) { known[$0] = $1 }
      for (number, cost) in costs.enumerated() {
        found[cost.proxy.name] = architectures.compactMap { known[$0]?[number] }
      }
    }
    let stored = series.filter { !$0.proxy.needs.isEmpty }
    guard let first = stored.first else { return found }
    guard let store else {
      throw CommandError(
        .usage,
        "the scores of '\(first.proxy.name)' come from a store, but there is no --store; compute "
          + "them with: \(command(for: first, of: stored, store: "scores.sqlite"))")
    }
    guard FileManager.default.fileExists(atPath: store) else {
      throw CommandError(
        .missingInput,
        "\(store): no such file; compute the scores with: "
          + command(for: first, of: stored, store: store))
    }
    let file = try ResultStore(readingFrom: store)
    for wanted in stored {
      let records = try file.evaluations(
        space: NASBench201Space.name, proxy: wanted.proxy.name, settings: wanted.settings,
        seed: wanted.seed)
      let complete = architectures.compactMap { records[$0.description] }
      guard complete.count == architectures.count else {
        throw CommandError(
          .missingInput,
          "\(store): \(architectures.count - complete.count) of \(architectures.count) networks have "
            + "no score of '\(wanted.proxy.name)' with these settings; compute them with: "
            + command(for: wanted, of: stored, store: store))
      }
      found[wanted.proxy.name] = complete
    }
    try file.close()
    return found
  }

  /// The command that computes a series, and with it all that have the same minibatch.
  private func command(for missing: Series, of series: [Series], store: String) -> String {
    let alike = series.filter { $0.batch == missing.batch }.map(\.proxy.name)
    var words = ["tfnas", "evaluate", "--proxies", alike.joined(separator: ",")]
    var rest = arguments[...]
    while let word = rest.popFirst() {
      if word == "--proxies" || word == "--batch" {
        _ = rest.popFirst()
      } else if !word.hasPrefix("--batch=") {
        words.append(word)
      }
    }
    if let batch = missing.batch { words += ["--batch", "\(batch)"] }
    return ShellText.quoted(words + ["--store", store])
  }
}
