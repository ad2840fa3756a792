/// A set of NAS-Bench-201 architectures on which proxies are evaluated.
///
/// The distinct populations count architectures with one ``NASBench201Architecture/canonicalForm``
/// as one, and keep the one with the smallest benchmark index that the population would have.
public enum NASBench201Population: String, CaseIterable, Sendable {
  /// All 15,625 architectures.
  case all
  /// The 9,445 architectures with `none` on every dead edge, the usual set of publications.
  case live
  /// One architecture for each of the 6,466 canonical forms of the space.
  case distinct
  /// One architecture for each of the 6,285 canonical forms of architectures that are live.
  case liveDistinct = "live-distinct"

  /// The architectures by increasing benchmark index.
  public var architectures: [NASBench201Architecture] {
    switch self {
    case .all: AccuracyTable.nasBench201.architectures
    case .live: Self.liveArchitectures
    case .distinct: Self.distinctArchitectures
    case .liveDistinct: Self.liveDistinctArchitectures
    }
  }

  /// What the architectures are, in a few words.
  public var meaning: String {
    switch self {
    case .all: "every cell"
    case .live: "cells without an operation on a dead edge"
    case .distinct: "one cell for each canonical form"
    case .liveDistinct: "one cell for each canonical form of those that are live"
    }
  }

  /// The number of architectures.
  public var count: Int { architectures.count }

  private static let liveArchitectures =
    AccuracyTable.nasBench201.architectures.filter(\.isLive)

  private static let distinctArchitectures =
    AccuracyTable.nasBench201.architectures.filter { $0.canonicalRepresentative == $0 }

  private static let liveDistinctArchitectures: [NASBench201Architecture] = {
    // The representative in the whole space need not be live, so the first live one is kept.
    var seen: Set<NASBench201Architecture> = []
    return liveArchitectures.filter { seen.insert($0.canonicalRepresentative).inserted }
  }()
}

extension NASBench201Population {
  /// Architectures drawn at random without replacement, in the order in which they were drawn.
  ///
  /// The sample depends on the arguments alone, not on the machine. A smaller sample is the
  /// beginning of a larger one with the same seed, so that results stay of use as a sample grows.
  ///
  /// - Parameters:
  ///   - count: the number of architectures, at most the ``count`` of the population.
  ///   - seed: the seed; every value gives a sample of its own.
  /// - Returns: different architectures, as drawn.
  public func sample(count: Int, seed: UInt64) -> [NASBench201Architecture] {
    architectures.sample(count: count, seed: seed)
  }
}
