/// A table of numbers with a row for each network and a column for each feature.
public struct FeatureMatrix: Hashable, Sendable {
  /// The number of features.
  public let featureCount: Int
  /// The number of networks.
  public let rowCount: Int
  /// The numbers, row after row.
  let values: [Double]

  /// Creates a table from its rows.
  ///
  /// - Parameters:
  ///   - rows: as many finite numbers for each network as there are features.
  ///   - featureCount: the number of features, at least 1.
  /// - Throws: the first number that is not finite, or the first row of another length.
  public init(rows: [[Double]], featureCount: Int) throws(FeatureMatrixError) {
    precondition(featureCount > 0, "a table of \(featureCount) features")
    var values: [Double] = []
    values.reserveCapacity(rows.count * featureCount)
    for (number, row) in rows.enumerated() {
      guard row.count == featureCount else {
        throw .wrongLength(row: number, count: row.count, featureCount: featureCount)
      }
      if let feature = row.firstIndex(where: { !$0.isFinite }) {
        throw .notFinite(row: number, feature: feature)
      }
      values += row
    }
    self.init(values: values, featureCount: featureCount)
  }

  /// A table of numbers that are known to be finite.
  private init(values: [Double], featureCount: Int) {
    self.values = values
    self.featureCount = featureCount
    rowCount = values.count / featureCount
  }

  /// The number of a network and a feature.
  public subscript(row: Int, feature: Int) -> Double { values[row * featureCount + feature] }

  /// A feature of all networks.
  ///
  /// - Parameter feature: the number of the feature.
  /// - Returns: one number for each network.
  public func column(_ feature: Int) -> [Double] {
    precondition((0..<featureCount).contains(feature), "feature \(feature) of \(featureCount)")
    return (0..<rowCount).map { self[$0, feature] }
  }

  /// The table of some of the networks.
  ///
  /// - Parameter rows: the numbers of the networks, in the order that they are to have.
  /// - Returns: a row for each of them.
  public func selecting(_ rows: some Sequence<Int>) -> FeatureMatrix {
    FeatureMatrix(
      values: rows.flatMap { values[$0 * featureCount..<($0 + 1) * featureCount] },
      featureCount: featureCount)
  }

  /// The table in which a feature of each network is that of another one.
  ///
  /// - Parameters:
  ///   - feature: the number of the feature.
  ///   - sources: for each network the one whose number it gets.
  /// - Returns: a table of the same size.
  func replacing(_ feature: Int, from sources: [Int]) -> FeatureMatrix {
    var values = values
    for (row, source) in sources.enumerated() {
      values[row * featureCount + feature] = self[source, feature]
    }
    return FeatureMatrix(values: values, featureCount: featureCount)
  }
}

/// Why numbers are no table of features; rows and features count from 0.
public enum FeatureMatrixError: Error, Hashable, Sendable {
  /// A row has another number of features.
  case wrongLength(row: Int, count: Int, featureCount: Int)
  /// A number is infinite or NaN.
  case notFinite(row: Int, feature: Int)
}

extension FeatureMatrixError: CustomStringConvertible {
  /// One line that names the place.
  public var description: String {
    switch self {
    case .wrongLength(let row, let count, let featureCount):
      "row \(row) has \(count) features instead of \(featureCount)"
    case .notFinite(let row, let feature): "feature \(feature) of row \(row) is not finite"
    }
  }
}
