internal import Ranking
public import TrainingFreeNAS

/// The scores of one proxy, turned into numbers that rank the networks.
public struct ProxyRanking: Hashable, Sendable {
  /// The name of the proxy.
  public let name: String
  /// A number for each network, higher is better.
  public let values: [Double]
  /// How many networks have no score, by reason.
  public let undefined: [String: Int]

  /// The ranking by a proxy.
  ///
  /// A network without a score ties with the worst of those that have one.
  ///
  /// - Parameters:
  ///   - proxy: the proxy, whose direction counts.
  ///   - scores: one score for each network.
  public init(_ proxy: any Proxy, scores: [Score]) {
    name = proxy.name
    let sign = proxy.higherIsBetter ? 1.0 : -1.0
    values = filled(scores.map { $0.value.map { sign * $0 } }, undefined: .tiedWithLowest)
    undefined = ProxyRanking.reasons(scores)
  }

  /// The single ranking of the VKDNW paper: by layers, equal counts by entropy.
  ///
  /// The values are lexicographic dense ranks; a network without an entropy ties with the lowest.
  ///
  /// - Parameters:
  ///   - layers: one number of layers for each network.
  ///   - entropies: one score of `vkdnw` for each network.
  public init(layers: [Score], thenBy entropies: [Score]) {
    name = VKDNWSingle().name
    let counts = filled(layers.map(\.value), undefined: .tiedWithLowest)
    let seconds = filled(entropies.map(\.value), undefined: .tiedWithLowest)
    values = denseRanks(counts, thenBy: seconds).map(Double.init)
    undefined = ProxyRanking.reasons(
      zip(layers, entropies).map { layers, entropy in layers.reason == nil ? entropy : layers })
  }

  private static func reasons(_ scores: [Score]) -> [String: Int] {
    scores.reduce(into: [:]) { counts, score in
      if let reason = score.reason { counts[reason, default: 0] += 1 }
    }
  }
}
