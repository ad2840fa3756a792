internal import Networks
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

/// The smallest eigenvalue of the correlation of the channels of each output, for a single image.
package struct SmallestCorrelations: Measurement {
  /// The outputs.
  package let entries: [FeatureTrace.Entry]
  /// How many channels are drawn of each, `nil` for all.
  package let drawn: Int?

  /// The eigenvalues of some outputs.
  package init(of entries: [FeatureTrace.Entry], drawn: Int? = nil) {
    self.entries = entries
    self.drawn = drawn
  }

  /// The eigenvalue of each output, 0 or more, times the part of the channels that was not drawn away;
  /// `nil` where a feature is not finite.
  package func measure(_ candidate: Candidate) throws(BackendError) -> [Double?] {
    let precision = candidate.compute.precision
    return try SingleImage.numbers(of: entries, candidate) { entry, map throws(BackendError) in
      guard let drawn else { return try Self.smallest(map, roundedTo: precision) }
      let channels = Self.channels(drawn, of: entry, candidate)
      let rows = channels.flatMap { map.rows($0..<$0 + 1).values }
      let part = Matrix(rows: channels.count, columns: map.columns, values: rows)
      let factor = Double(map.rows) / Double(channels.count)
      return try factor * Self.smallest(part, roundedTo: precision)
    }
  }

  /// The smallest eigenvalue of the correlation of the rows, 0 where it has not full rank: a row does not
  /// vary, or there are as many rows as columns or more, whose deviations span one dimension less.
  package static func smallest(
    _ rows: Matrix, roundedTo precision: Precision
  ) throws(BackendError) -> Double {
    guard rows.rows < rows.columns,
      let correlation = RowCorrelation(rows, roundedTo: precision)
    else { return 0 }
    return max(try correlation.matrix.symmetricEigenvalues().first ?? 0, 0)
  }

  /// Some channels of an output, drawn without replacement: the same for all networks of a run.
  package static func channels(
    _ count: Int, of entry: FeatureTrace.Entry, _ candidate: Candidate
  ) -> [Int] {
    let stream = RandomStream(
      seed: candidate.seed, text: "", purpose: "channels \(candidate.initialization)",
      index: entry.number)
    // Those with the smallest words: every choice is as likely as any other.
    let channels = 0..<candidate.network.nodes[entry.node].shape.channels
    let order = channels.map { (stream.word(at: $0), $0) }.sorted { $0 < $1 }
    return order.prefix(count).map(\.1)
  }
}

/// The correlation of the rows of a matrix: of the images of a minibatch, or of the channels of a map.
package struct RowCorrelation {
  /// Pearson's correlation of each pair of rows, clipped to -1...1.
  package let matrix: Matrix

  /// Computes the correlation, or `nil` where a row does not vary.
  ///
  /// - Parameters:
  ///   - rows: the rows.
  ///   - precision: that in which the rows were computed, where a row counts as constant whose
  ///     deviations are those of rounding; `nil` where only equal numbers do.
  package init?(_ rows: Matrix, roundedTo precision: Precision? = nil) {
    var centred: [Double] = []
    centred.reserveCapacity(rows.values.count)
    for row in 0..<rows.rows {
      let values = rows.values[row * rows.columns..<(row + 1) * rows.columns]
      let mean = values.reduce(0, +) / Double(rows.columns)
      // Divided by the largest deviation first, so that no square underflows.
      let largest = values.reduce(0) { max($0, abs($1 - mean)) }
      guard largest > 0 else { return nil }
      if let precision, precision.isRounding(largest / abs(mean)) { return nil }
      let squares = values.reduce(0) { $0 + (($1 - mean) / largest) * (($1 - mean) / largest) }
      let norm = squares.squareRoot()
      for value in values { centred.append((value - mean) / largest / norm) }
    }
    let unit = Matrix(rows: rows.rows, columns: rows.columns, values: centred)
    var matrix = unit.times(unit, transposingOther: true)
    for i in 0..<matrix.rows {
      for j in 0..<matrix.columns { matrix[i, j] = min(max(matrix[i, j], -1), 1) }
    }
    self.matrix = matrix
  }
}
