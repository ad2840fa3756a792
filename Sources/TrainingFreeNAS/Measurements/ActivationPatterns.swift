internal import Networks
package import Tensors

/// Which rectified units are active for which images.
package struct ActivationPatterns: Measurement {
  /// Where it is taken.
  package let point: CandidatePoint

  /// The patterns at a point of a candidate.
  package init(of candidate: Candidate, at point: CandidatePoint) {
    self.point = candidate.resolved(point)
  }

  /// The codes of all rectifiers, those of dead edges included: each one that is executed counts.
  package func measure(_ candidate: Candidate) throws(BackendError) -> ActivationCodes {
    let linearization = try candidate.linearization(at: point)
    var codes = ActivationCodes(images: linearization.batch)
    for (position, node) in candidate.network.nodes.enumerated()
    where node.primitive is Rectifier {
      codes.append(linearization.rows(of: position))
    }
    return codes
  }
}
