internal import Networks
internal import Operators
internal import Tensors

/// Layer and root-mean-square normalisations that are written as means, differences and roots.
struct DecomposedNormalization: LayerPass {
  func replacement(for layer: Layer, at position: Int, in network: inout Rewriting) -> Int? {
    guard let (value, root) = quotient(layer, network) else { return nil }
    // root = sqrt(mean(value^2) + epsilon)
    guard let epsilon = network.op(root, Affine.self), epsilon.factor == 1, epsilon.offset > 0,
      let mean = mean(network[root].inputs[0], network),
      isSquare(network[network[root].inputs[0]].inputs[0], of: value, network)
    else { return nil }
    let small = Rules.exact(Double(Float(epsilon.offset)))
    let shape = layer.shape
    if let centred = centred(value, mean.axes, network) {
      if let op = op(mean.axes, shape, epsilon: small, centres: true) {
        return network.add(op, [centred], name: layer.name)
      }
      return nil
    }
    guard let op = op(mean.axes, shape, epsilon: small, centres: false) else { return nil }
    return network.add(op, [value], name: layer.name)
  }

  private func op(_ axes: [Int], _ shape: Shape, epsilon: Double, centres: Bool)
    -> (any Operator)?
  {
    let axes = axes.map { $0 < 0 ? $0 + shape.rank : $0 }.sorted()
    if axes == Array(shape.rank - axes.count..<shape.rank) {
      let extents = axes.map { shape[$0] }
      return centres
        ? LayerNormalization(shape: extents, epsilon: epsilon, hasScale: false, hasShift: false)
        : RMSNormalization(shape: extents, epsilon: epsilon, hasScale: false)
    }
    guard centres, axes == [0] else { return nil }
    return ChannelLayerNormalization(
      channels: shape.channels, epsilon: epsilon, hasScale: false, hasShift: false)
  }

  /// A value and what its root divides it by.
  private func quotient(_ layer: Layer, _ network: Rewriting) -> (value: Int, squared: Int)? {
    guard layer.inputs.count == 2 else { return nil }
    func squared(_ position: Int, isReciprocal: Bool) -> Int? {
      switch network[position].op {
      case is SquareRoot where !isReciprocal: return network[position].inputs[0]
      case let power as ConstantPower where power.exponent == (isReciprocal ? -0.5 : 0.5):
        return network[position].inputs[0]
      case is Reciprocal where isReciprocal:
        return squared(network[position].inputs[0], isReciprocal: false)
      default: return nil
      }
    }
    let (a, b) = (layer.inputs[0], layer.inputs[1])
    switch layer.op {
    case is Divide: return squared(b, isReciprocal: false).map { (a, $0) }
    case is Multiply:
      return squared(b, isReciprocal: true).map { (a, $0) }
        ?? squared(a, isReciprocal: true).map { (b, $0) }
    default: return nil
    }
  }

  private func mean(_ position: Int, _ network: Rewriting) -> ReduceMean? {
    guard let mean = network.op(position, ReduceMean.self), mean.keepsAxes else { return nil }
    return mean
  }

  private func isSquare(_ position: Int, of value: Int, _ network: Rewriting) -> Bool {
    if let power = network.op(position, ConstantPower.self) {
      return power.exponent == 2 && network[position].inputs == [value]
    }
    return network.op(position, Multiply.self) != nil && network[position].inputs == [value, value]
  }

  /// The layer whose mean was taken off a value.
  private func centred(_ value: Int, _ axes: [Int], _ network: Rewriting) -> Int? {
    guard network.op(value, Subtract.self) != nil else { return nil }
    let inputs = network[value].inputs
    guard let mean = mean(inputs[1], network), mean.axes.sorted() == axes.sorted(),
      network[inputs[1]].inputs == [inputs[0]]
    else { return nil }
    return inputs[0]
  }
}

/// A group normalisation that is written as an instance normalisation of groups.
struct GroupedInstances: LayerPass {
  func replacement(for layer: Layer, at position: Int, in network: inout Rewriting) -> Int? {
    guard layer.op is Reshape,
      let instance = network.op(layer.inputs[0], InstanceNormalization.self),
      !instance.hasScale
    else { return nil }
    let grouped = network[layer.inputs[0]].inputs[0]
    guard network.op(grouped, Reshape.self) != nil else { return nil }
    let origin = network[grouped].inputs[0]
    guard network[origin].shape == layer.shape, layer.shape.rank > 0,
      layer.shape.channels % instance.channels == 0
    else { return nil }
    return network.add(
      GroupNormalization(
        groups: instance.channels, channels: layer.shape.channels, epsilon: instance.epsilon,
        hasScale: false, hasShift: false), [origin], name: layer.name)
  }
}

/// Scales and shifts behind a normalisation that has none: they are its own.
struct NormalizationScaling: LayerPass {
  func replacement(for layer: Layer, at position: Int, in network: inout Rewriting) -> Int? {
    guard layer.inputs.count == 2 else { return nil }
    for (u, v) in [(0, 1), (1, 0)] {
      let (source, other) = (layer.inputs[u], layer.inputs[v])
      guard network.isSole(source), let scaled = scaled(source, by: layer.op, network),
        let tensor = ParameterSource(other, network, beside: network[source].shape),
        tensor.axes == scaled.axes, tensor.isSole
      else { continue }
      return network.add(
        scaled.op, network[source].inputs, name: layer.name,
        parameters: network[source].parameters + [tensor.tensor])
    }
    return layer.op is Add || layer.op is Sum ? channelwise(layer, &network) : nil
  }

  /// A normalisation that has both or neither, with scales and shifts of channels.
  private func channelwise(_ layer: Layer, _ network: inout Rewriting) -> Int? {
    for (u, v) in [(0, 1), (1, 0)] {
      let product = layer.inputs[u]
      guard network.sole(product, Multiply.self) != nil,
        let shift = ParameterSource(layer.inputs[v], network, beside: layer.shape),
        shift.axes == [0], shift.isSole
      else { continue }
      for (i, j) in [(0, 1), (1, 0)] {
        let (source, factor) = (network[product].inputs[i], network[product].inputs[j])
        guard network.isSole(source), let op = scaledAndShifted(source, network),
          let scale = ParameterSource(factor, network, beside: layer.shape), scale.axes == [0],
          scale.isSole
        else { continue }
        return network.add(
          op, network[source].inputs, name: layer.name,
          parameters: [scale.tensor, shift.tensor])
      }
    }
    return nil
  }

  private func scaledAndShifted(_ position: Int, _ network: Rewriting) -> (any Operator)? {
    switch network[position].op {
    case var norm as GroupNormalization where !norm.hasScale:
      (norm.hasScale, norm.hasShift) = (true, true)
      return norm
    case var norm as ChannelLayerNormalization where !norm.hasScale:
      (norm.hasScale, norm.hasShift) = (true, true)
      return norm
    default: return nil
    }
  }

  /// A normalisation with a further parameter, and the axes that it spans.
  private func scaled(_ position: Int, by op: (any Operator)?, _ network: Rewriting) -> (
    op: any Operator, axes: [Int]
  )? {
    let isProduct = op is Multiply
    guard isProduct || op is Add || op is Sum else { return nil }
    let rank = network[position].shape.rank
    switch network[position].op {
    case var norm as LayerNormalization:
      guard isProduct ? !norm.hasScale : norm.hasScale && !norm.hasShift else { return nil }
      if isProduct { norm.hasScale = true } else { norm.hasShift = true }
      return (norm, Array(rank - norm.shape.count..<rank))
    case var norm as RMSNormalization:
      guard isProduct, !norm.hasScale else { return nil }
      norm.hasScale = true
      return (norm, Array(rank - norm.shape.count..<rank))
    default: return nil
    }
  }
}

/// A parameter that is spread over a value along some axes.
struct ParameterSource {
  var tensor: LayerTensor
  /// The axes of the value along which it has elements of its own.
  var axes: [Int]
  /// Whether nothing else reads it.
  var isSole: Bool

  /// The parameter at a position, perhaps in another shape, beside a value of a shape; `nil` where it is none.
  init?(_ position: Int, _ network: Rewriting, beside shape: Shape) {
    var source = position
    isSole = network.isSole(position)
    if network.op(source, Reshape.self) != nil {
      source = network[source].inputs[0]
      isSole = isSole && network.isSole(source)
    }
    guard network.op(source, Parameter.self) != nil,
      let tensor = network[source].parameters.first
    else { return nil }
    let own = network[position].shape
    let missing = shape.rank - own.rank
    guard missing >= 0,
      own.extents.enumerated().allSatisfy({ $1 == 1 || $1 == shape[$0 + missing] })
    else { return nil }
    self.tensor = tensor
    axes = own.extents.indices.filter { own[$0] > 1 }.map { $0 + missing }
  }
}
