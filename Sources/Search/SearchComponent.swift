public import Networks
public import Scoring
internal import Spaces

/// One of the scores whose ranks a search multiplies.
public enum SearchComponent: Sendable {
  /// The score of a proxy; a lower one counts more where the proxy says so.
  case proxy(any Proxy)
  /// A proxy whose scores are from 0 to below 4, such as an entropy of deciles, among networks with the
  /// same number of weight layers; more layers rank above fewer.
  case layersThen(any Proxy)
  /// Multiply-accumulates, as the constraints count them: more is better.
  case complexity
  /// Parameters, as the constraints count them: more is better.
  case parameters

  /// The members of the ranking that is recommended.
  static var recommended: [SearchComponent] {
    AllRankings.recommendedMembers.map { $0 is FLOPs ? .complexity : .proxy($0) }
  }

  /// The name in reports.
  public var name: String {
    switch self {
    case .proxy(let proxy): proxy.name
    case .layersThen(let proxy): "layers-then-\(proxy.name)"
    case .complexity: FLOPs().name
    case .parameters: ParameterCount().name
    }
  }

  /// Whether it is a cost of the candidate, which needs no score.
  public var isCost: Bool {
    switch self {
    case .complexity, .parameters: true
    case .proxy, .layersThen: false
    }
  }

  /// The proxies that have to be scored.
  public var proxies: [any Proxy] {
    switch self {
    case .proxy(let proxy): [proxy]
    case .layersThen(let proxy): [proxy]
    case .complexity, .parameters: []
    }
  }

  /// The number that is ranked, higher being better: negative infinity where there is no score.
  ///
  /// - Parameters:
  ///   - scores: the scores of the candidate by the name of the proxy.
  ///   - costs: what the candidate costs.
  /// - Returns: the number.
  public func value(scores: [String: Score], costs: SpaceCosts) -> Double {
    func number(_ proxy: any Proxy) -> Double? {
      scores[proxy.name]?.value.map { proxy.higherIsBetter ? $0 : -$0 }
    }
    switch self {
    case .proxy(let proxy): return number(proxy) ?? -.infinity
    case .layersThen(let proxy):
      guard let score = number(proxy) else { return -.infinity }
      return 4 * Double(costs.weightLayers) + score
    case .complexity: return Double(costs.flops)
    case .parameters: return Double(costs.parameters)
    }
  }
}
