public import Tensors

/// What an operator is bound to: one worker's kernels and the numbers of one node.
public struct BindingContext {
  package let engine: KernelEngine
  package let arena: Arena
  /// Memory for intermediate results.
  public let pool: TensorPool
  /// The shapes of the inputs for one image.
  public let inputs: [Shape]
  /// The shape of the output for one image.
  public let output: Shape
  package let inputBlocks: [Int]
  package let outputBlock: Int
  /// Whether convolutions may use minimal filtering.
  package let isFiltering: Bool
  /// Row-major numbers of the node's parameter tensors.
  public let parameters: [[Float]]
  /// The numbers of the node's buffers.
  public let buffers: [[Float]]

  package init(
    engine: KernelEngine, arena: Arena, pool: TensorPool, inputs: [Shape], output: Shape,
    inputBlocks: [Int], outputBlock: Int, isFiltering: Bool, parameters: [[Float]],
    buffers: [[Float]]
  ) {
    self.engine = engine
    self.arena = arena
    self.pool = pool
    self.inputs = inputs
    self.output = output
    self.inputBlocks = inputBlocks
    self.outputBlock = outputBlock
    self.isFiltering = isFiltering
    self.parameters = parameters
    self.buffers = buffers
  }

  /// The element type of values.
  public var precision: Precision { engine.precision }

  /// A vector that lives as long as the bound operator, padded with zeros to whole blocks of the output.
  package func blockedVector(_ numbers: [Double]) -> Tensor {
    let padded = (numbers.count + outputBlock - 1) / outputBlock * outputBlock
    let tensor = arena.tensor(TensorShape(channels: padded), precision: precision)
    tensor.write(numbers + [Double](repeating: 0, count: padded - numbers.count))
    return tensor
  }
}

extension KernelEngine {
  /// Channels that lie side by side in a value of a shape and a layout.
  package func block(_ shape: Shape, _ layout: Layout) -> Int {
    layout == .plain ? 1 : block(channels: shape.channels)
  }
}

extension Network {
  /// Joins the operator of a node with its numbers and a worker's kernels, `nil` for the input.
  ///
  /// - Parameters:
  ///   - position: the node.
  ///   - inputs: the nodes that it reads, where these are not its own inputs.
  ///   - parameters: the numbers of the network.
  ///   - engine: the kernels of the worker.
  ///   - arena: memory that lives as long as the bound operator.
  ///   - pool: memory for intermediate results.
  ///   - isFiltering: whether convolutions may use minimal filtering.
  /// - Returns: the operator, `nil` for the network's input.
  /// - Throws: `BackendError` when a kernel cannot be made.
  package func bound(
    _ position: Int, reading inputs: [Int]? = nil, parameters: Parameters, engine: KernelEngine,
    arena: Arena, pool: TensorPool, isFiltering: Bool = false
  ) throws(BackendError) -> (any BoundOperator)? {
    let node = nodes[position]
    let inputs = inputs ?? node.inputs
    return try node.op?.bound(
      in: BindingContext(
        engine: engine, arena: arena, pool: pool, inputs: inputs.map { nodes[$0].shape },
        output: node.shape,
        inputBlocks: inputs.map { engine.block(nodes[$0].shape, nodes[$0].layout) },
        outputBlock: engine.block(node.shape, node.layout), isFiltering: isFiltering,
        parameters: node.parameters.map { parameters.values[$0] },
        buffers: node.buffers.map { parameters.buffers[$0] }))
  }
}
