public import Networks
public import Ranking
public import Scoring
internal import Spaces

/// The candidates of a search in the order in which they were proposed, with their ranks.
///
/// Nothing is ever discarded: the aggregate of a candidate compares it with all others.
public struct SearchHistory<Architecture: Hashable & Sendable>: Sendable {
  /// One scored candidate.
  public struct Entry: Sendable {
    /// The candidate.
    public let architecture: Architecture
    /// What it costs.
    public let costs: SpaceCosts
    /// Its scores by the name of the proxy.
    public let scores: [String: Score]
    /// The place of its parent in the history, `nil` for a founder.
    public let parent: Int?

    /// Creates an entry.
    public init(
      architecture: Architecture, costs: SpaceCosts, scores: [String: Score], parent: Int? = nil
    ) {
      self.architecture = architecture
      self.costs = costs
      self.scores = scores
      self.parent = parent
    }
  }

  /// The scores whose ranks are multiplied.
  public let components: [SearchComponent]
  /// The candidates.
  public private(set) var entries: [Entry] = []
  /// Their ranks.
  public private(set) var ranks: GrowingRankProduct
  /// The place of each candidate; of its latest entry where it was scored more than once.
  public private(set) var places: [Architecture: Int] = [:]

  /// Starts without candidates.
  public init(components: [SearchComponent]) {
    self.components = components
    ranks = GrowingRankProduct(components: components.count)
  }

  /// The number of candidates.
  public var count: Int { entries.count }

  /// Adds a candidate.
  public mutating func append(_ entry: Entry) {
    places[entry.architecture] = entries.count
    entries.append(entry)
    ranks.insert(values(of: entry))
  }

  /// The numbers that are ranked, one for each component.
  public func values(of entry: Entry) -> [Double] {
    components.map { $0.value(scores: entry.scores, costs: entry.costs) }
  }

  /// The places of the best different candidates, best first; of one that was scored more than once, the
  /// place of its best scoring.
  public func bestDifferent(_ number: Int) -> [Int] {
    if places.count == count { return ranks.best(number) }
    var seen: Set<Architecture> = []
    return Array(
      ranks.best(count).filter { seen.insert(entries[$0].architecture).inserted }
        .prefix(number))
  }

  /// The place of the best candidate, the first one of several; `nil` without candidates.
  public var best: Int? { ranks.best(1).first }
}
