internal import Derivatives
internal import Networks
package import Tensors

/// The traces of the covariance of a map's channels and of its square: what a participation ratio is made of.
///
/// With X the features about their means, a place a row, and `C = X^T X / n`, `tr C = |X|^2 / n` and
/// `tr C^2 = |X^T X|^2 / n^2 = |X X^T|^2 / n^2`: no eigenvalue is needed, and the smaller product will do.
package struct CovarianceTraces: Measurement {
  /// Where it is taken.
  package let point: CandidatePoint
  /// Positions of nodes.
  package let nodes: [Int]

  /// The traces of some nodes at a point of a candidate.
  package init(of nodes: [Int], _ candidate: Candidate, at point: CandidatePoint) {
    self.nodes = nodes
    self.point = candidate.resolved(point)
  }

  /// The traces of one node.
  package struct Traces: Sendable {
    /// `tr C`.
    package var trace: Double
    /// `tr C^2`.
    package var squaredTrace: Double
    /// The square root of all variances over all squared means: how much there is besides a constant.
    package var relativeDeviation: Double

    /// Joins the numbers of a node.
    package init(trace: Double, squaredTrace: Double, relativeDeviation: Double) {
      self.trace = trace
      self.squaredTrace = squaredTrace
      self.relativeDeviation = relativeDeviation
    }

    /// Whether no feature has overflowed.
    package var isFinite: Bool { trace.isFinite && squaredTrace.isFinite }
  }

  /// The traces of each node.
  package func measure(_ candidate: Candidate) throws(BackendError) -> [Traces] {
    let linearization = try candidate.linearization(at: point)
    let network = linearization.network
    var values: [Int: Traces] = [:]
    // With fewer places than channels the features take less memory than the products.
    let narrow = nodes.filter {
      network.nodes[$0].shape.area >= network.nodes[$0].shape.channels
    }
    let groups = NodeGroups.groups(narrow) {
      let channels = network.nodes[$0].shape.channels
      return channels * channels * linearization.chunks * MemoryLayout<Double>.size
    }
    for group in groups {
      let covariances = try ChannelCovariance.measure(group, of: linearization)
      for (node, covariance) in zip(group, covariances) {
        let matrix = covariance.matrix
        values[node] = Traces(
          trace: (0..<matrix.rows).reduce(0) { $0 + matrix[$1, $1] },
          squaredTrace: Self.squares(matrix), relativeDeviation: covariance.relativeDeviation)
      }
    }
    for node in nodes where values[node] == nil {
      let shape = network.nodes[node].shape
      let features = CentredFeatures(linearization.rows(of: node), shape: shape)
      let products = features.products()
      let n = Double(linearization.batch * shape.area)
      values[node] = Traces(
        trace: (0..<products.rows).reduce(0) { $0 + products[$1, $1] } / n,
        squaredTrace: Self.squares(products) / (n * n),
        relativeDeviation: features.relativeDeviation)
    }
    return nodes.compactMap { values[$0] }
  }

  private static func squares(_ matrix: Matrix) -> Double {
    matrix.values.reduce(0) { $0 + $1 * $1 }
  }
}
