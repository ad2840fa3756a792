package import Networks
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
  /// the derivatives through its statistics; gates are constant, as everywhere between two kinks. `nil`
  /// where the network has an operator whose second derivative along a path is not known.
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
  ) throws(BackendError) -> PathJet? {
    let walk = JetWalk(self, batch: path.value.rows, engine: engine, arena: arena)
    return try walk.run(path, parameters: parameters)
  }
}

/// One walk from the input to the output.
private final class JetWalk: NodeValueSource {
  private let network: Network
  private let engine: KernelEngine
  private let arena: Arena
  private let pool: TensorPool
  private let batch: Int
  private var jets: [TensorJet?]

  init(_ network: Network, batch: Int, engine: KernelEngine, arena: Arena) {
    self.network = network
    self.engine = engine
    self.arena = arena
    self.batch = batch
    pool = TensorPool(arena: arena, precision: engine.precision)
    jets = [TensorJet?](repeating: nil, count: network.nodes.count)
  }

  func run(_ path: PathJet, parameters: Parameters) throws(BackendError) -> PathJet? {
    engine.adopt()
    let input = take(like: 0)
    for (part, rows) in zip(input.parts, [path.value, path.first, path.second]) {
      part.write(rows.values)
    }
    jets[0] = input
    var readers = network.consumers.map(\.count)
    for position in network.nodes.indices.dropFirst() {
      let output = take(like: position)
      jets[position] = output
      guard try compute(position, into: output, parameters) else { return nil }
      for node in network.nodes[position].inputs {
        readers[node] -= 1
        if readers[node] == 0, let done = jets[node] {
          for part in done.parts { pool.give(part) }
          jets[node] = nil
        }
      }
    }
    let parts = jet(network.output).parts.map {
      Matrix(rows: batch, columns: network.nodes[network.output].shape.count, values: $0.values())
    }
    return PathJet(value: parts[0], first: parts[1], second: parts[2])
  }

  /// The jet of a node that was computed and that somebody still reads.
  private func jet(_ node: Int) -> TensorJet {
    guard let jet = jets[node] else { preconditionFailure("node \(node) was given back") }
    return jet
  }

  func value(of node: Int) -> Tensor { jet(node).value }

  func value(ofInput place: Int, of node: Int) -> Tensor {
    value(of: network.nodes[node].inputs[place])
  }

  private func take(like node: Int) -> TensorJet {
    let (shape, layout) = (network.nodes[node].shape, network.nodes[node].layout)
    func part() -> Tensor { pool.take(shape.batch(batch), block: engine.block(shape, layout)) }
    return TensorJet(value: part(), first: part(), second: part())
  }

  /// Computes the jet of a node from those of its inputs; false where its second derivative is not known.
  private func compute(
    _ position: Int, into output: TensorJet, _ parameters: Parameters
  ) throws(BackendError) -> Bool {
    let node = network.nodes[position]
    guard let op = node.op,
      let bound = try network.bound(
        position, parameters: parameters, engine: engine, arena: arena, pool: pool)
    else { return true }
    let inputs = node.inputs.map(jet)
    if let normalization = bound as? any BoundMinibatchNormalization {
      normalization.jet(inputs[0], into: output)
      return true
    }
    try bound.apply(inputs.map(\.value), into: output.value)
    if op.derivative.zero == .always || inputs.isEmpty {
      output.first.clear()
      output.second.clear()
      return true
    }
    let point = OperatorPoint(self, node: position)
    try bound.pushforward(inputs.map(\.first), at: point, into: output.first)
    try bound.pushforward(inputs.map(\.second), at: point, into: output.second)
    // Between two kinks a gate is constant.
    if op.derivative.isLinear || op.derivative.shortcut == .gate { return true }
    guard let curved = bound as? any BoundCurvedOperator else { return false }
    try curved.addCurvature(of: inputs.map(\.first), at: point, to: output.second)
    return true
  }
}
