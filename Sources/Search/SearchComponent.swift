public import Scoring
public import Spaces

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

  /// The name in reports.
  public var name: String {
    switch self {
    case .proxy(let proxy): proxy.name
    case .layersThen(let proxy): "layers-then-\(proxy.name)"
    case .complexity: "complexity"
    case .parameters: "parameters"
    }
  }

  /// The proxies that have to be scored.
  public var proxies: [any Proxy] {
    switch self {
    case .proxy(let proxy): [proxy]
    case .layersThen(let proxy): [Layers(), proxy]
    case .complexity, .parameters: []
    }
  }

  /// The number that is ranked, higher being better: negative infinity where there is no score.
  ///
  /// - Parameters:
  ///   - scores: the scores of the candidate by the name of the proxy.
  ///   - costs: what the candidate costs.
  /// - Returns: the number.
  public func value(scores: [String: Score], costs: SearchCosts) -> Double {
    func number(_ proxy: any Proxy) -> Double? {
      scores[proxy.name]?.value.map { proxy.higherIsBetter ? $0 : -$0 }
    }
    switch self {
    case .proxy(let proxy): return number(proxy) ?? -.infinity
    case .layersThen(let proxy):
      guard let layers = number(Layers()), let score = number(proxy) else { return -.infinity }
      return 4 * layers + score
    case .complexity: return Double(costs.flops)
    case .parameters: return Double(costs.parameters)
    }
  }
}
