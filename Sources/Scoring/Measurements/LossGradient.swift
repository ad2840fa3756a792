internal import Derivatives
internal import Networks
internal import RealModule
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

/// The mean cross-entropy of a minibatch, and its derivative by the logits.
package struct CrossEntropy {
  /// `- (1 / B) sum over b of ln p_b[label_b]` with `p = softmax(logits)`.
  package let loss: Double
  /// The derivative `(p - onehot(label)) / B`, an image a row.
  package let cotangent: Matrix

  private let probabilities: Matrix

  /// Computes the loss of logits, an image a row, with a class for each.
  package init(logits: Matrix, labels: [Int]) {
    precondition(
      labels.count == logits.rows && labels.allSatisfy((0..<logits.columns).contains),
      "\(labels.count) labels for \(logits.rows) images and \(logits.columns) classes")
    let batch = Double(logits.rows)
    var sum = 0.0
    var derivative: [Double] = []
    derivative.reserveCapacity(logits.values.count)
    var softmax: [Double] = []
    softmax.reserveCapacity(logits.values.count)
    for (row, label) in labels.enumerated() {
      let z = (0..<logits.columns).map { logits[row, $0] }
      let top = z.max() ?? 0
      let powers = z.map { Double.exp($0 - top) }
      let total = powers.reduce(0, +)
      sum += Double.log(total) - (z[label] - top)
      var rest = 0.0
      for c in powers.indices where c != label { rest += powers[c] }
      // The sum of the others is 1 - p without the cancellation where p is nearly 1.
      for c in powers.indices {
        softmax.append(powers[c] / total)
        derivative.append((c == label ? -rest : powers[c]) / (total * batch))
      }
    }
    loss = sum / batch
    cotangent = Matrix(rows: logits.rows, columns: logits.columns, values: derivative)
    probabilities = Matrix(rows: logits.rows, columns: logits.columns, values: softmax)
  }

  /// The derivative of the cotangent in a direction of the logits: `p (z' - sum p z') / B`.
  package func tangentOfCotangent(_ tangent: Matrix) -> Matrix {
    let classes = probabilities.columns
    var values: [Double] = []
    values.reserveCapacity(tangent.values.count)
    for row in 0..<probabilities.rows {
      var mean = 0.0
      for c in 0..<classes { mean += probabilities[row, c] * tangent[row, c] }
      for c in 0..<classes {
        values.append(
          probabilities[row, c] * (tangent[row, c] - mean) / Double(probabilities.rows))
      }
    }
    return Matrix(rows: probabilities.rows, columns: classes, values: values)
  }
}
