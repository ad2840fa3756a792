public import Ranking
internal import RealModule
public import Scoring
public import Spaces

extension FeatureList {
  /// What stands for an undefined score, by proxy: the worst score that there is.
  ///
  /// - Parameter scores: the scores of ``proxies`` by name.
  /// - Returns: a finite number for each proxy.
  /// - Throws: the first proxy of which there is no score.
  public func fallbacks(of scores: [String: [Score]]) throws(FeatureListError) -> [String: Double] {
    var fallbacks: [String: Double] = [:]
    for proxy in proxies {
      let column = scores[proxy.name, default: []]
      let values = column.compactMap(\.value)
      guard let worst = proxy.higherIsBetter ? values.min() : values.max() else {
        throw .undefined(proxy.name, reason: column.first?.reason ?? "there are no networks")
      }
      fallbacks[proxy.name] = worst
    }
    return fallbacks
  }

  /// The features of networks.
  ///
  /// Scores are taken as they are, whichever direction is the good one: a forest does not care.
  ///
  /// - Parameters:
  ///   - architectures: the networks.
  ///   - scores: the scores of ``proxies`` by name, one for each network.
  ///   - fallbacks: what stands for an undefined score, by proxy.
  /// - Returns: a row for each network and a column for each of ``names``.
  /// - Throws: the first number that is missing or not finite.
  public func table(
    of architectures: [NASBench201Architecture], scores: [String: [Score]],
    fallbacks: [String: Double]
  ) throws(FeatureMatrixError) -> FeatureMatrix {
    var rows: [[Double]] = []
    rows.reserveCapacity(architectures.count)
    for (number, architecture) in architectures.enumerated() {
      var row: [Double] = []
      row.reserveCapacity(names.count)
      func value(of proxy: any Proxy) -> Double {
        scores[proxy.name]?[number].value ?? fallbacks[proxy.name] ?? .nan
      }
      for source in sources {
        switch source {
        case .graph(let features): row += features.values(of: architecture)
        case .proxy(let proxy): row.append(value(of: proxy))
        case .logarithm(let proxy): row.append(FeatureList.logarithm(value(of: proxy)))
        }
      }
      rows.append(row)
    }
    return try FeatureMatrix(rows: rows, featureCount: names.count)
  }

  /// What is below is rounding: an eigenvalue of 0 must not be a feature of minus infinity.
  private static let least = 1e-30

  /// `ln max(x, 1e-30)`, and what is no number stays none.
  static func logarithm(_ value: Double) -> Double {
    value.isNaN ? value : Double.log(max(value, least))
  }
}
