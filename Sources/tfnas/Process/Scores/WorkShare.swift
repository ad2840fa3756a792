internal import Formats
internal import ResultStore
internal import Scoring
internal import Synchronization

/// What one of several processes at a store computes of some work, and what it leaves to the others.
///
/// Architectures are claimed in their order, a few at a time, directly before they are computed. Those that another
/// process is at are left until it has stored them or its claim counts for nothing any more.
final class WorkShare<Space: SearchSpace>: Sendable {
  typealias Architecture = Space.Architecture

  /// How an architecture stands.
  private enum Standing {
    /// Nobody has asked yet.
    case unknown
    /// It is ours, but for the proxies of these keys, of which there are records.
    case ours(except: Set<String>)
    /// Another process was at it when it was last asked.
    case held
    /// All of it is known.
    case done
  }

  private struct State {
    var standings: [Standing]
    /// How many of ours were begun.
    var begun = 0
    /// Records of other processes that nobody has fetched yet.
    var arrived: [Arrival] = []
  }

  /// Records of another process, by the keys of their proxies.
  struct Arrival: Sendable {
    let architecture: Architecture
    let records: [(proxy: String, record: Evaluation)]
    /// Whether nothing more of the architecture is to be computed.
    let isComplete: Bool
  }

  private let architectures: [Architecture]
  private let places: [Architecture: Int]
  private let evaluator: Evaluator<Space>
  private let isWanted: @Sendable (Architecture, any Proxy) -> Bool
  private let store: ResultStore
  /// The series of the proxies, by their keys.
  private let series: [String: EvaluationSeries]
  private let state: Mutex<State>
  private let start = ContinuousClock.now

  /// The seconds of work that are claimed at a time, and with it the longest that others wait for at the end.
  private static var reach: Double { 0.5 }
  /// The most architectures that are claimed at a time.
  private static var most: Int { 256 }

  /// Divides architectures.
  ///
  /// - Parameters:
  ///   - architectures: what is to be computed, each once.
  ///   - evaluator: what computes it.
  ///   - isWanted: whether a proxy of an architecture is to be scored.
  ///   - store: where claims and records are.
  init(
    _ architectures: [Architecture], by evaluator: Evaluator<Space>,
    wanted isWanted: @escaping @Sendable (Architecture, any Proxy) -> Bool, store: ResultStore
  ) {
    self.architectures = architectures
    places = Dictionary(
      architectures.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    self.evaluator = evaluator
    self.isWanted = isWanted
    self.store = store
    series = Dictionary(
      evaluator.proxies.map { proxy in
        (
          proxy.key,
          EvaluationSeries(
            space: evaluator.space.name, proxy: proxy.name,
            settings: evaluator.settingsText(of: proxy), seed: evaluator.seed,
            kernels: Evaluator<Space>.kernels(of: proxy))
        )
      }, uniquingKeysWith: { first, _ in first })
    state = Mutex(State(standings: [Standing](repeating: .unknown, count: architectures.count)))
  }

  // MARK: What the evaluator asks

  /// Whether an architecture is ours, which claims it and some behind it where nobody has asked yet.
  func begins(_ architecture: Architecture) throws -> Bool {
    guard let place = places[architecture] else { return false }
    return try state.withLock { state in
      if case .unknown = state.standings[place] {
        let batch = batch(begun: state.begun)
        var open: [Int] = []
        for next in architectures.indices[place...] {
          if case .unknown = state.standings[next] { open.append(next) }
          if open.count == 2 * batch { break }
        }
        try claim(open, atMost: batch, &state)
      }
      guard case .ours = state.standings[place] else { return false }
      state.begun += 1
      return true
    }
  }

  /// Whether a proxy of an architecture of ours is to be scored.
  func wants(_ architecture: Architecture, _ proxy: any Proxy) -> Bool {
    guard let place = places[architecture], isWanted(architecture, proxy) else { return false }
    return state.withLock { state in
      if case .ours(let recorded) = state.standings[place] {
        !recorded.contains(proxy.key)
      } else {
        false
      }
    }
  }

  /// Notes that the records of an architecture are stored.
  func finish(_ architecture: Architecture) {
    guard let place = places[architecture] else { return }
    state.withLock { $0.standings[place] = .done }
  }

  // MARK: What others do

  /// The records of others that have come since the last call.
  func takeArrivals() -> [Arrival] {
    state.withLock { state in
      defer { state.arrived = [] }
      return state.arrived
    }
  }

  /// How many architectures are left to other processes.
  var heldCount: Int {
    state.withLock { state in
      state.standings.count { if case .held = $0 { true } else { false } }
    }
  }

  /// Asks again for what others were at.
  ///
  /// - Returns: the architectures that may be begun now.
  func lookAgain() throws -> [Architecture] {
    try state.withLock { state in
      var held: [Int] = []
      for (place, standing) in state.standings.enumerated() {
        if case .held = standing { held.append(place) }
      }
      let free = try claim(held, atMost: evaluator.threads, &state)
      // Those behind the last one that is ours were not asked for.
      for place in held.dropFirst(free) { state.standings[place] = .unknown }
      return held.filter {
        switch state.standings[$0] {
        case .unknown, .ours: true
        case .held, .done: false
        }
      }.map { architectures[$0] }
    }
  }

  // MARK: Claims

  /// As many architectures as take a while together, by what they have taken so far.
  private func batch(begun: Int) -> Int {
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    let count = Double(begun) * Self.reach / max(seconds, 1e-3)
    return max(1, Int(min(count, Double(Self.most))))
  }

  /// Claims architectures at some places.
  ///
  /// - Returns: how many of the places were asked for.
  @discardableResult
  private func claim(_ places: [Int], atMost limit: Int, _ state: inout State) throws -> Int {
    let work = places.map { place in
      let architecture = architectures[place]
      let text = architecture.description
      let wanted = evaluator.proxies.filter { isWanted(architecture, $0) }
      // Sizes alone cost nothing and are computed by everybody.
      if wanted.allSatisfy({ $0 is any CostProxy }) {
        return [(proxy: String, key: EvaluationKey)]()
      }
      return wanted.compactMap { proxy in
        series[proxy.key].map { (proxy.key, EvaluationKey(series: $0, architecture: text)) }
      }
    }
    for (place, keys) in zip(places, work) where keys.isEmpty {
      state.standings[place] = .ours(except: [])
    }
    let asked = zip(places, work).filter { !$0.1.isEmpty }
    if asked.isEmpty { return places.count }
    let claims = try store.claim(asked.map { $0.1.map(\.key) }, atMost: limit)
    for ((place, keys), claim) in zip(asked, claims) {
      switch claim {
      case .held: state.standings[place] = .held
      case .taken(let records):
        let found = zip(keys, records).compactMap { key, record in record.map { (key.proxy, $0) } }
        state.standings[place] = .ours(except: Set(found.map(\.0)))
        note(found, at: place, isComplete: false, &state)
      case .recorded(let records):
        state.standings[place] = .done
        note(zip(keys, records).map { ($0.proxy, $1) }, at: place, isComplete: true, &state)
      }
    }
    return claims.count < asked.count ? claims.count : places.count
  }

  private func note(
    _ records: [(String, Evaluation)], at place: Int, isComplete: Bool, _ state: inout State
  ) {
    guard !records.isEmpty else { return }
    state.arrived.append(
      Arrival(
        architecture: architectures[place], records: records.map { (proxy: $0.0, record: $0.1) },
        isComplete: isComplete))
  }
}
