internal import Derivatives
internal import Networks
package import Tensors

/// The neural tangent kernel of a minibatch: `G G^T` with `G_i = d (sum of the logits of image i) / d w`
/// through batch statistics.
package struct TangentKernel: Measurement {
  /// Where it is taken.
  package let point: CandidatePoint

  /// The kernel at a point of a candidate.
  package init(of candidate: Candidate, at point: CandidatePoint) {
    self.point = candidate.resolved(point)
  }

  /// Two kernels of the same gradients.
  package struct Value {
    /// Over the weights of convolutions and linear layers and the scales of normalisations.
    package var plain: Matrix
    /// The same with the factor `1 + w^2` on the weights of convolutions and linear layers: what is
    /// computed where masks of ones, left by another proxy, are trainable as well.
    package var masked: Matrix
  }

  /// One forward pass, and a backward pass of the whole minibatch for each image.
  package func measure(_ candidate: Candidate) throws(BackendError) -> Value {
    let network = candidate.network
    let linearization = try candidate.linearization(at: point)
    let parameters = candidate.parameters(point.initializer)
    let tensors = network.parameters.indices.filter {
      network.parameters[$0].role.isLayerWeight
        || network.parameters[$0].role == .scale
    }
    var rows = GradientRows(precision: candidate.compute.precision)
    for image in 0..<linearization.batch {
      var cotangent = Matrix(rows: linearization.batch, columns: network.classes)
      for c in 0..<network.classes { cotangent[image, c] = 1 }
      let gradient = try linearization.pullback(cotangent).parameters
      rows.append(tensors.map { gradient[$0] })
    }
    return Value(
      plain: rows.gram(),
      masked: rows.gram(
        scaling: tensors.flatMap { tensor in
          parameters.values[tensor].map { w in
            network.parameters[tensor].role.isLayerWeight
              ? (1 + Double(w) * Double(w)).squareRoot() : 1
          }
        }))
  }
}
