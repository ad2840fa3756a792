internal import Networks
internal import Ranking
internal import Scoring
public import Search
internal import Spaces

/// All candidates that a search, its baselines and whatever stands beside them scored, ranked together.
///
/// Ranks hold within one collection, so the winners of several searches can only be compared where all of
/// their candidates are ranked at once.
public struct SearchComparison<Architecture: Hashable & Sendable & CustomStringConvertible>:
  Sendable
{
  /// The candidates in the order in which they came, each once.
  public private(set) var history: SearchHistory<Architecture>
  /// Which search looked at each of them first.
  public private(set) var origins: [String] = []
  /// Measured forward passes in seconds.
  public var latencies: [Architecture: Double] = [:]
  private let accuracy: (@Sendable (Architecture) -> Double?)?
  private let index: (@Sendable (Architecture) -> Int)?

  /// Starts without candidates.
  ///
  /// - Parameters:
  ///   - components: the scores whose ranks are multiplied.
  ///   - accuracy: the known accuracy of a network in percent, if the space has one.
  ///   - index: the index of a network in the benchmark of its space, if there is one.
  public init(
    components: [SearchComponent], accuracy: (@Sendable (Architecture) -> Double?)? = nil,
    index: (@Sendable (Architecture) -> Int)? = nil
  ) {
    history = SearchHistory(components: components)
    self.accuracy = accuracy
    self.index = index
  }

  /// Adds candidates; those that are known already keep their scores and their origin.
  public mutating func add(
    _ entries: some Sequence<SearchHistory<Architecture>.Entry>, from origin: String
  ) {
    for entry in entries where history.places[entry.architecture] == nil {
      history.append(entry)
      origins.append(origin)
    }
  }

  /// The number of candidates.
  public var count: Int { history.count }

  /// Places of candidates in the history, with the position of each in the ranking, 1 being the best;
  /// those with one product share it.
  private func positions(of places: [Int]) -> [Int] {
    let products = history.ranks.products
    let sorted = products.sorted(by: >)
    return places.map { place in
      var (low, high) = (0, sorted.count)
      while low < high {
        let middle = (low + high) / 2
        if sorted[middle] > products[place] { low = middle + 1 } else { high = middle }
      }
      return low + 1
    }
  }

  /// Candidates as the report shows them.
  ///
  /// - Parameter places: their places in the history.
  /// - Returns: a row for each.
  public func rows(at places: [Int]) -> [SearchCandidate] {
    zip(places, positions(of: places)).map { place, position in
      let entry = history.entries[place]
      return SearchCandidate(
        architecture: entry.architecture.description, index: index?(entry.architecture),
        origin: origins[place], position: position, costs: entry.costs,
        aggregate: history.ranks.aggregate(of: place),
        values: history.values(of: entry).map { $0.isFinite ? $0 : nil },
        latency: latencies[entry.architecture],
        accuracy: accuracy.flatMap { $0(entry.architecture) })
    }
  }

  /// The best of some candidates, the first of several; `nil` without candidates.
  ///
  /// - Parameter places: their places in the history.
  /// - Returns: the place of the best one.
  public func best(of places: some Sequence<Int>) -> Int? {
    let products = history.ranks.products
    return places.max { (products[$0], $1) < (products[$1], $0) }
  }

  /// The places of the best candidates, best first.
  public func best(_ number: Int) -> [Int] { history.ranks.best(number) }

  /// The candidates that no other one beats in aggregate and FLOPs, and in latency among those that were
  /// measured, by increasing FLOPs.
  ///
  /// - Parameter measuredOnly: whether candidates without a latency are left out.
  /// - Returns: their places in the history.
  public func front(measuredOnly: Bool) -> [Int] {
    let products = history.ranks.products
    let places = history.entries.indices.filter {
      !measuredOnly || latencies[history.entries[$0].architecture] != nil
    }
    let points = places.map { place -> [Double] in
      let entry = history.entries[place]
      let objectives = [-products[place], Double(entry.costs.flops)]
      return measuredOnly ? objectives + [latencies[entry.architecture] ?? .infinity] : objectives
    }
    return paretoFront(points).map { places[$0] }
      .sorted {
        let (l, r) = (history.entries[$0].costs.flops, history.entries[$1].costs.flops)
        return l != r ? l < r : $0 < $1
      }
  }

  /// FLOPs in millions and aggregate of every candidate.
  public var points: [(flops: Double, aggregate: Double)] {
    history.entries.indices.map {
      (Double(history.entries[$0].costs.flops) / 1e6, history.ranks.aggregate(of: $0))
    }
  }
}
