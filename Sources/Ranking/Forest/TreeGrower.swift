/// Grows one tree, until every leaf has equal targets or rows that no feature tells apart.
struct TreeGrower {
  /// A node that is still to be made.
  private struct Open {
    /// The places of its rows.
    let range: Range<Int>
    /// The columns that may split it.
    let columns: [Int]
    /// The node of which it is the right child.
    let parent: Int?
  }

  private let table: TrainingTable
  private var search: SplitSearch
  /// The drawn rows, ascending within each node, and again in the order of each wide column.
  private var orders: [[Int32]]
  private var isLeft: [Bool]
  private var nodes: [RegressionTree.Node] = []

  /// Prepares a tree.
  ///
  /// - Parameters:
  ///   - table: features and targets.
  ///   - weights: how often each row counts; rows that count 0 times are not there.
  init(_ table: TrainingTable, weights: [Int64]) {
    self.table = table
    search = SplitSearch(weights: weights, sums: zip(weights, table.units).map { $0 * $1 })
    let rows = weights.indices.filter { weights[$0] > 0 }.map(Int32.init)
    orders = [rows] + table.wideOrders.map { $0.filter { weights[Int($0)] > 0 } }
    isLeft = [Bool](repeating: false, count: table.rowCount)
  }

  /// The tree, its nodes in preorder.
  mutating func grow() -> RegressionTree {
    var open = [
      Open(
        range: orders[0].indices, columns: Array(table.columns.indices), parent: nil)
    ]
    while let next = open.popLast() {
      if let parent = next.parent { nodes[parent].right = Int32(nodes.count) }
      var columns = next.columns
      guard let split = split(next.range, columns: &columns) else {
        nodes.append(RegressionTree.Node(leaf: mean(of: next.range)))
        continue
      }
      let column = table.columns[split.column]
      let middle = partition(next.range, by: split)
      // The left child follows at once, so the right one waits below it.
      open.append(
        Open(range: middle..<next.range.upperBound, columns: columns, parent: nodes.count))
      open.append(Open(range: next.range.lowerBound..<middle, columns: columns, parent: nil))
      nodes.append(
        RegressionTree.Node(
          feature: column.feature,
          threshold: threshold(column.levels[split.left], column.levels[split.right])))
    }
    return RegressionTree(nodes: nodes)
  }

  /// The best split of a node, `nil` where it is a leaf.
  private mutating func split(_ range: Range<Int>, columns: inout [Int]) -> Split? {
    var count: Int64 = 0
    var sum: Int64 = 0
    let unit = table.units[Int(orders[0][range.lowerBound])]
    var isPure = true
    for place in range {
      let row = Int(orders[0][place])
      count += search.weights[row]
      sum += search.sums[row]
      isPure = isPure && table.units[row] == unit
    }
    if isPure { return nil }
    return search.best(
      range, of: orders, table: table, columns: &columns,
      reduction: SquaredErrorReduction(count: count, sum: sum))
  }

  /// Moves the rows of the left side before those of the right side, in every order.
  ///
  /// - Returns: the first place of the right side.
  private mutating func partition(_ range: Range<Int>, by split: Split) -> Int {
    let first = split.column * table.rowCount
    for place in range {
      let row = Int(orders[0][place])
      isLeft[row] = Int(table.codes[first + row]) <= split.left
    }
    var middle = range.lowerBound
    for order in orders.indices { middle = Self.partition(&orders[order], range, isLeft) }
    return middle
  }

  /// Moves some rows of an order before the others, keeping the order of both.
  private static func partition(
    _ order: inout [Int32], _ range: Range<Int>, _ isLeft: [Bool]
  ) -> Int {
    var rows = order.mutableSpan
    let isLeft = isLeft.span
    var right: [Int32] = []
    right.reserveCapacity(range.count)
    var middle = range.lowerBound
    for place in range {
      let row = rows[place]
      if isLeft[Int(row)] {
        rows[middle] = row
        middle += 1
      } else {
        right.append(row)
      }
    }
    for (offset, row) in right.enumerated() { rows[middle + offset] = row }
    return middle
  }

  /// The mean of the targets of a node; equal targets are their own mean, to the last bit.
  private func mean(of range: Range<Int>) -> Double {
    let origin = table.targets[Int(orders[0][range.lowerBound])]
    var count: Int64 = 0
    var sum = 0.0
    for place in range {
      let row = Int(orders[0][place])
      count += search.weights[row]
      sum += Double(search.weights[row]) * (table.targets[row] - origin)
    }
    return origin + sum / Double(count)
  }

  /// The number halfway between two, or the lower one where rounding leaves none below the upper.
  private func threshold(_ lower: Double, _ upper: Double) -> Double {
    let middle = lower / 2 + upper / 2
    return middle > lower && middle < upper ? middle : lower
  }
}
