internal import Ranking

/// A race between the best candidates of a search, which decides among them by fresh initialisations.
///
/// The first scoring of a candidate brought it to the top, so it flatters. In the race every contender is
/// scored with new numbers, once a round; the aggregate of a scoring is the one that it would have as a
/// newcomer among all candidates of the search. Contenders of a round share their noise, so they are
/// compared by the differences of a round. Who is behind the leader by more than chance explains leaves
/// the race: the 95 % interval of the mean difference (Student's t) is above 0. The race ends when one is
/// left, or after a number of rounds. A. Moore and O. Maron: Hoeffding Races. NIPS 1993; M. Birattari et
/// al.: A Racing Algorithm for Configuring Metaheuristics. GECCO 2002.
public struct Race<Architecture: Hashable & Sendable>: Sendable {
  /// What a contender has done.
  public struct Contender: Sendable {
    /// Its place in the history of the search.
    public let place: Int
    /// The aggregate of each round that it took part in.
    public internal(set) var aggregates: [Double] = []
    /// Whether it was left behind.
    public internal(set) var isOut = false
    /// How far it is behind the winner, with the half width of the interval; `nil` for the winner, and
    /// after a single round.
    public internal(set) var deficit: (mean: Double, halfWidth: Double)?

    /// The mean of its aggregates, `nil` before the first round.
    public var mean: Double? {
      aggregates.isEmpty ? nil : aggregates.reduce(0, +) / Double(aggregates.count)
    }
  }

  /// Rounds before the first contender can be left behind: an interval of fewer is no use.
  public static var warmUp: Int { 3 }

  /// The contenders, in the order of the search's ranking.
  public private(set) var contenders: [Contender]
  /// The rounds at most.
  public let rounds: Int
  /// The initialisation before that of the first round.
  private let latestRepetition: Int
  /// Whether one contender is left, so that the intervals decide.
  public var isDecided: Bool { running.count == 1 }

  /// Lines contenders up.
  ///
  /// - Parameters:
  ///   - places: the places of different candidates in the history, the best first; at least one.
  ///   - rounds: the rounds at most.
  ///   - latestRepetition: the latest initialisation that a candidate of the search was scored with; those
  ///     of the race come after it.
  public init(places: [Int], rounds: Int, after latestRepetition: Int = 0) {
    precondition(!places.isEmpty && rounds >= 0, "\(places.count) contenders, \(rounds) rounds")
    contenders = places.map { Contender(place: $0) }
    self.rounds = rounds
    self.latestRepetition = latestRepetition
  }

  /// The contenders that are still in the race, by their number.
  private var running: [Int] { contenders.indices.filter { !contenders[$0].isOut } }

  /// The number of the leader: the best mean, the better place of the search among equal ones.
  private var leader: Int {
    running.reduce(running[0]) { best, number in
      guard let mean = contenders[number].mean, let top = contenders[best].mean else { return best }
      return mean > top ? number : best
    }
  }

  /// The place of the winner in the history; that of the search's own best before the first round.
  public var winner: Int { contenders[leader].place }

  /// Runs rounds until the race is decided, or out of rounds, or its scorer was told to stop.
  ///
  /// - Parameters:
  ///   - history: the candidates of the search.
  ///   - scorer: where scores come from.
  /// - Throws: what the scorer throws.
  public mutating func run(
    among history: SearchHistory<Architecture>, with scorer: some SearchScorer<Architecture>
  ) throws {
    var round = 0
    while round < rounds, !isDecided, !scorer.isStopped {
      round += 1
      let numbers = running
      let architectures = numbers.map { history.entries[contenders[$0].place].architecture }
      let scores = try scorer.scores(of: architectures, repetition: latestRepetition + round)
      // A round that was cut short would compare different rounds.
      guard architectures.allSatisfy({ scores[$0] != nil }) else { return }
      for (number, architecture) in zip(numbers, architectures) {
        let entry = history.entries[contenders[number].place]
        let rescored = SearchHistory.Entry(
          architecture: architecture, costs: entry.costs, scores: scores[architecture] ?? [:])
        contenders[number].aggregates.append(
          history.ranks.aggregate(ofNewcomer: history.values(of: rescored)))
      }
      compare()
    }
  }

  /// Measures every running contender against the leader, and leaves those behind that are worse.
  private mutating func compare() {
    let leader = leader
    contenders[leader].deficit = nil
    for number in running where number != leader {
      let differences = zip(contenders[leader].aggregates, contenders[number].aggregates).map {
        $0 - $1
      }
      guard differences.count > 1 else { continue }
      let interval = meanInterval(differences)
      contenders[number].deficit = interval
      contenders[number].isOut =
        differences.count >= Self.warmUp && interval.mean - interval.halfWidth > 0
    }
  }
}
