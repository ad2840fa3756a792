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
  }

  /// One forward and one backward pass.
  package func measure(_ candidate: Candidate) throws(BackendError) -> Value {
    let linearization = try candidate.linearization(at: point)
    let entropy = CrossEntropy(logits: linearization.output, labels: labels)
    guard entropy.loss.isFinite else {
      return Value(loss: entropy.loss, tensors: [], isFinite: false)
    }
    let tensors = try linearization.pullback(entropy.cotangent).parameters
    return Value(
      loss: entropy.loss, tensors: tensors,
      isFinite: tensors.allSatisfy { $0.allSatisfy(\.isFinite) })
  }
}

/// Why a proxy that reads the gradient of the loss has no score.
enum LossGradientObstacle {
  static let noLabels = "the images have no labels"
  static let notFinite = "the gradient of the loss is not finite"
}
