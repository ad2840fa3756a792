internal import Derivatives
internal import Networks
package import Tensors

/// The gradient of the mean cross-entropy, and the product of its Hessian over the layer weights with
/// these weights.
package struct LossCurvature: Measurement {
  /// The gradient alone.
  package let gradient: LossGradient

  /// The curvature where a gradient is taken.
  package init(gradient: LossGradient) { self.gradient = gradient }

  /// The curvature at a point of a candidate, `nil` where the images have no labels.
  package init?(of candidate: Candidate, at point: CandidatePoint) {
    guard let gradient = LossGradient(of: candidate, at: point) else { return nil }
    self.gradient = gradient
  }

  /// Gradient and curvature.
  package struct Value {
    /// Loss and gradient.
    package var gradient: LossGradient.Value
    /// `H w`, row-major for each parameter tensor; empty where the loss is not finite.
    package var curvature: [[Double]]
  }

  /// A forward and a backward pass with dual numbers.
  package func measure(_ candidate: Candidate) throws(BackendError) -> Value {
    let linearization = try candidate.linearization(at: gradient.point)
    let entropy = CrossEntropy(logits: linearization.output, labels: gradient.labels)
    guard entropy.loss.isFinite else {
      return Value(
        gradient: LossGradient.Value(loss: entropy.loss, tensors: [], isFinite: false),
        curvature: [])
    }
    let result = try linearization.radialCurvature { _, tangent in
      (entropy.cotangent, entropy.tangentOfCotangent(tangent))
    }
    return Value(
      gradient: LossGradient.Value(loss: entropy.loss, tensors: result.gradient),
      curvature: result.curvature)
  }
}
