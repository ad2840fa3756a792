internal import Networks
internal import Operators
internal import Tensors

/// Two changes of order or shape in a row, or two affine functions, are one, or none.
struct MergedMoves: LayerPass {
  func replacement(for layer: Layer, at position: Int, in network: inout Rewriting) -> Int? {
    guard let source = layer.inputs.first, layer.inputs.count == 1 else { return nil }
    switch layer.op {
    case let second as Transpose:
      guard let first = network.op(source, Transpose.self) else { return nil }
      let order = second.permutation.map { first.permutation[$0] }
      let origin = network[source].inputs[0]
      if order == Array(order.indices) { return origin }
      return network.add(Transpose(order), [origin], name: layer.name)
    case is Reshape:
      var origin = source
      while network.op(origin, Reshape.self) != nil { origin = network[origin].inputs[0] }
      if network[origin].shape == layer.shape { return origin }
      return origin == source
        ? nil : network.add(Reshape(to: layer.shape.extents), [origin], name: layer.name)
    case let second as Affine:
      if second == Affine() { return source }
      guard let first = network.op(source, Affine.self) else { return nil }
      let merged = Affine(
        factor: first.factor * second.factor,
        offset: first.offset * second.factor + second.offset)
      let origin = network[source].inputs[0]
      return merged.isIdentity ? origin : network.add(merged, [origin], name: layer.name)
    default: return nil
    }
  }
}

extension Affine {
  /// Whether nothing changes, up to the rounding of a constant in 32 bits.
  var isIdentity: Bool { abs(factor - 1) < 1e-7 && abs(offset) < 1e-12 }
}
