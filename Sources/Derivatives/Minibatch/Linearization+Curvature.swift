internal import Networks
package import Tensors

/// The gradient of a function of the logits, and its derivative along the layer weights.
package struct RadialCurvature {
  /// `g`, row-major for each parameter tensor.
  package var gradient: [[Double]]
  /// `H w`: the derivative of `g` where every weight of convolutions and linear layers changes by
  /// itself; zeros for the parameters that stay.
  package var curvature: [[Double]]
}

extension Linearization {
  /// The gradient of a function of the logits by all parameters, and the product of its Hessian over
  /// the layer weights with these weights.
  ///
  /// The forward and the reverse walk are run with dual numbers whose tangent is the direction of the
  /// weights themselves, so the product is exact: no difference of two gradients is taken. Gates are
  /// constant, as everywhere between two kinks. Normalisation must be over the minibatch.
  ///
  /// - Parameter function: the function's gradient by the logits, and the derivative of that gradient
  ///   for a given derivative of the logits, an image a row.
  /// - Returns: gradient and curvature.
  /// - Throws: `BackendError` when a library call fails.
  package func radialCurvature(
    _ function: (_ logits: Matrix, _ tangent: Matrix) -> (gradient: Matrix, tangent: Matrix)
  ) throws(BackendError) -> RadialCurvature {
    precondition(normalization == .batch, "curvature with normalisation \(normalization)")
    var direction: [Int: ParameterTangent] = [:]
    for (position, spec) in network.parameters.enumerated() where spec.role.isLayerWeight {
      direction[position] = .itself
    }
    let tangents = try tangents(direction, input: nil, to: network.output)
    let parts = tangents.compactMap { $0.rows(network.output) }
    let columns = network.classes
    let tangent =
      parts.isEmpty
      ? Matrix(rows: batch, columns: columns)
      : Matrix(rows: batch, columns: columns, values: parts.flatMap { $0 })
    let seeds = function(output, tangent)
    let request = CotangentRequest(
      network, source: network.output, parameters: true,
      seed: { [plan] chunk, lanes throws(BackendError) in
        let images = plan.images(ofChunk: chunk)
        lanes[0].write(seeds.gradient.rows(images).values)
        lanes[1].write(seeds.tangent.rows(images).values)
      })
    let passes = try cotangents(request, curvature: tangents)
    var result = RadialCurvature(
      gradient: try parameterCotangents(passes),
      curvature: try parameterCotangents(passes, areTangents: true))
    for (position, spec) in network.parameters.enumerated() where !spec.role.isLayerWeight {
      result.curvature[position] = [Double](repeating: 0, count: spec.count)
    }
    for pass in passes { pass.close() }
    for pass in tangents { pass.close() }
    return result
  }
}
