internal import Dispatch
internal import Ranking
internal import Tensors

/// How long one step of a search takes beside the scoring.
public struct RankingSpeed: Hashable, Sendable {
  /// Networks that are ranked already.
  public var networks: Int
  /// Scores of a network.
  public var components: Int
  /// Seconds to rank one more network.
  public var insertionSeconds: Double
  /// Seconds to choose the parents among all.
  public var selectionSeconds: Double

  /// Seconds of a step that does both, as a search does that proposes one network after another.
  public var stepSeconds: Double { insertionSeconds + selectionSeconds }
}

/// Measures the ranking of a search: five components of random scores, parents being the best 1,023.
///
/// - Parameters:
///   - networks: networks that are ranked already.
///   - repetitions: steps, of which the median counts.
/// - Returns: the median times.
public func measureRankingSpeed(of networks: Int, repetitions: Int) -> RankingSpeed {
  precondition(networks > 0 && repetitions > 0, "\(networks) networks, \(repetitions) steps")
  let components = 5
  let stream = RandomStream(seed: 0, text: "", purpose: "ranking speed")
  // A value ties with a hundred others, as sizes and undefined scores do.
  var ranks = GrowingRankProduct(
    components: (0..<components).map { component in
      (0..<networks).map { stream.integer(below: 100 * networks, at: component * networks + $0) }
        .map { Double($0 / 10_000) }
    })
  var insertions: [Double] = []
  var selections: [Double] = []
  for step in 0..<repetitions {
    let values = (0..<components).map { component in
      stream.uniform(at: (components + step) * networks + component) * Double(networks)
    }
    let start = DispatchTime.now().uptimeNanoseconds
    ranks.insert(values)
    let middle = DispatchTime.now().uptimeNanoseconds
    let parents = ranks.best(1023)
    let end = DispatchTime.now().uptimeNanoseconds
    precondition(parents.count == min(1023, networks + step + 1), "parents are missing")
    insertions.append(Double(middle - start) / 1e9)
    selections.append(Double(end - middle) / 1e9)
  }
  return RankingSpeed(
    networks: networks, components: components,
    insertionSeconds: insertions.sorted()[repetitions / 2],
    selectionSeconds: selections.sorted()[repetitions / 2])
}
