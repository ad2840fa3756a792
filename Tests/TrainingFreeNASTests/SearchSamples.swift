import Ranking
import Synchronization

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

/// NAS-Bench-201, and how often the costs of each cell were asked for.
struct CountedDomain: SearchDomain {
  /// The counts, by the text of the cell.
  final class Counts: Sendable {
    private let counts = Mutex<[String: Int]>([:])

    var all: [String: Int] { counts.withLock { $0 } }

    func add(_ text: String) { counts.withLock { $0[text, default: 0] += 1 } }
  }

  let counts = Counts()
  private let domain = NASBench201Domain(space: NASBench201Space())

  var space: NASBench201Space { domain.space }

  func founder(using generator: inout some IndexGenerator) -> NASBench201Architecture {
    domain.founder(using: &generator)
  }

  func child(
    of parent: NASBench201Architecture, using generator: inout some IndexGenerator
  ) -> NASBench201Architecture { domain.child(of: parent, using: &generator) }

  func costs(
    of architecture: NASBench201Architecture
  ) throws(NetworkError) -> SpaceCosts {
    counts.add(architecture.description)
    return try domain.costs(of: architecture)
  }
}
