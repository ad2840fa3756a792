/// Features and targets in the form that splits are searched in, shared by all trees of a forest.
///
/// Splits compare the numbers of a feature and nothing more, so every feature is replaced once by the
/// numbers of its levels. A feature that orders all rows like one before it is left out: it splits
/// as that one does, and the one before goes first where splits tie.
struct TrainingTable: Sendable {
  /// A feature that can split.
  struct Column: Sendable {
    /// Its number in the matrix.
    let feature: Int
    /// Its distinct numbers, ascending.
    let levels: [Double]
    /// For a wide column, its number among these; its rows are searched in sorted order.
    let wide: Int?
  }

  /// Columns of more levels than this are wide.
  ///
  /// It changes the time and no digit.
  static let narrowLimit = 32

  /// The number of rows.
  let rowCount: Int
  /// The features that can split, by their number.
  let columns: [Column]
  /// The level of each row, column after column.
  let codes: [Int32]
  /// The rows of each wide column in the order of its levels.
  let wideOrders: [[Int32]]
  /// The targets.
  let targets: [Double]
  /// The targets as integers.
  let units: [Int64]

  /// Takes in features and as many targets as they have rows.
  init(_ features: FeatureMatrix, targets: [Double]) {
    var columns: [Column] = []
    var codes: [Int32] = []
    var wideOrders: [[Int32]] = []
    var seen: Set<[Int32]> = []
    for feature in 0..<features.featureCount {
      let values = features.column(feature)
      let levels = Levels(values)
      guard levels.count > 1, seen.insert(levels.codes).inserted else { continue }
      var wide: Int?
      if levels.count > Self.narrowLimit {
        wide = wideOrders.count
        wideOrders.append(Self.order(levels))
      }
      columns.append(
        Column(
          feature: feature, levels: levels.representatives.map { values[Int($0)] }, wide: wide))
      codes += levels.codes
    }
    rowCount = features.rowCount
    self.columns = columns
    self.codes = codes
    self.wideOrders = wideOrders
    self.targets = targets
    units = FixedPointTargets(targets).units
  }

  /// The rows by their level, those of one level ascending.
  private static func order(_ levels: Levels) -> [Int32] {
    var places = [Int](repeating: 0, count: levels.count + 1)
    for code in levels.codes { places[Int(code) + 1] += 1 }
    for level in 1...levels.count { places[level] += places[level - 1] }
    var order = [Int32](repeating: 0, count: levels.codes.count)
    for (row, code) in levels.codes.enumerated() {
      order[places[Int(code)]] = Int32(row)
      places[Int(code)] += 1
    }
    return order
  }
}
