internal import Formats
internal import Foundation
internal import ResultStore
internal import Scoring

/// A series of scores that a store must hold, unless they cost nothing.
struct StoredSeries {
  let proxy: any Proxy
  /// The settings of the records, as canonical JSON.
  let settings: String
  let seed: UInt64

  /// The images of the minibatch, `nil` where the proxy reads none.
  fileprivate var batch: Int? {
    settings.range(of: #""batch":"#).flatMap {
      Int(settings[$0.upperBound...].prefix { $0.isNumber })
    }
  }

  /// The command that computes the series, and with it all that have the same minibatch.
  ///
  /// - Parameters:
  ///   - series: all that are needed.
  ///   - arguments: those of `tfnas evaluate` besides proxies and store.
  ///   - store: the file.
  /// - Returns: the line for a shell.
  fileprivate func command(
    with series: [StoredSeries], arguments: [String], store: String
  ) -> String {
    let alike = series.filter { $0.batch == batch }.map(\.proxy.name)
    var words = ["tfnas", "evaluate", "--proxies", alike.joined(separator: ",")]
    var rest = arguments[...]
    while let word = rest.popFirst() {
      if word == "--proxies" || word == "--batch" {
        _ = rest.popFirst()
      } else if !word.hasPrefix("--batch=") {
        words.append(word)
      }
    }
    if let batch { words += ["--batch", "\(batch)"] }
    return ShellText.quoted(words + ["--store", store])
  }
}

extension ScoreSource {
  /// Scores of which those that take time are in a store, by the name of the proxy and in the order of the
  /// architectures.
  ///
  /// - Parameters:
  ///   - series: what is needed.
  ///   - architectures: the networks.
  ///   - space: their space.
  ///   - path: the store, if one is given.
  ///   - arguments: those of `tfnas evaluate` that compute what is missing, besides proxies and store.
  /// - Returns: what is known of each.
  /// - Throws: 66 with the command that computes them where scores are missing, 64 without a store.
  static func stored(
    _ series: [StoredSeries], of architectures: [Space.Architecture], in space: Space,
    store path: String?, arguments: [String]
  ) throws -> [String: [Known]] {
    var found: [String: [Known]] = [:]
    let free = Evaluator(
      space: space, proxies: series.map(\.proxy).filter(\.needs.isEmpty),
      settings: ScoringSettings(), seed: 0, threads: 1)
    if !free.proxies.isEmpty {
      var records: [Space.Architecture: [Evaluation]] = [:]
      try free.run(architectures) { records[$0] = $1 }
      for (number, proxy) in free.proxies.enumerated() {
        found[proxy.name] = architectures.compactMap { records[$0].map { Known($0[number]) } }
      }
    }
    let measured = series.filter { !$0.proxy.needs.isEmpty }
    guard let first = measured.first else { return found }
    func command(_ missing: StoredSeries, _ store: String) -> String {
      missing.command(with: measured, arguments: arguments, store: store)
    }
    guard let path else {
      throw CommandError(
        .usage,
        "the scores of '\(first.proxy.name)' come from a store, but there is no --store; compute "
          + "them with: \(command(first, "scores.sqlite"))")
    }
    guard FileManager.default.fileExists(atPath: path) else {
      throw CommandError(
        .missingInput,
        "\(path): no such file; compute the scores with: \(command(first, path))")
    }
    let file = try ResultStore(readingFrom: path)
    for wanted in measured {
      let records = try file.evaluations(
        space: space.name, proxy: wanted.proxy.name, settings: wanted.settings, seed: wanted.seed)
      let complete = architectures.compactMap { records[$0.description] }
      guard complete.count == architectures.count else {
        throw CommandError(
          .missingInput,
          "\(path): \(architectures.count - complete.count) of \(architectures.count) networks have "
            + "no score of '\(wanted.proxy.name)' with these settings; compute them with: "
            + command(wanted, path))
      }
      found[wanted.proxy.name] = complete.map(Known.init)
    }
    try file.close()
    return found
  }
}
