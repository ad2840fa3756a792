package import Tensors

/// A network with numbers at a minibatch: the values of all nodes, and the derivative there.
///
/// It works operation by operation on the whole minibatch, so samples may interact through batch
/// normalisation, and every derivative rule is the one in the file of its primitive. Where samples do
/// not interact and derivatives are wanted sample by sample, `FrozenWalk` gives the same numbers
/// faster; this is what it is tested against.
///
/// Dead nodes are computed too: their values count for some proxies, and their parameters have zero
/// derivatives, not missing ones. A linearization belongs to one worker; its tensors come from that
/// worker's arena, and values hold the whole minibatch of every node.
package final class Linearization {
  /// The graph.
  package let network: Network
  /// Where batch normalisations took their statistics from.
  package let normalization: NormalizationMode
  /// Images of the minibatch.
  package let batch: Int
  /// The value of every node, in the engine's layout.
  package let values: [Tensor]
  /// The bound primitive of every node, `nil` for the input.
  let bound: [(any BoundPrimitive)?]
  let memory: LinearizationMemory

  /// Runs a network forward and keeps all values.
  ///
  /// - Parameters:
  ///   - network: the graph.
  ///   - parameters: its numbers.
  ///   - images: row-major `[batch, channels, height, width]` pixels.
  ///   - normalization: where batch normalisations take their statistics from.
  ///   - engine: the kernels of the calling worker.
  ///   - arena: the memory of the calling worker; it is not reset, and must not be reset while the
  ///     linearization is used.
  /// - Throws: `BackendError` when a library call fails.
  package convenience init(
    _ network: Network, parameters: Parameters, images: [Float], normalization: NormalizationMode,
    engine: KernelEngine, arena: Arena
  ) throws(BackendError) {
    let perImage = network.inputShape.imageCount
    precondition(
      !images.isEmpty && images.count % perImage == 0,
      "\(images.count) pixels are no images of \(network.inputShape)")
    let input = arena.tensor(
      network.inputShape.with(batch: images.count / perImage), precision: engine.precision)
    input.write(images)
    try self.init(
      network, parameters: parameters, input: input, normalization: normalization, engine: engine,
      arena: arena)
  }

  /// Runs a network forward on an input in plain layout, which is kept and not copied.
  package init(
    _ network: Network, parameters: Parameters, input: Tensor, normalization: NormalizationMode,
    engine: KernelEngine, arena: Arena
  ) throws(BackendError) {
    precondition(
      input.shape.batch > 0 && input.shape.with(batch: 1) == network.inputShape && input.block == 1
        && input.precision == engine.precision,
      "an input \(input.shape) with blocks of \(input.block) for \(network.inputShape)")
    let batch = input.shape.batch
    let isPlain = network.isPlain
    var values = [input]
    var bound: [(any BoundPrimitive)?] = [nil]
    for node in network.nodes.dropFirst() {
      guard let primitive = node.primitive else {
        preconditionFailure("\(node.name) has no primitive and is not the first node")
      }
      let block = isPlain[values.count] ? 1 : engine.block(channels: node.shape.channels)
      let output = arena.tensor(
        node.shape.with(batch: batch), precision: engine.precision, block: block)
      let operation = primitive.bound(
        in: BindingContext(
          engine: engine, arena: arena, inputs: node.inputs.map { network.nodes[$0].shape },
          output: node.shape, inputBlocks: node.inputs.map { values[$0].block }, outputBlock: block,
          parameters: node.parameters.map { parameters.values[$0] }))
      try operation.apply(
        node.inputs.map { values[$0] }, normalization: normalization, into: output)
      values.append(output)
      bound.append(operation)
    }
    self.network = network
    self.normalization = normalization
    self.batch = batch
    self.values = values
    self.bound = bound
    memory = LinearizationMemory(arena: arena, precision: engine.precision)
  }

  /// The value of a node, an image a row, each row-major `[channels, height, width]`.
  package func rows(of node: Int) -> Matrix { rows(values[node]) }

  /// The logits, an image a row.
  package var output: Matrix { rows(of: network.output) }

  /// The statistics that a batch normalisation used: mean and biased variance of each channel.
  ///
  /// - Parameter node: the position of the normalisation.
  /// - Returns: the statistics, `nil` where the node is no batch normalisation.
  package func statistics(of node: Int) -> (mean: [Double], variance: [Double])? {
    (bound[node] as? BoundBatchNormalization).map { ($0.mean, $0.variance) }
  }

  func rows(_ tensor: Tensor) -> Matrix {
    Matrix(
      rows: tensor.shape.batch, columns: tensor.shape.imageCount, values: tensor.values())
  }

  func point(_ node: Int) -> LinearizationPoint {
    LinearizationPoint(
      inputs: network.nodes[node].inputs.map { values[$0] }, output: values[node], memory: memory)
  }

  /// A tensor with the layout of a node's value and the numbers of a matrix.
  func tensor(_ rows: Matrix, like node: Int) -> Tensor {
    let value = values[node]
    precondition(
      rows.rows == batch && rows.columns == value.shape.imageCount,
      "\(rows.rows)x\(rows.columns) numbers for \(network.nodes[node].name), \(value.shape)")
    let tensor = memory.take(like: value)
    tensor.write(rows.values)
    return tensor
  }
}
