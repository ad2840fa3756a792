internal import Networks
internal import Tensors

// What a pullback leaves behind at the nodes it passes: sums over images, chunk by chunk.

extension CotangentPass {
  /// Takes what one chunk adds to the sums of a normalisation.
  func takeSums(
    _ cotangent: Term, of normalization: any BoundMinibatchNormalization, at position: Int
  ) throws(BackendError) {
    let input = plan.network.nodes[position].inputs[0]
    let x = try share.value(of: input)
    if let curvature, let tangent = try curvature.tangent(input) {
      let moments = x.dualMoments(
        about: normalization.mean, cotangent.lanes[0], cotangent.lanes[1], tangent)
      parts[position, default: []].append([
        ChannelSums(sum: moments[0], product: moments[1]),
        ChannelSums(sum: moments[2], product: moments[3]),
        ChannelSums(sum: moments[0], product: moments[4]),
      ])
    } else {
      parts[position, default: []].append(cotangent.lanes.map { normalization.sums($0, at: x) })
    }
  }

  /// Takes what one chunk adds to the cotangents of a node's parameters.
  func takeParameters(
    _ cotangent: Term, of op: any BoundParametrised, at position: Int
  ) throws(BackendError) {
    let node = plan.network.nodes[position]
    let point = OperatorPoint(share, node: position)
    parameters[position, default: []].append(
      try op.parameterCotangent(cotangent.lanes[0], at: point))
    // Only the weights of layers change by themselves; nothing is asked of the others.
    guard let curvature, hasLayerWeights(position), let input = node.inputs.first else { return }
    parameterTangents[position, default: []].append(
      try op.parameterCotangent(cotangent.lanes[1], at: point))
    guard let tangent = try curvature.tangent(input) else { return }
    let cross = try op.parameterCotangent(
      cotangent.lanes[0], at: OperatorPoint(OneValue(tangent), node: position))
    switch cross {
    case .packed: parameterTangents[position, default: []].append(cross)
    case .numbers(var numbers):
      // A bias does not meet the input.
      for parameter in numbers.indices
      where !plan.network.parameters[node.parameters.lowerBound + parameter].role.isLayerWeight {
        numbers[parameter] = [Double](repeating: 0, count: numbers[parameter].count)
      }
      parameterTangents[position, default: []].append(.numbers(numbers))
    }
  }

  /// Whether a node has weights that change by themselves in a radial direction.
  func hasLayerWeights(_ position: Int) -> Bool {
    plan.network.parameters[plan.network.nodes[position].parameters]
      .contains(where: \.role.isLayerWeight)
  }
}

/// A value in the place of all of a node's.
private final class OneValue: NodeValueSource {
  private let value: Tensor
  init(_ value: Tensor) { self.value = value }
  func value(ofInput place: Int, of node: Int) -> Tensor { value }
  func value(of node: Int) -> Tensor { value }
}
