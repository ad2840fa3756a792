internal import RealModule
package import Tensors

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
