internal import Tensors

// What a pullback leaves behind at the nodes it passes: sums over images, chunk by chunk.

extension CotangentPass {
  /// Takes what one chunk adds to the sums of a normalisation.
  func takeSums(
    _ cotangent: Term, of normalization: BoundBatchNormalization, at position: Int
  ) throws(BackendError) {
    let input = plan.network.nodes[position].inputs[0]
    let x = try share.value(input)
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
    _ cotangent: Term, of primitive: any BoundPrimitive, at position: Int
  ) throws(BackendError) {
    let input = plan.network.nodes[position].inputs[0]
    let x = try share.value(input)
    parameters[position, default: []].append(
      try primitive.parameterCotangent(cotangent.lanes[0], input: x, memory: share.memory))
    guard let curvature else { return }
    parameterTangents[position, default: []].append(
      try primitive.parameterCotangent(cotangent.lanes[1], input: x, memory: share.memory))
    guard let tangent = try curvature.tangent(input) else { return }
    let cross = try primitive.parameterCotangent(
      cotangent.lanes[0], input: tangent, memory: share.memory)
    switch cross {
    case .packed: parameterTangents[position, default: []].append(cross)
    case .numbers(var numbers):
      // A bias does not meet the input.
      let first = plan.network.nodes[position].parameters.lowerBound
      for parameter in numbers.indices
      where !plan.network.parameters[first + parameter].role.isLayerWeight {
        numbers[parameter] = [Double](repeating: 0, count: numbers[parameter].count)
      }
      parameterTangents[position, default: []].append(.numbers(numbers))
    }
  }
}
