internal import Networks
package import Tensors

/// How evenly each block's output fills its space: the entropy of the spectrum of its covariance.
package struct FeatureSpectra: Measurement {
  /// Where it is taken.
  package let point: CandidatePoint

  /// The entropies at a point of a candidate.
  package init(of candidate: Candidate, at point: CandidatePoint) {
    self.point = candidate.resolved(point)
  }

  /// The entropy of each block's output, the stem being block 0, or why there is none.
  package func measure(_ candidate: Candidate) throws(BackendError) -> [Score] {
    let ends = candidate.network.blockOutputs
    let covariances = try ChannelCovariance.measure(
      ends, of: try candidate.linearization(at: point))
    var result: [Score] = []
    for (block, covariance) in covariances.enumerated() {
      guard covariance.matrix.values.allSatisfy(\.isFinite) else {
        result.append(.undefined("the features of block \(block) are not finite"))
        continue
      }
      if covariance.isConstant(in: candidate.compute.precision) {
        result.append(.undefined("the features of block \(block) are constant"))
      } else {
        result.append(.value(try covariance.entropy()))
      }
    }
    return result
  }
}
