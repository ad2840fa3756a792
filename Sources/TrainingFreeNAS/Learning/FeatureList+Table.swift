public import Ranking

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
      for source in sources {
        switch source {
        case .graph(let features): row += features.values(of: architecture)
        case .proxy(let proxy):
          let value = scores[proxy.name]?[number].value ?? fallbacks[proxy.name]
          row.append(value ?? .nan)
        }
      }
      rows.append(row)
    }
    return try FeatureMatrix(rows: rows, featureCount: names.count)
  }
}
