internal import Derivatives
internal import Networks
package import Tensors

/// The gradient of the mean cross-entropy of a minibatch by all parameters.
package struct LossGradient: Measurement {
  /// Where it is taken.
  package let point: CandidatePoint
  /// A class for each image.
  package let labels: [Int]

  /// The gradient at a point of a candidate, `nil` where the images have no labels.
  package init?(of candidate: Candidate, at point: CandidatePoint) {
    guard let labels = candidate.labels(of: point.minibatch) else { return nil }
    self.point = candidate.resolved(point)
    self.labels = labels
  }

  /// Loss and gradient.
  package struct Value {
    /// The mean cross-entropy.
    package var loss: Double
    /// The row-major derivatives by each parameter tensor, in the network's order.
    package var tensors: [[Double]]
    /// Whether nothing has overflowed.
    package var isFinite: Bool

    init(loss: Double, tensors: [[Double]], isFinite: Bool) {
      self.loss = loss
      self.tensors = tensors
      self.isFinite = isFinite
    }

    init(loss: Double, tensors: [[Double]]) {
      self.init(
        loss: loss, tensors: tensors,
        isFinite: tensors.allSatisfy { $0.allSatisfy(\.isFinite) })
    }
  }

  /// One forward and one backward pass; none where a curvature was measured, which has the gradient.
  package func measure(_ candidate: Candidate) throws(BackendError) -> Value {
    if let known = candidate.known(LossCurvature(gradient: self)) {
      return known.gradient
    }
    let linearization = try candidate.linearization(at: point)
    let entropy = CrossEntropy(logits: linearization.output, labels: labels)
    guard entropy.loss.isFinite else {
      return Value(loss: entropy.loss, tensors: [], isFinite: false)
    }
    return Value(
      loss: entropy.loss, tensors: try linearization.pullback(entropy.cotangent).parameters)
  }
}

/// Why a proxy that reads the gradient of the loss has no score.
enum LossGradientObstacle {
  static let noLabels = "the images have no labels"
  static let notFinite = "the gradient of the loss is not finite"
}
