internal import Networks
internal import Operators
internal import Tensors

/// Activations that exporters write as products: GELU, SiLU, Mish, hard swish, hard sigmoid.
struct GatedActivations: LayerPass {
  func replacement(for layer: Layer, at position: Int, in network: inout Rewriting) -> Int? {
    if let scale = layer.op as? Affine {
      return hardSigmoid(scale, layer, &network)
    }
    guard layer.op is Multiply, layer.inputs.count == 2 else { return nil }
    for (u, v) in [(0, 1), (1, 0)] {
      let value = Factored(layer.inputs[u], network)
      let gate = layer.inputs[v]
      guard network[value.base].shape == layer.shape else { continue }
      if let found = gated(value, gate, layer, &network) { return found }
    }
    return nil
  }

  /// A number times a layer.
  private struct Factored {
    var base: Int
    var factor = 1.0

    init(_ position: Int, _ network: Rewriting) {
      base = position
      if let scale = network.op(position, Affine.self), scale.offset == 0 {
        base = network[position].inputs[0]
        factor = scale.factor
      }
    }
  }

  private func gated(
    _ value: Factored, _ gate: Int, _ layer: Layer, _ network: inout Rewriting
  ) -> Int? {
    let x = value.base
    let inputs = network[gate].inputs
    func reads(_ position: Int?) -> Bool { position == x }
    switch network[gate].op {
    case is Sigmoid where reads(inputs.first):
      return scaled(SiLU(), x, value.factor, layer, &network)
    case is Tanh:
      guard let soft = network.op(inputs[0], Softplus.self), soft.beta == 1,
        reads(network[inputs[0]].inputs.first)
      else { return nil }
      return scaled(Mish(), x, value.factor, layer, &network)
    case let gate as HardSigmoid
    where reads(inputs.first) && gate.isThatOfSwish:
      return scaled(HardSwish(), x, value.factor, layer, &network)
    case let clip as Clip where clip.minimum == 0 && clip.maximum == 6:
      guard let shift = network.op(inputs[0], Affine.self), shift == Affine(offset: 3),
        reads(network[inputs[0]].inputs.first)
      else { return nil }
      return scaled(HardSwish(), x, 6 * value.factor, layer, &network)
    case let affine as Affine:
      if let found = hardSwish(affine, value, inputs[0], layer, &network) { return found }
      // p (1 + erf(x / sqrt 2)), or the hyperbolic tangent that is nearly the same.
      guard affine.factor == affine.offset else { return nil }
      let factor = 2 * affine.factor * value.factor
      let function = inputs[0]
      if network.op(function, Erf.self) != nil,
        let inner = network.op(network[function].inputs[0], Affine.self), inner.offset == 0,
        abs(inner.factor - 0.5.squareRoot()) < 1e-6,
        reads(network[network[function].inputs[0]].inputs.first)
      {
        return scaled(GELU(), x, factor, layer, &network)
      }
      if network.op(function, Tanh.self) != nil,
        isCubic(network[function].inputs[0], of: x, network)
      {
        return scaled(GELU(approximate: true), x, factor, layer, &network)
      }
      return nil
    default: return nil
    }
  }

  /// `sqrt(2 / pi) (x + 0.044715 x^3)`.
  private func isCubic(_ position: Int, of x: Int, _ network: Rewriting) -> Bool {
    let outer = Factored(position, network)
    let root = (2 / Double.pi).squareRoot()
    guard abs(outer.factor - root) < 1e-6, network[outer.base].inputs.count == 2 else {
      return false
    }
    let inputs = network[outer.base].inputs
    if network[outer.base].op is Sum, inputs.contains(x),
      let other = inputs.first(where: { $0 != x })
    {
      let cube = Factored(other, network)
      return abs(cube.factor - 0.044715) < 1e-6 && degree(cube.base, of: x, network) == 3
    }
    // x (1 + 0.044715 x^2)
    if network[outer.base].op is Multiply, inputs.contains(x),
      let other = inputs.first(where: { $0 != x }),
      let affine = network.op(other, Affine.self), affine.offset == 1,
      abs(affine.factor - 0.044715) < 1e-6
    {
      return degree(network[other].inputs[0], of: x, network) == 2
    }
    return false
  }

  /// The power of `x` that a layer is, `nil` for none.
  private func degree(_ position: Int, of x: Int, _ network: Rewriting) -> Int? {
    if position == x { return 1 }
    switch network[position].op {
    case let power as ConstantPower where network[position].inputs == [x]:
      return Int(exactly: power.exponent)
    case is Multiply:
      let degrees = network[position].inputs.compactMap { input in
        input == x
          ? 1
          : network.op(input, Multiply.self) != nil && network[input].inputs == [x, x]
            ? 2 : network.op(input, ConstantPower.self) != nil ? degree(input, of: x, network) : nil
      }
      return degrees.count == 2 ? degrees[0] + degrees[1] : nil
    default: return nil
    }
  }

  /// `x` times a hard sigmoid that is written as a clip and a division.
  private func hardSwish(
    _ affine: Affine, _ value: Factored, _ clip: Int, _ layer: Layer, _ network: inout Rewriting
  ) -> Int? {
    guard affine.offset == 0, let limits = network.op(clip, Clip.self), limits.minimum == 0,
      limits.maximum == 6, let shift = network.op(network[clip].inputs[0], Affine.self),
      shift == Affine(offset: 3), network[network[clip].inputs[0]].inputs.first == value.base
    else { return nil }
    return scaled(HardSwish(), value.base, 6 * affine.factor * value.factor, layer, &network)
  }

  /// `clip(x + 3, 0, 6) / 6`.
  private func hardSigmoid(_ scale: Affine, _ layer: Layer, _ network: inout Rewriting) -> Int? {
    guard scale.offset == 0, abs(6 * scale.factor - 1) < 1e-6,
      let limits = network.op(layer.inputs[0], Clip.self), limits.minimum == 0,
      limits.maximum == 6
    else { return nil }
    let shifted = network[layer.inputs[0]].inputs[0]
    guard network.op(shifted, Affine.self) == Affine(offset: 3) else { return nil }
    return network.add(HardSigmoid(), [network[shifted].inputs[0]], name: layer.name)
  }

  private func scaled(
    _ op: any Operator, _ x: Int, _ factor: Double, _ layer: Layer, _ network: inout Rewriting
  ) -> Int? {
    guard let activation = network.add(op, [x], name: layer.name) else { return nil }
    let scale = Affine(factor: factor)
    // Constants stand in 32 bits in the file.
    return abs(factor - 1) < 1e-6
      ? activation : network.add(scale, [activation], name: layer.name)
  }
}

extension HardSigmoid {
  /// Whether `x` times it is the hard swish.
  fileprivate var isThatOfSwish: Bool { abs(alpha - 1.0 / 6) < 1e-6 && beta == 0.5 }
}
