internal import Ranking
public import Search
internal import Spaces

/// All candidates that a search and its baselines scored, ranked together.
///
/// Ranks hold within one collection, so the winners of several searches can only be compared where all of
/// their candidates are ranked at once.
public struct SearchComparison<Architecture: Hashable & Sendable & CustomStringConvertible>:
  Sendable
{
  private var union: SearchHistory<Architecture>
  private let accuracy: (@Sendable (Architecture) -> Double)?
  /// Measured forward passes in seconds.
  public var latencies: [Architecture: Double] = [:]

  /// Joins histories.
  ///
  /// - Parameters:
  ///   - histories: the candidates of the search, then those of its baselines; a candidate of several
  ///     counts once.
  ///   - components: the scores whose ranks are multiplied.
  ///   - accuracy: the known accuracy of a network in percent, if the space has one.
  public init(
    _ histories: [SearchHistory<Architecture>], components: [SearchComponent],
    accuracy: (@Sendable (Architecture) -> Double)? = nil
  ) {
    union = SearchHistory(components: components)
    self.accuracy = accuracy
    for entry in histories.flatMap(\.entries) where union.places[entry.architecture] == nil {
      union.append(entry)
    }
  }

  /// The number of different candidates.
  public var count: Int { union.count }

  /// A candidate as the report shows it, `nil` where it was not scored.
  public func row(of architecture: Architecture) -> SearchCandidate? {
    union.places[architecture].map(row(at:))
  }

  private func row(at place: Int) -> SearchCandidate {
    let entry = union.entries[place]
    return SearchCandidate(
      architecture: entry.architecture.description, costs: entry.costs,
      aggregate: union.ranks.aggregate(of: place),
      values: union.values(of: entry).map { $0.isFinite ? $0 : nil },
      latency: latencies[entry.architecture], accuracy: accuracy?(entry.architecture))
  }

  /// The place of a candidate among all, 1 being the best; those with one product share it.
  public func position(of architecture: Architecture) -> Int? {
    guard let place = union.places[architecture] else { return nil }
    let products = union.ranks.products
    return 1 + products.count { $0 > products[place] }
  }

  /// The best candidates, best first.
  public func best(_ number: Int) -> [Architecture] {
    union.ranks.best(number).map { union.entries[$0].architecture }
  }

  /// The candidates that no other one beats in aggregate and FLOPs, and in latency among those that were
  /// measured, by increasing FLOPs.
  ///
  /// - Parameter measuredOnly: whether candidates without a latency are left out.
  /// - Returns: the front.
  public func front(measuredOnly: Bool) -> [Architecture] {
    let products = union.ranks.products
    let places = union.entries.indices.filter {
      !measuredOnly || latencies[union.entries[$0].architecture] != nil
    }
    let points = places.map { place -> [Double] in
      let entry = union.entries[place]
      let objectives = [-products[place], Double(entry.costs.flops)]
      return measuredOnly ? objectives + [latencies[entry.architecture] ?? .infinity] : objectives
    }
    return paretoFront(points).map { places[$0] }
      .sorted {
        let (l, r) = (union.entries[$0].costs.flops, union.entries[$1].costs.flops)
        return l != r ? l < r : $0 < $1
      }
      .map { union.entries[$0].architecture }
  }

  /// FLOPs in millions and aggregate of every candidate.
  public var points: [(flops: Double, aggregate: Double)] {
    union.entries.indices.map {
      (Double(union.entries[$0].costs.flops) / 1e6, union.ranks.aggregate(of: $0))
    }
  }
}
