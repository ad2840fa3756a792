internal import Dispatch
internal import Networks
public import Scoring
internal import Tensors

/// How long proxies take for one network, alone and together.
public struct ProxySpeeds: Hashable, Sendable {
  /// One proxy by itself.
  public struct Row: Hashable, Sendable {
    /// The name of the proxy.
    public var proxy: String
    /// Seconds from weights and images to the score.
    public var seconds: Double
    /// The work of its passes, in forward passes (`Proxy.passes`).
    public var passes: Double
  }

  /// Seconds of a forward pass with batch normalisation over the minibatch, weights drawn and bound.
  public var forwardSeconds: Double
  /// A row for each proxy.
  public var rows: [Row]
  /// Seconds of all proxies together on one candidate.
  public var togetherSeconds: Double
  /// Seconds of `vkdnw` alone.
  public var vkdnwSeconds: Double
}

/// Measures proxies on one network, in turn, and keeps the best of several rounds of each.
///
/// Noise serves as images.
///
/// - Parameters:
///   - proxies: what is measured.
///   - architecture: the architecture.
///   - space: its space, with the sizes of the network.
///   - settings: the recipe, batch and precision.
///   - threads: workers that share the images.
///   - repetitions: rounds.
/// - Returns: the best times.
/// - Throws: `NetworkError` or `BackendError`.
public func measureSpeeds<Space: SearchSpace>(
  of proxies: [any Proxy], on architecture: Space.Architecture, in space: Space,
  settings: ScoringSettings, threads: Int, repetitions: Int
) throws -> ProxySpeeds {
  precondition(repetitions > 0, "\(repetitions) repetitions")
  let network = try space.network(for: architecture)
  let compute = try Compute(threads: threads, precision: settings.precision)
  func candidate() -> Candidate {
    Candidate(
      architecture: architecture.description, network: network, settings: settings, seed: 0,
      compute: compute)
  }
  func seconds(_ body: (Candidate) throws -> Void) throws -> Double {
    let start = DispatchTime.now().uptimeNanoseconds
    try body(candidate())
    return Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
  }
  let order = AllProxies.order(of: proxies, imagesAreNoise: true)
  let tasks: [(Candidate) throws -> Void] =
    [
      { _ = try $0.linearization(at: CandidatePoint(.noise)) },
      { _ = try $0.score(VKDNW()) },
      { candidate in for number in order { _ = try candidate.score(proxies[number]) } },
    ] + proxies.map { proxy in { _ = try $0.score(proxy) } }
  var best = [Double](repeating: .infinity, count: tasks.count)
  // One round more than asked for: the first makes primitives and touches memory.
  for round in 0...repetitions {
    for (number, task) in tasks.enumerated() {
      let taken = try seconds(task)
      if round > 0 { best[number] = min(best[number], taken) }
    }
  }
  return ProxySpeeds(
    forwardSeconds: best[0],
    rows: zip(proxies, best.dropFirst(3)).map { proxy, seconds in
      ProxySpeeds.Row(
        proxy: proxy.name, seconds: seconds,
        passes: proxy.passes(batch: settings.batch, classes: network.classes))
    },
    togetherSeconds: best[2], vkdnwSeconds: best[1])
}
