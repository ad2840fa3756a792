internal import Networks
internal import Operators
internal import Tensors

/// `softmax(scale Q K^T + bias) V` as one operator, which does not keep the products.
struct FusedAttention: LayerPass {
  func replacement(for layer: Layer, at position: Int, in network: inout Rewriting) -> Int? {
    guard let product = layer.op as? MatMul, product == MatMul(), layer.shape.rank > 1,
      let softmax = network.sole(layer.inputs[0], Softmax.self)
    else { return nil }
    let scores = network[layer.inputs[0]].inputs[0]
    let rank = network[scores].shape.rank
    guard softmax.axis == -1 || softmax.axis == rank - 1 else { return nil }
    if let found = fused(scores, bias: nil, layer, &network) { return found }
    guard network.sole(scores, Add.self) != nil || network.sole(scores, Sum.self) != nil,
      network[scores].inputs.count == 2
    else { return nil }
    for (u, v) in [(0, 1), (1, 0)] {
      let inputs = network[scores].inputs
      if let found = fused(inputs[u], bias: inputs[v], layer, &network) { return found }
    }
    return nil
  }

  private func fused(
    _ scores: Int, bias: Int?, _ layer: Layer, _ network: inout Rewriting
  ) -> Int? {
    var scale = 1.0
    func unscaled(_ position: Int) -> Int {
      guard let factor = network.op(position, Affine.self), factor.offset == 0 else {
        return position
      }
      scale *= factor.factor
      return network[position].inputs[0]
    }
    let product = unscaled(scores)
    guard network.op(product, MatMul.self) == MatMul(), network.isSole(product),
      product == scores || network.isSole(scores)
    else { return nil }
    let queries = unscaled(network[product].inputs[0])
    let transposed = unscaled(network[product].inputs[1])
    let values = layer.inputs[1]
    let rank = network[queries].shape.rank
    guard rank > 1, network[transposed].shape.rank == rank, network[values].shape.rank == rank,
      let keys = keys(transposed, layer.name, &network)
    else { return nil }
    return network.add(
      ScaledDotProductAttention(scale: Rules.typed(scale), hasBias: bias != nil),
      [queries, keys, values] + (bias.map { [$0] } ?? []), name: layer.name)
  }

  /// Keys out of transposed ones: `[.., tokens, width]`.
  private func keys(_ transposed: Int, _ name: String, _ network: inout Rewriting) -> Int? {
    let rank = network[transposed].shape.rank
    var order = Array(0..<rank)
    var origin = transposed
    if let first = network.op(transposed, Transpose.self) {
      order = first.permutation
      origin = network[transposed].inputs[0]
    }
    order.swapAt(rank - 2, rank - 1)
    return order == Array(0..<rank)
      ? origin : network.add(Transpose(order), [origin], name: name)
  }
}

/// A transposed factor of a product is read as it is.
struct TransposedFactors: LayerPass {
  func replacement(for layer: Layer, at position: Int, in network: inout Rewriting) -> Int? {
    guard var product = layer.op as? MatMul else { return nil }
    var inputs = layer.inputs
    for (place, input) in layer.inputs.enumerated() {
      guard let move = network.op(input, Transpose.self) else { continue }
      let rank = move.permutation.count
      var swap = Array(0..<rank)
      swap.swapAt(rank - 2, rank - 1)
      guard move.permutation == swap else { continue }
      inputs[place] = network[input].inputs[0]
      if place == 0 { product.transposesFirst.toggle() } else { product.transposesSecond.toggle() }
    }
    return inputs == layer.inputs ? nil : network.add(product, inputs, name: layer.name)
  }
}
