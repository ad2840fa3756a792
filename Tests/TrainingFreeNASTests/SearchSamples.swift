import Ranking

@testable import Networks
@testable import Scoring
@testable import Search
@testable import Spaces
@testable import Tensors

/// Scores that are a hash of the architecture, the proxy and the repetition; no network is built.
///
/// It stops after a number of scorings, and can hand scores over in another order.
final class HashScorer: SearchScorer {
  private let names: [String]
  private let limit: Int
  private let isReversed: Bool
  /// What was scored, in order.
  private(set) var scored: [(text: String, repetition: Int)] = []
  /// How often a latency was asked for.
  private(set) var latencies = 0

  init(_ names: [String], limit: Int = .max, isReversed: Bool = false) {
    self.names = names
    self.limit = limit
    self.isReversed = isReversed
  }

  var isStopped: Bool { scored.count >= limit }

  func scores(
    of architectures: [NASBench201Architecture], repetition: Int
  ) -> [NASBench201Architecture: [String: Score]] {
    var result: [NASBench201Architecture: [String: Score]] = [:]
    for architecture in isReversed ? architectures.reversed() : architectures {
      if isStopped { break }
      scored.append((architecture.description, repetition))
      result[architecture] = Dictionary(
        uniqueKeysWithValues: names.map { name in
          let stream = RandomStream(
            seed: 9, text: architecture.description, purpose: name, index: repetition)
          return (name, .value(stream.uniform(at: 0)))
        })
    }
    return result
  }

  func latency(of architecture: NASBench201Architecture) -> Double {
    latencies += 1
    return Double(architecture.convolutionCount) / 1000
  }
}

extension SearchPlan where Domain == NASBench201Domain {
  /// A small search whose scores come from a `HashScorer` of `vkdnw` and `jacov`.
  static func sample(
    evaluations: Int = 200, generation: Int = 8, seed: UInt64 = 5,
    constraints: SearchConstraints = SearchConstraints()
  ) -> SearchPlan {
    SearchPlan(
      domain: NASBench201Domain(space: NASBench201Space()),
      components: [.proxy(VKDNW()), .proxy(Jacov()), .parameters], constraints: constraints,
      population: 20, generation: generation, evaluations: evaluations, seed: seed, patience: 2000)
  }
}
