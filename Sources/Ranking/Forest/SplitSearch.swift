/// A split of a node: rows whose level of one column is at most a bound go left.
struct Split: Hashable {
  /// The number of the column in the table.
  let column: Int
  /// The highest level on the left side.
  let left: Int
  /// The lowest level on the right side.
  let right: Int
  /// The reduction of the squared error.
  let reduction: Double
}

/// Finds the best split of a node: all columns, all places between two levels that occur.
///
/// Of equally good splits it is the one of the lowest feature, and of that feature the one of the
/// lowest threshold. A split that reduces nothing is a split too, because those below it may.
///
/// Narrow columns are added up in a histogram of their levels, wide ones by a walk over sorted rows.
/// Both look at the same splits in the same order with the same exact sums.
struct SplitSearch {
  /// How often each row was drawn.
  let weights: [Int64]
  /// The drawn targets of each row together.
  let sums: [Int64]
  /// Memory for narrow columns.
  private var histogram = LevelHistogram()

  /// Prepares searches among rows.
  init(weights: [Int64], sums: [Int64]) {
    self.weights = weights
    self.sums = sums
  }

  /// The best split of a node.
  ///
  /// - Parameters:
  ///   - range: the places of the node's rows in `orders`.
  ///   - orders: the drawn rows, ascending within a node, followed by the same rows in the order of
  ///     each wide column.
  ///   - table: features and targets.
  ///   - columns: the columns that may split the node, ascending; those that are the same for all
  ///     of its rows are taken out.
  ///   - reduction: the criterion of the node.
  /// - Returns: the split, `nil` where no column has two levels.
  mutating func best(
    _ range: Range<Int>, of orders: [[Int32]], table: TrainingTable, columns: inout [Int],
    reduction: SquaredErrorReduction
  ) -> Split? {
    var best: Split?
    var splitting: [Int] = []
    splitting.reserveCapacity(columns.count)
    for column in columns {
      var scan = LevelScan(column: column, reduction: reduction, best: best)
      if let wide = table.columns[column].wide {
        walk(orders[wide + 1], range, table, column, &scan)
      } else {
        histogram.scan(orders[0], range, table, column, weights: weights, sums: sums, &scan)
      }
      best = scan.best
      if scan.hasSplit { splitting.append(column) }
    }
    columns = splitting
    return best
  }

  /// Scans the sorted rows of a wide column.
  private func walk(
    _ order: [Int32], _ range: Range<Int>, _ table: TrainingTable, _ column: Int,
    _ scan: inout LevelScan
  ) {
    let rows = order.span
    let codes = table.codes.span
    let firstCode = column * table.rowCount
    for place in range {
      let row = Int(rows[place])
      scan.enter(Int(codes[firstCode + row]))
      scan.add(weights[row], sums[row])
    }
  }
}

/// What a node's rows of each level of a narrow column add up to.
private struct LevelHistogram {
  private struct Level {
    var weight: Int64 = 0
    var sum: Int64 = 0
  }

  /// All zero between two columns.
  private var levels = [Level](repeating: Level(), count: TrainingTable.narrowLimit)

  /// Adds up the rows of a column and scans its levels.
  mutating func scan(
    _ order: [Int32], _ range: Range<Int>, _ table: TrainingTable, _ column: Int,
    weights: [Int64], sums: [Int64], _ scan: inout LevelScan
  ) {
    let rows = order.span
    let codes = table.codes.span
    let weights = weights.span
    let sums = sums.span
    let firstCode = column * table.rowCount
    var levels = levels.mutableSpan
    for place in range {
      let row = Int(rows[place])
      let level = Int(codes[firstCode + row])
      levels[level].weight &+= weights[row]
      levels[level].sum &+= sums[row]
    }
    for level in 0..<table.columns[column].levels.count where levels[level].weight > 0 {
      scan.enter(level)
      scan.add(levels[level].weight, levels[level].sum)
      levels[level] = Level()
    }
  }
}

/// A pass over the levels of one column, from the lowest to the highest.
private struct LevelScan {
  private let column: Int
  private let reduction: SquaredErrorReduction
  /// The best split so far, those of columns before included.
  private(set) var best: Split?
  /// Whether the column has two levels.
  private(set) var hasSplit = false
  private var bestReduction: Double
  private var count: Int64 = 0
  private var sum: Int64 = 0
  private var level = -1

  init(column: Int, reduction: SquaredErrorReduction, best: Split?) {
    self.column = column
    self.reduction = reduction
    self.best = best
    bestReduction = best?.reduction ?? -1
  }

  /// Goes on to a level; before a new one, the split between it and those before is judged.
  @inline(__always)
  mutating func enter(_ next: Int) {
    if next == level { return }
    if level >= 0 {
      hasSplit = true
      let value = reduction(leftCount: count, leftSum: sum)
      if value > bestReduction {
        bestReduction = value
        best = Split(column: column, left: level, right: next, reduction: value)
      }
    }
    level = next
  }

  /// Adds rows of the level.
  @inline(__always)
  mutating func add(_ weight: Int64, _ target: Int64) {
    count &+= weight
    sum &+= target
  }
}
