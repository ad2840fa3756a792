package import Tensors

/// A path of minibatches at one of its points: `x`, `x'` and `x''`, each an image a row.
package struct PathJet {
  /// Where the path is.
  package var value: Matrix
  /// The first derivative.
  package var first: Matrix
  /// The second derivative.
  package var second: Matrix

  /// Creates a point of a path.
  package init(value: Matrix, first: Matrix, second: Matrix) {
    self.value = value
    self.first = first
    self.second = second
  }
}

extension Network {
  /// The logits on a path of minibatches with their first and second derivative.
  ///
  /// Value and derivatives are pushed forward together (Griewank and Walther, *Evaluating Derivatives*,
  /// 2008, chapter 13), which takes three forward passes. Batch normalisation is over the minibatch, with
  /// the derivatives through its statistics; gates are constant, as everywhere between two kinks.
  ///
  /// - Parameters:
  ///   - path: the path of the images.
  ///   - parameters: the numbers of the network.
  ///   - engine: the kernels.
  ///   - arena: memory, which is not reset.
  /// - Returns: the path of the logits, an image a row.
  /// - Throws: `BackendError` when a library call fails.
  package func jet(
    along path: PathJet, parameters: Parameters, engine: KernelEngine, arena: Arena
  ) throws(BackendError) -> PathJet {
    let walk = JetWalk(self, batch: path.value.rows, engine: engine, arena: arena)
    return try walk.run(path, parameters: parameters)
  }
}

/// One walk from the input to the output.
private final class JetWalk {
  private let network: Network
  private let engine: KernelEngine
  private let arena: Arena
  private let memory: LinearizationMemory
  private let batch: Int
  private let isPlain: [Bool]
  private var jets: [TensorJet?]

  init(_ network: Network, batch: Int, engine: KernelEngine, arena: Arena) {
    self.network = network
    self.engine = engine
    self.arena = arena
    self.batch = batch
    memory = LinearizationMemory(arena: arena, precision: engine.precision)
    isPlain = network.isPlain
    jets = [TensorJet?](repeating: nil, count: network.nodes.count)
  }

  func run(_ path: PathJet, parameters: Parameters) throws(BackendError) -> PathJet {
    engine.adopt()
    let input = take(like: 0)
    for (part, rows) in zip(input.parts, [path.value, path.first, path.second]) {
      part.write(rows.values)
    }
    jets[0] = input
    var readers = network.consumers.map(\.count)
    for position in network.nodes.indices.dropFirst() {
      let inputs = network.nodes[position].inputs
      let output = take(like: position)
      try compute(position, inputs.compactMap { jets[$0] }, into: output, parameters)
      jets[position] = output
      for node in inputs {
        readers[node] -= 1
        if readers[node] == 0, let done = jets[node] {
          for part in done.parts { memory.give(part) }
          jets[node] = nil
        }
      }
    }
    guard let output = jets[network.output] else {
      preconditionFailure("the output of a network is read by nobody")
    }
    let parts = output.parts.map {
      Matrix(
        rows: batch, columns: network.nodes[network.output].shape.imageCount, values: $0.values())
    }
    return PathJet(value: parts[0], first: parts[1], second: parts[2])
  }

  private func block(_ node: Int) -> Int {
    isPlain[node] ? 1 : engine.block(channels: network.nodes[node].shape.channels)
  }

  private func tensor(like node: Int) -> Tensor {
    memory.take(network.nodes[node].shape.with(batch: batch), block: block(node))
  }

  private func take(like node: Int) -> TensorJet {
    TensorJet(value: tensor(like: node), first: tensor(like: node), second: tensor(like: node))
  }

  private func compute(
    _ position: Int, _ inputs: [TensorJet], into output: TensorJet, _ parameters: Parameters
  ) throws(BackendError) {
    let node = network.nodes[position]
    guard let primitive = node.primitive else { return }
    let bound = primitive.bound(
      in: BindingContext(
        engine: engine, arena: arena, inputs: node.inputs.map { network.nodes[$0].shape },
        output: node.shape, inputBlocks: node.inputs.map(block), outputBlock: block(position),
        isFiltering: false, parameters: node.parameters.map { parameters.values[$0] }))
    if let normalization = bound as? BoundBatchNormalization {
      return normalization.jet(inputs[0], into: output)
    }
    try bound.apply(inputs.map(\.value), into: output.value)
    switch primitive.derivative {
    case .sum:
      output.first.combine(plain: inputs.map(\.first))
      output.second.combine(plain: inputs.map(\.second))
    case .zero:
      output.first.clear()
      output.second.clear()
    case .gate:
      for (from, to) in [(inputs[0].first, output.first), (inputs[0].second, output.second)] {
        to.joinedImages.combine(
          plain: [], gated: [from.joinedImages], gate: inputs[0].value.joinedImages)
      }
    case .linear, .channelScale:
      try bound.pushforward(inputs[0].first, into: output.first)
      try bound.pushforward(inputs[0].second, into: output.second)
    case .elementwise, .bilinear:
      try bend(bound, primitive.derivative, at: position, inputs, into: output)
    }
  }

  /// The derivatives of a node whose derivative reads values: the second has a term that is quadratic in
  /// the first derivatives of the inputs.
  private func bend(
    _ bound: any BoundPrimitive, _ form: DerivativeForm, at position: Int, _ inputs: [TensorJet],
    into output: TensorJet
  ) throws(BackendError) {
    let node = network.nodes[position]
    let point = NodeValues(form, of: (position, node.inputs)) { read in
      guard read != position, let jet = jets[read] else { return output.value }
      return jet.value
    }
    bound.pushforward(inputs.map(\.first), at: point, into: output.first)
    bound.pushforward(inputs.map(\.second), at: point, into: output.second)
    if form == .bilinear {
      // y'' = a'' b + 2 a' b' + a b'', and a' b' is the map itself.
      let product = tensor(like: position)
      try bound.apply(inputs.map(\.first), into: product)
      output.second.combine(plain: [output.second, product, product])
      memory.give(product)
    } else {
      // y'' = g'(x) x'' + g''(x) x'^2: the change of g'(x) x' where x moves by x'.
      bound.addPullbackChange(
        of: inputs[0].first, at: point, along: NodeChange(output: output.first), toInput: 0,
        to: output.second, memory: memory)
    }
  }
}
