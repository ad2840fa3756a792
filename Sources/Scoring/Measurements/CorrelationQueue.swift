package import Tensors

/// A weighted sum of the absolute values of matrices, entry by entry.
package struct AbsoluteSum: Sendable {
  /// The sum.
  package private(set) var matrix: Matrix

  /// A sum of nothing.
  package init(size: Int) { matrix = Matrix(rows: size, columns: size) }

  /// Adds the absolute values of a matrix times a factor.
  package mutating func add(_ other: Matrix, times factor: Double) {
    for i in 0..<matrix.rows {
      for j in 0..<matrix.columns { matrix[i, j] += factor * abs(other[i, j]) }
    }
  }

  /// Adds another sum times a factor.
  package mutating func add(_ other: AbsoluteSum, times factor: Double = 1) {
    add(other.matrix, times: factor)
  }
}

/// Correlations of the rows of matrices that come one after another, which workers share.
final class CorrelationQueue {
  private let compute: Compute
  private let receive: (Int, Matrix) -> Void
  private var waiting: [(node: Int, rows: Matrix)] = []
  private var bytes = 0
  /// Whether everything was a finite number.
  private(set) var isFinite = true

  /// A queue whose correlations `receive` takes in their order, without those that do not exist.
  init(_ compute: Compute, receive: @escaping (_ node: Int, _ correlation: Matrix) -> Void) {
    self.compute = compute
    self.receive = receive
  }

  /// Adds the values of a node, an image a row.
  func append(_ node: Int, _ rows: Matrix) {
    waiting.append((node, rows))
    bytes += rows.values.count * 8
    if bytes >= NodeGroups.bytes { finish() }
  }

  /// Takes all correlations that wait.
  func finish() {
    let results = waiting.map { _ in Result() }
    let precision = compute.precision
    let values = waiting.map(\.rows)
    compute.team.run(costs: values.map { Double($0.values.count) }) { place in
      guard values[place].values.allSatisfy(\.isFinite) else { return }
      results[place].isFinite = true
      results[place].correlation =
        RowCorrelation(values[place], roundedTo: precision)?.matrix
    }
    for (entry, result) in zip(waiting, results) {
      isFinite = isFinite && result.isFinite
      if let correlation = result.correlation { receive(entry.node, correlation) }
    }
    waiting.removeAll(keepingCapacity: true)
    bytes = 0
  }

  private final class Result {
    var isFinite = false
    var correlation: Matrix?
  }
}
